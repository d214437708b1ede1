import type * as ast from "../parser/ast.js";
import type { Span } from "../source/source-file.js";
import type { VariableEntry } from "../language/variables.js";
import { findMethod, type VccFunction, type VccObject } from "../vcc/vmod-interface.js";
import type { Analysis } from "./analysis.js";
import type { HeaderTarget } from "./program.js";
import { notFoundHint } from "./suggest.js";
import {
  builtinTree,
  headerSymbol,
  isVisible,
  kindName,
  variableSymbol,
  type NameNode,
  type VclSymbol,
} from "./symbols.js";

/** The longest leading part of a dotted name that is a symbol. */
export interface FoundName {
  readonly symbol: VclSymbol;
  /** How many parts of the name it takes. */
  readonly used: number;
}

type Parts = readonly ast.Identifier[];

/**
 * Finds the symbol that the longest leading part of a dotted name stands for: an ACL may be called `local`, and `local.ip` stays what it is.
 * Undefined when there is none, or when it was wrong and reported.
 */
export function findName(a: Analysis, parts: Parts): FoundName | "reported" | undefined {
  const own = findOwn(a, parts);
  if (own?.used === parts.length) return own;
  const module = findModule(a, parts);
  // Any name may be a storage's, but for those that a module called so has.
  const isStorage = parts[0]?.text.toLowerCase() === "storage" && (module?.used ?? 0) < 2;
  const builtin = isStorage ? findStorage(parts) : findBuiltin(a, parts);
  if (builtin === "reported") return builtin;
  return longest(longest(own, builtin), module);
}

function longest(one: FoundName | undefined, other: FoundName | undefined): FoundName | undefined {
  return one === undefined || (other !== undefined && other.used > one.used) ? other : one;
}

/** Finds what the program itself, or the built-in VCL, gave a name to. */
function findOwn(a: Analysis, parts: Parts): FoundName | undefined {
  const key = parts[0]?.text.toLowerCase() ?? "";
  const own = a.names.get(key);
  if (own !== undefined) return findMember(own, parts);
  const sub = a.subs.get(key);
  return sub === undefined || sub.kind === "user" ? undefined : { symbol: { kind: "sub", sub }, used: 1 };
}

/** Finds an imported module, or one of its functions and classes. */
function findModule(a: Analysis, parts: Parts): FoundName | undefined {
  const module = a.modules.get(parts[0]?.text.toLowerCase() ?? "");
  return module && findMember(module, parts);
}

function findMember(symbol: VclSymbol, parts: Parts): FoundName {
  const second = parts[1]?.text;
  if (second !== undefined) {
    if (symbol.kind === "vmod") {
      const fn = lookUp(symbol.import.vmod.functions, second);
      if (fn) return { symbol: { kind: "function", import: symbol.import, function: fn }, used: 2 };
      const object = lookUp(symbol.import.vmod.objects, second);
      if (object) return { symbol: { kind: "object", import: symbol.import, object }, used: 2 };
    } else if (symbol.kind === "instance") {
      const method =
        findMethod(symbol.object.object, second) ?? methodInAnyCase(symbol.object.object, second);
      if (method) return { symbol: { kind: "method", object: symbol.object, function: method }, used: 2 };
    }
  }
  return { symbol, used: 1 };
}

/** A look-up without regard to case, as all of VCL's. */
function lookUp<Entry>(map: ReadonlyMap<string, Entry>, name: string): Entry | undefined {
  const exact = map.get(name);
  if (exact !== undefined) return exact;
  for (const [key, entry] of map) if (sameName(key, name)) return entry;
  return undefined;
}

function methodInAnyCase({ methods, methodAliases }: VccObject, name: string): VccFunction | undefined {
  return methods.find((method) => sameName(method.name, name)) ?? lookUp(methodAliases, name);
}

function sameName(one: string, other: string): boolean {
  return one.toLowerCase() === other.toLowerCase();
}

/** Which storages there are is known when the VCL is loaded, so any name will do here. */
function findStorage(parts: Parts): FoundName | undefined {
  const name = parts[1]?.text;
  return name === undefined ? undefined : { symbol: { kind: "stevedore", name }, used: 2 };
}

function findBuiltin(a: Analysis, parts: Parts): FoundName | "reported" | undefined {
  let node: NameNode = builtinTree;
  let found: FoundName | undefined;
  for (const [index, part] of parts.entries()) {
    const child: NameNode | undefined =
      part.quoted && !node.wildcard ? undefined : node.children.get(part.text.toLowerCase());
    if (node.wildcard !== undefined) {
      const entry = child?.entries[0] ?? node.wildcard;
      const symbol = findHeader(a, node, entry, part);
      return symbol === undefined ? "reported" : { symbol, used: index + 1 };
    }
    if (child === undefined) break;
    const entry = child.entries.find((candidate) => isVisible(candidate, a.version));
    if (entry !== undefined) found = { symbol: variableSymbol(entry), used: index + 1 };
    else if (child.builtin !== undefined && isKnown(a, child.builtin.kind)) {
      found = { symbol: child.builtin, used: index + 1 };
    }
    node = child;
  }
  return found;
}

