import { existsSync, readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, resolve } from "node:path";
import { pathToFileURL } from "node:url";
import { Script } from "node:vm";
import * as runtime from "../../runtime/index.js";
import type { VccFunction, VmodInterface } from "../../vcc/vmod-interface.js";
import { className } from "../../vcc/typescript-types.js";
import { checkedVmod } from "./checked-vmod.js";

/** The functions and classes of a VMOD's implementation. */
export type VmodNamespace = Readonly<Record<string, unknown>>;

/** Why a VMOD's implementation cannot be used, in one line. */
export class VmodLoadFailure extends Error {
  override readonly name = "VmodLoadFailure";
}

type TypeScript = typeof import("typescript");
type Require = (specifier: string) => unknown;

/** What `vclc/…` means to a user's VMOD: this process's own runtime, so that failures and regexes are of the same classes. */
const ownModules: Readonly<Record<string, unknown>> = { "vclc/runtime": runtime };

/** An implementation that is loaded, with the texts of the files that it came from. */
interface Loaded {
  readonly namespace: VmodNamespace;
  readonly texts: ReadonlyMap<string, string>;
}

/** The implementations by their files: VCLs that import the same one share what it keeps in variables of its own, as in Varnish. */
const implementations = new Map<string, Loaded>();

/**
 * Loads a user's VMOD: `path` is its file without extension. One that has been loaded before is the same, unless its files have changed. A `.ts` file has its types stripped here, with the files beside it that it
 * imports; a `.js` file is imported as it is, unless it asks for `vclc/runtime`. With its interface, what it answers is checked at every
 * call. Rejects with a VmodLoadFailure.
 */
export async function loadVmod(path: string, vmod?: VmodInterface): Promise<VmodNamespace> {
  const base = resolve(path);
  const file = [`${base}.ts`, `${base}.js`].find((candidate) => existsSync(candidate));
  if (file === undefined) throw new VmodLoadFailure(`No implementation of VMOD at ${path}.ts or ${path}.js`);
  const namespace = await load(file).catch((reason: unknown) => {
    throw new VmodLoadFailure(`Cannot load ${file}: ${firstLine(reason)}`);
  });
  if (!vmod) return namespace;
  const missing = missingExports(vmod, namespace).join(", ");
  if (missing !== "")
    throw new VmodLoadFailure(`${file} does not export ${missing}, which its .vcc declares`);
  const waiting = waitingUnsaid(vmod, namespace).join(", ");
  if (waiting !== "")
    throw new VmodLoadFailure(
      `${file}: ${waiting} is async, but in its .vcc no $Async follows the declaration`,
    );
  return checkedVmod(vmod, namespace);
}

async function load(file: string): Promise<VmodNamespace> {
  const needsOwnModules = /["']vclc\//.test(readFileSync(file, "utf8"));
  if (file.endsWith(".js") && !needsOwnModules) {
    return (await import(pathToFileURL(file).href)) as VmodNamespace;
  }
  const { default: typescript } = await import("typescript");
  const known = implementations.get(file);
  if (known && [...known.texts].every(([path, text]) => textOf(path) === text)) return known.namespace;
  const texts = new Map<string, string>();
  const namespace = evaluate(typescript, file, new Map(), texts);
  implementations.set(file, { namespace, texts });
  return namespace;
}

function textOf(path: string): string | undefined {
  return existsSync(path) ? readFileSync(path, "utf8") : undefined;
}

/** Runs a file as a CommonJS module made of it, and the files beside it likewise; packages come from where Node finds them. Notes what it read. */
function evaluate(
  typescript: TypeScript,
  file: string,
  known: Map<string, VmodNamespace>,
  texts: Map<string, string>,
): VmodNamespace {
  const loaded = known.get(file);
  if (loaded) return loaded;
  const module = { exports: {} as VmodNamespace };
  known.set(file, module.exports);
  const text = readFileSync(file, "utf8");
  texts.set(file, text);
  const requireOutside = createRequire(file);
  const requireAny: Require = (specifier) => {
    if (Object.hasOwn(ownModules, specifier)) return ownModules[specifier];
    if (!specifier.startsWith(".")) return requireOutside(specifier);
    const target = sourceOf(resolve(dirname(file), specifier));
    return target.endsWith(".json") ? requireOutside(target) : evaluate(typescript, target, known, texts);
  };
  const run = new Script(`(function (exports, require, module) {${strip(typescript, file, text)}\n})`, {
    filename: file,
  }).runInThisContext() as (exports: VmodNamespace, require: Require, module: object) => void;
  run(module.exports, requireAny, module);
  known.set(file, module.exports);
  return module.exports;
}

/** `./helper.js` may be written as `./helper.ts` on disk. */
function sourceOf(path: string): string {
  const typed = path.replace(/\.js$/, ".ts");
  return existsSync(typed) ? typed : path;
}

function strip(
  { transpileModule, ModuleKind, ScriptTarget }: TypeScript,
  file: string,
  text: string,
): string {
  const { outputText, diagnostics = [] } = transpileModule(text, {
    fileName: file,
    reportDiagnostics: true,
    compilerOptions: {
      module: ModuleKind.CommonJS,
      target: ScriptTarget.ES2022,
      esModuleInterop: true,
      inlineSourceMap: true,
    },
  });
  const [first] = diagnostics;
  if (!first) return outputText;
  const { messageText } = first;
  throw new SyntaxError(typeof messageText === "string" ? messageText : messageText.messageText);
}

/** Names that the interface declares and the implementation does not have. */
function missingExports(
  { functions, objects, events }: VmodInterface,
  namespace: VmodNamespace,
): readonly string[] {
  const isFunction = (name: string): boolean => typeof namespace[name] === "function";
  const isClass = (name: string): boolean =>
    typeof (namespace[name] as { create?: unknown } | undefined)?.create === "function";
  return [
    ...[...functions.values()].map(({ name }) => name).filter((name) => !isFunction(name)),
    ...[...objects.keys()].map(className).filter((name) => !isClass(name)),
    ...(events && !isFunction("event") ? ["event"] : []),
  ];
}

/** Functions and methods that are written `async` without the interface saying so: VCL would take the promise for the value. */
function waitingUnsaid({ functions, objects }: VmodInterface, namespace: VmodNamespace): readonly string[] {
  const unsaid: string[] = [];
  const check = ({ suspends }: VccFunction, name: string, implementation: unknown): void => {
    if (!suspends && isAsync(implementation)) unsaid.push(name);
  };
  for (const fn of functions.values()) check(fn, fn.name, namespace[fn.name]);
  for (const { name, construct, methods } of objects.values()) {
    const type = namespace[className(name)] as { create: unknown; prototype?: VmodNamespace };
    check(construct, name, type.create);
    for (const method of methods) check(method, `${name}.${method.name}`, type.prototype?.[method.name]);
  }
  return unsaid;
}

function isAsync(value: unknown): boolean {
  return Object.prototype.toString.call(value) === "[object AsyncFunction]";
}

function firstLine(reason: unknown): string {
  const text = reason instanceof Error ? `${reason.name}: ${reason.message}` : String(reason);
  return text.split("\n")[0] ?? "";
}
