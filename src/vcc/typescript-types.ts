import { methodSubs, type SubGroup } from "../language/subs.js";
import type { VccArgument, VccFunction, VccType } from "./vmod-interface.js";

/** How a value of each type looks to an implementation. NULL is `undefined`, where the type has one. */
const typeScriptTypes = {
  ACL: { type: "Acl | undefined", uses: ["Acl"] },
  BACKEND: { type: "Director | undefined", uses: ["Director"] },
  BLOB: { type: "Blob | undefined", uses: ["Blob"] },
  BODY: { type: "Blob | string | undefined", uses: ["Blob"] },
  BOOL: { type: "boolean", uses: [] },
  BYTES: { type: "number", uses: [] },
  DURATION: { type: "number", uses: [] },
  ENUM: { type: "string", uses: [] },
  HEADER: { type: "HeaderRef", uses: ["HeaderRef"] },
  HTTP: { type: "Req | Bereq | Beresp | Resp", uses: ["Req", "Bereq", "Beresp", "Resp"] },
  INT: { type: "number", uses: [] },
  IP: { type: "Ip | undefined", uses: ["Ip"] },
  PROBE: { type: "Probe | undefined", uses: ["Probe"] },
  REAL: { type: "number", uses: [] },
  REGEX: { type: "Regex", uses: ["Regex"] },
  STEVEDORE: { type: "Stevedore | undefined", uses: ["Stevedore"] },
  STRANDS: { type: "string | undefined", uses: [] },
  STRING: { type: "string | undefined", uses: [] },
  SUB: { type: "VclSub | undefined", uses: ["VclSub"] },
  TIME: { type: "number", uses: [] },
  VCL: { type: "VclRef | undefined", uses: ["VclRef"] },
  VOID: { type: "void", uses: [] },
} as const satisfies Record<VccType, { readonly type: string; readonly uses: readonly string[] }>;

const taskTypes = {
  client: "ClientTask",
  backend: "BackendTask",
  housekeeping: "HousekeepingTask",
} as const satisfies Record<SubGroup, string>;

const runtimeTypes: ReadonlySet<string> = new Set(Object.values(typeScriptTypes).flatMap(({ uses }) => uses));

/** Whether the runtime has a type of that name that VMODs may see. */
export function isRuntimeType(name: string): boolean {
  return runtimeTypes.has(name);
}

/** Collects the names that the generated text takes from the runtime. */
export class TypeWriter {
  readonly uses = new Set<string>();

  use(name: string): string {
    this.uses.add(name);
    return name;
  }

  /** The type of an argument or result; an ENUM is the union of its words. */
  typeOf(type: VccType, values: readonly string[] | undefined): string {
    if (type === "ENUM" && values) return values.map((word) => JSON.stringify(word)).join(" | ");
    const entry = typeScriptTypes[type];
    for (const name of entry.uses) this.uses.add(name);
    return entry.type;
  }

  resultOf({ returns, returnValues, suspends }: VccFunction): string {
    const type = this.typeOf(returns, returnValues);
    return suspends ? `${type} | Promise<${type}>` : type;
  }

  /** The kind of task that a function is called with: all kinds, unless `$Restrict` keeps some away. */
  taskOf({ restrict }: VccFunction): string {
    if (!restrict) return this.use("Task");
    const groups = new Set(restrict.map((scope) => methodSubs[scope as keyof typeof methodSubs] ?? scope));
    const order = ["client", "backend", "housekeeping"] as const;
    if (order.every((group) => groups.has(group))) return this.use("Task");
    return order
      .filter((group) => groups.has(group))
      .map((group) => this.use(taskTypes[group]))
      .join(" | ");
  }
}

const reserved: ReadonlySet<string> = new Set(
  (
    "arguments await break case catch class const continue debugger default delete do else enum eval export extends false finally " +
    "for function if implements import in instanceof interface let new null package private protected public return static super " +
    "switch this throw true try typeof var void while with yield"
  ).split(" "),
);

/** Whether a name cannot be that of a variable. */
export function isReserved(name: string): boolean {
  return reserved.has(name);
}

/** A legal parameter name; a reserved word gets a `_` behind it. */
export function parameterName({ implementationName }: VccArgument): string {
  return isReserved(implementationName) ? `${implementationName}_` : implementationName;
}

/** `round_robin` → `RoundRobin`: the name of an object's class in TypeScript. */
export function className(objectName: string): string {
  return objectName.replace(/(?:^|_)([a-zA-Z0-9])/g, (_, letter: string) => letter.toUpperCase());
}
