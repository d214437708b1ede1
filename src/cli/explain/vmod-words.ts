import { functionLimits, type RuntimeLimit } from "../../language/limits.js";
import { describeMask, isSubScope, maskOf } from "../../language/subs.js";
import type { VmodFinder } from "../../vcc/vmod-finder.js";
import {
  findMethod,
  type VccArgument,
  type VccFunction,
  type VccObject,
  type VmodInterface,
} from "../../vcc/vmod-interface.js";
import { limitRow, paragraphs, row } from "./page.js";

/** What a .vcc file says of its VMOD, or of a function, object or method of it: `std`, `std.integer`, `directors.shard.backend`. */
export function explainVmodWord(word: string, vmods: VmodFinder): string | undefined {
  const [first = "", second, third] = partsOf(word);
  const vmod = interfaceOf(first, vmods);
  if (!vmod) return undefined;
  if (second === undefined) return explainVmod(vmod);
  const fn = vmod.functions.get(second);
  if (fn && third === undefined) return explainFunction(`${vmod.name}.${second}`, fn);
  const object = vmod.objects.get(second);
  if (!object) return undefined;
  if (third === undefined) return explainObject(vmod, object);
  const method = findMethod(object, third);
  return method && explainFunction(`${vmod.name}.${second}.${third}`, method);
}

/** The names of VMODs and, of the one that a word begins with, all that is in it. */
export function vmodWords(word: string, vmods: VmodFinder): readonly string[] {
  const names = vmods.names?.() ?? [];
  const vmod = interfaceOf(partsOf(word)[0] ?? "", vmods);
  if (!vmod) return names;
  const methods = [...vmod.objects.values()].flatMap(({ name, methods: all }) =>
    all.map((one) => `${name}.${one.name}`),
  );
  return [
    ...names,
    ...[...vmod.functions.keys(), ...vmod.objects.keys(), ...methods].map((name) => `${vmod.name}.${name}`),
  ];
}

function partsOf(word: string): readonly string[] {
  return word.replace(/\(.*\)?;?$/s, "").split(".");
}

function interfaceOf(name: string, vmods: VmodFinder): VmodInterface | undefined {
  if (!/^\w+$/.test(name)) return undefined;
  const found = vmods.find(name);
  return found && "interface" in found ? found.interface : undefined;
}

function explainVmod({ name, description, functions, objects, doc }: VmodInterface): string {
  const list = [
    ...[...functions].map(([own, fn]) => `  ${signature(`${name}.${own}`, fn)}\n`),
    ...[...objects].flatMap(([own, { construct, methods }]) => [
      `  new x = ${signature(`${name}.${own}`, construct)}\n`,
      ...methods.map((method) => `    ${signature(`x.${method.name}`, method)}\n`),
    ]),
  ];
  const text = doc.trim() === "" ? "" : `${paragraphs(doc)}\n\n`;
  return `VMOD ${name}: ${description}\n\n${text}${list.join("")}`;
}

function explainFunction(name: string, fn: VccFunction): string {
  return `${signature(name, fn)}\n\n${about(fn)}${limitRows(name)}`;
}

/** What a function does less with vclc: by itself, or with an argument or a word. */
function limitRows(name: string): string {
  const [vmod = "", ...rest] = name.split(".");
  const limits: Readonly<Record<string, RuntimeLimit>> = functionLimits[vmod] ?? {};
  const part = rest.join(".");
  return Object.entries(limits)
    .filter(([key]) => key === part || key.startsWith(`${part}(`))
    .map(([key, limit]) => limitRow(limit, key === part ? "it " : `${key.slice(part.length + 1, -1)} `))
    .join("");
}

function explainObject({ name: vmod }: VmodInterface, { name, construct, methods, doc }: VccObject): string {
  const list = methods.map((method) => `  ${signature(`x.${method.name}`, method)}\n`).join("");
  const text = doc.trim() === "" ? "" : `${paragraphs(doc)}\n\n`;
  return `new x = ${signature(`${vmod}.${name}`, construct)}\n\n${text}${row("legal in", "vcl_init")}${limitRows(`${vmod}.${name}`)}\n${list}`;
}

function about({ doc, restrict, suspends, returnValues }: VccFunction): string {
  const scopes = restrict?.filter(isSubScope) ?? [];
  return [
    doc.trim() === "" ? "" : `${paragraphs(doc)}\n\n`,
    row("legal in", scopes.length === 0 ? "every sub" : describeMask(maskOf(scopes))),
    returnValues ? row("answers", returnValues.join(", ")) : "",
    suspends ? row("waits", "the request goes on when the answer is there") : "",
  ].join("");
}

function signature(name: string, { returns, args }: VccFunction): string {
  const list = args.map(argument).join(", ");
  return `${returns === "VOID" ? "" : `${returns} `}${name}(${list})`;
}

function argument({ name, type, values, optional, default: value }: VccArgument): string {
  const kind = values ? `ENUM {${values.join(", ")}}` : type;
  const text = name === undefined ? kind : `${kind} ${name}`;
  const given =
    value === undefined
      ? ""
      : ` = ${value === null ? "NULL" : typeof value === "string" && !values ? JSON.stringify(value) : String(value)}`;
  return optional ? `[${text}${given}]` : `${text}${given}`;
}