function isKnown(a: Analysis, kind: string): boolean {
  return kind !== "reserved" || a.version >= 41;
}

const maxHeaderName = 126;

function findHeader(a: Analysis, http: NameNode, entry: VariableEntry, part: ast.Identifier) {
  const key = `${http.name}.${part.text.toLowerCase()}`;
  const known = a.headers.get(key);
  if (known !== undefined) return known;
  if (part.quoted && a.version < 41) return a.report("quoted-header-version", part.span, {});
  if (part.text.length > maxHeaderName) {
    return a.report("header-name-too-long", part.span, { start: part.text.slice(0, 20) });
  }
  const bad = /[^!#$%&'*+\-.^_`|~0-9A-Za-z]/.exec(part.text)?.[0];
  if (bad !== undefined) return a.report("header-name-character", part.span, { character: bad });
  if (part.text === "") {
    return a.report("symbol-wrong-type", part.span, {
      name: `${http.name}.""`,
      found: "none",
      expected: "var",
    });
  }
  const message = http.name.slice(0, -".http".length) as HeaderTarget["message"];
  const symbol = headerSymbol(entry, { kind: "header", message, header: part.text });
  a.headers.set(key, symbol);
  return symbol;
}

/** Finds a name as a whole and reports it when it is not there. */
export function findWholeName(a: Analysis, name: ast.NameExpression): VclSymbol | undefined {
  const found = findName(a, name.parts);
  if (found === "reported") return undefined;
  if (found?.used === name.parts.length) return found.symbol;
  const node = builtinNode(name.parts);
  if (found === undefined && node !== undefined && node.entries.length === 0)
    return { kind: "none", name: node.name };
  return reportNotFound(a, name);
}

function builtinNode(parts: Parts): NameNode | undefined {
  let node: NameNode | undefined = builtinTree;
  for (const part of parts) node = node?.children.get(part.text.toLowerCase());
  return node;
}

/** The versions that know a variable, or a keyword of the top level, which this one does not. */
export function versionRange(parts: Parts): string | undefined {
  const node = builtinNode(parts);
  if (node?.builtin?.kind === "reserved") return "4.1 <= VCL syntax";
  const entry = node?.entries[0];
  if (entry === undefined) return undefined;
  return entry.since === 41 ? "4.1 <= VCL syntax" : "VCL syntax <= 4.0";
}

/** Reports a name that no symbol has. */
export function reportNotFound(a: Analysis, name: ast.NameExpression): undefined {
  if (a.broken.has(name.parts[0].text.toLowerCase())) return undefined;
  const text = nameText(name.parts);
  const range = versionRange(name.parts);
  if (range !== undefined) {
    return a.report("symbol-other-version", name.span, { name: text, range });
  }
  // A declaration that did not parse may have had this name.
  if (a.incomplete && name.parts.length === 1) return undefined;
  const more = a.limit.isReached("symbol-not-found") ? {} : notFoundHint(a, name.parts);
  return a.report("symbol-not-found", name.span, { name: text }, more);
}

/** A dotted name as written. */
export function nameText(parts: Parts): string {
  return parts.map((part) => (part.quoted ? `"${part.text}"` : part.text)).join(".");
}

/** Whether a name asks a module or object for something that it does not have. */
export function isMissingMember({ symbol, used }: FoundName, parts: Parts): boolean {
  return (symbol.kind === "vmod" || symbol.kind === "instance") && used < parts.length;
}

/** Reports a symbol of another kind than the place wants. */
export function reportWrongType(
  a: Analysis,
  span: Span,
  name: string,
  symbol: VclSymbol,
  expected: string,
): undefined {
  a.clashes.add(name.toLowerCase());
  const place = definitionOf(symbol);
  const related = place ? { related: [{ span: place, message: "Symbol was defined here" }] } : {};
  return a.report("symbol-wrong-type", span, { name, found: kindName(symbol), expected }, related);
}

/** Where the program defines a symbol; undefined for VCL's own. */
export function definitionOf(symbol: VclSymbol): Span | undefined {
  switch (symbol.kind) {
    case "backend":
    case "probe":
    case "acl":
      return symbol.declaration?.name.span ?? symbol.firstReference?.span;
    case "sub":
      return symbol.sub.userBodies[0]?.name.span ?? symbol.sub.firstReference?.span;
    case "vmod":
      return symbol.import.declaration.span;
    case "instance":
      return symbol.object.statement.name.span;
    default:
      return undefined;
  }
}

/** Notes that the program names a symbol, so that it is not unused. */
export function reference(symbol: VclSymbol, identifier: ast.Identifier): void {
  if (symbol.kind === "sub") {
    symbol.sub.referenced = true;
    symbol.sub.firstReference ??= identifier;
  } else if (symbol.kind === "backend" || symbol.kind === "probe" || symbol.kind === "acl") {
    symbol.referenced = true;
    symbol.firstReference ??= identifier;
  }
}
