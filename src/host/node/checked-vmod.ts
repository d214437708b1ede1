import { VclFailure } from "../../runtime/index.js";
import { className } from "../../vcc/typescript-types.js";
import type { VccFunction, VccType, VmodInterface } from "../../vcc/vmod-interface.js";

type Namespace = Readonly<Record<string, unknown>>;
type Implementation = (this: unknown, ...args: unknown[]) => unknown;

const isNumber = (value: unknown): boolean => typeof value === "number";
const isText = (value: unknown): boolean => typeof value === "string" || value === undefined;
/** Something made by the runtime or by another VMOD, told by the members that VCL uses; NULL is `undefined`. */
const hasMembers =
  (...names: readonly string[]) =>
  (value: unknown): boolean =>
    value === undefined ||
    (typeof value === "object" && value !== null && names.every((name) => name in value));

/** What a value of each type is at least. */
const fits: Readonly<Record<VccType, (value: unknown) => boolean>> = {
  ACL: hasMembers("matches"),
  BACKEND: hasMembers("vclName", "health"),
  BLOB: hasMembers("bytes"),
  BODY: (value) => isText(value) || hasMembers("bytes")(value),
  BOOL: (value) => typeof value === "boolean",
  BYTES: isNumber,
  DURATION: isNumber,
  ENUM: (value) => typeof value === "string",
  HEADER: hasMembers(),
  HTTP: hasMembers("http"),
  INT: isNumber,
  IP: hasMembers("bytes", "text"),
  PROBE: hasMembers(),
  REAL: isNumber,
  REGEX: hasMembers("matches"),
  STEVEDORE: hasMembers("name"),
  STRANDS: isText,
  STRING: isText,
  SUB: hasMembers("run"),
  TIME: isNumber,
  VCL: hasMembers("name", "current"),
  VOID: () => true,
};

/**
 * The implementation with a check behind every function and method: an answer of a type that its `.vcc` does not declare fails the task and
 * says whose it is, instead of breaking something later on.
 */
export function checkedVmod(vmod: VmodInterface, namespace: Namespace): Namespace {
  const checked: Record<string, unknown> = { ...namespace };
  for (const fn of vmod.functions.values()) {
    const name = `${vmod.name}.${fn.name}`;
    checked[fn.name] = checkedFunction(name, fn, namespace[fn.name] as Implementation);
  }
  for (const { name, construct, methods } of vmod.objects.values()) {
    const type = namespace[className(name)] as { readonly create: Implementation };
    const wrap = (instance: unknown): unknown => checkedObject(`${vmod.name}.${name}`, methods, instance);
    checked[className(name)] = {
      create: (...args: unknown[]): unknown => {
        const made = type.create(...args);
        return construct.suspends && made instanceof Promise ? made.then(wrap) : wrap(made);
      },
    };
  }
  return checked;
}

/** Methods of the object itself go before those of its class. */
function checkedObject(name: string, methods: readonly VccFunction[], instance: unknown): unknown {
  if (typeof instance !== "object" || instance === null) {
    throw new VclFailure(
      `VMOD object ${name}: create() answered with ${shown(instance)}, not with an object`,
    );
  }
  // One that VCL shares between names is checked already; one that takes no members goes as it is.
  if (checkedObjects.has(instance) || !Object.isExtensible(instance)) return instance;
  checkedObjects.add(instance);
  for (const method of methods) {
    const implementation = (instance as Record<string, unknown>)[method.name];
    if (typeof implementation !== "function")
      throw new VclFailure(`VMOD object ${name} has no method ${method.name}, which its .vcc declares`);
    const value = checkedFunction(`${name}.${method.name}`, method, implementation as Implementation);
    Object.defineProperty(instance, method.name, { value, configurable: true });
  }
  return instance;
}

const checkedObjects = new WeakSet<object>();

function checkedFunction(name: string, fn: VccFunction, implementation: Implementation): Implementation {
  const { returns, returnValues, suspends } = fn;
  const check = (value: unknown): unknown => {
    const good = returnValues ? returnValues.includes(value as string) : fits[returns](value);
    if (good && !(value instanceof Promise)) return value;
    const wanted = returnValues ? `one of ${returnValues.join(", ")}` : returns;
    const hint = value instanceof Promise ? "; $Async must follow a declaration that waits" : "";
    throw new VclFailure(
      `VMOD function ${name}() answered with ${shown(value)}, its .vcc says ${wanted}${hint}`,
    );
  };
  return function (this: unknown, ...args) {
    const value = implementation.apply(this, args);
    return suspends && value instanceof Promise ? value.then(check) : check(value);
  };
}

/** A value as messages name it, by its kind and, where that is short, itself. */
function shown(value: unknown): string {
  if (value === undefined || value === null) return String(value);
  if (value instanceof Promise) return "a promise";
  if (typeof value === "string") return `the string ${JSON.stringify(value.slice(0, 40))}`;
  if (typeof value === "number" || typeof value === "boolean" || typeof value === "bigint")
    return `the ${typeof value} ${value}`;
  return typeof value === "object" ? "an object of another kind" : `a ${typeof value}`;
}
