import { isMethodSub, maskOf, subsOf, type SubScope } from "../../src/language/subs.js";
import type { VccArgument, VccFunction, VccType, VmodInterface } from "../../src/vcc/vmod-interface.js";

/** An expression of each type that a VMOD can ask for, legal in every sub of a request or fetch. `M` stands for `req` or `bereq`. */
const values: Readonly<Record<VccType, string>> = {
  ACL: "everybody",
  BACKEND: "b",
  BLOB: ":YWI=:",
  BODY: '"body"',
  BOOL: "true",
  BYTES: "1KB",
  DURATION: "1s",
  ENUM: "",
  HEADER: "M.http.x",
  HTTP: "M",
  INT: "1",
  IP: "local.ip",
  PROBE: "p",
  REAL: "1.5",
  REGEX: '"a"',
  STEVEDORE: "storage.Transient",
  STRANDS: '"a" + now',
  STRING: '"a" + now',
  SUB: "helper",
  TIME: "now",
  VCL: "other",
  VOID: "",
};

const incomparable: ReadonlySet<VccType> = new Set(["BLOB", "HEADER"]);

/** VCL that calls every function and every method of a VMOD, with every argument; an object of each of its classes is made. */
export function everyCall(vmod: VmodInterface): string {
  const lines = new Map<string, string[]>([["vcl_init", []]]);
  const add = (sub: string, line: string): void => void lines.set(sub, [...(lines.get(sub) ?? []), line]);
  for (const { name, construct, methods } of vmod.objects.values()) {
    const object = `o_${name}`;
    add("vcl_init", `new ${object} = ${vmod.name}.${name}(${argumentsOf(construct, "req")});`);
    for (const method of methods) addCall(add, `${object}.${method.name}`, method);
  }
  for (const [name, read] of vmod.functions) addCall(add, `${vmod.name}.${name}`, read);
  const subs = [...lines].map(
    ([sub, body]) => `sub ${sub} {\n${body.map((line) => `  ${line}\n`).join("")}}\n`,
  );
  return (
    `vcl 4.1;\nimport ${vmod.name};\nbackend b { .host = "127.0.0.1"; }\nprobe p { }\nunused p;\n` +
    `acl everybody { "0.0.0.0"/0; }\nunused everybody;\nsub helper { return; }\nunused helper;\n${subs.join("")}`
  );
}

function addCall(add: (sub: string, line: string) => void, callee: string, read: VccFunction): void {
  const sub = subOf(read);
  const message = sub.startsWith("vcl_backend") ? "bereq" : "req";
  const call = `${callee}(${argumentsOf(read, message)})`;
  if (read.returns === "VOID") add(sub, `${call};`);
  else if (read.returns === "VCL") add(sub, `if (req.restarts == 0) { return (dispatch(${call})); }`);
  else if (incomparable.has(read.returns)) add(sub, `set ${message}.http.called = ${call};`);
  else add(sub, `if (${call} == ${call}) { }`);
}

function subOf({ restrict }: VccFunction): string {
  if (!restrict) return "vcl_recv";
  const [first = "vcl_recv"] = restrict;
  return isMethodSub(first) ? first : (subsOf(maskOf([first as SubScope]))[0] ?? "vcl_recv");
}

function argumentsOf({ args }: VccFunction, message: "req" | "bereq"): string {
  return args.map((argument) => valueOf(argument).replace(/\bM\b/, message)).join(", ");
}

function valueOf({ name, type, values: words = [] }: VccArgument): string {
  const value = type === "ENUM" ? (words[0] ?? "") : values[type];
  return name === undefined ? value : `${name} = ${value}`;
}
