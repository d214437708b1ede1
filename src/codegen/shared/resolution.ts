import type { ExpressionFact, HeaderTarget, Receiver, Resolution, SubFact } from "../../analyze/program.js";
import type * as ast from "../../parser/ast.js";
import type { Emitter } from "../emitter.js";
import { known } from "../module.js";
import { messageNames, type MessageName } from "../runtime-names.js";
import { emitRegsub } from "./regsub.js";
import { emitFunctionCall, emitMethodCall } from "./vmod-call.js";

type ResolutionOfKind<Kind extends Resolution["kind"]> = Extract<Resolution, { readonly kind: Kind }>;
type ResolutionHandlers = {
  readonly [Kind in Resolution["kind"]]: (
    e: Emitter,
    resolution: ResolutionOfKind<Kind>,
    node: ast.Node,
  ) => void;
};

/** What each thing that a name can stand for is in emitted code. */
const handlers: ResolutionHandlers = {
  variable: (e, { name }) => e.out.write(variablePath(e, name)),
  header: (e, target) => {
    e.out.write(`${headerList(e, target)}.get(`);
    e.out.string(target.header.toLowerCase());
    e.out.write(")");
  },
  http: (e, { message }) => e.out.write(e.message(message)),
  backend: (e, { declaration }) => e.out.write(e.module.nameOf(declaration)),
  probe: (e, { declaration }) => e.out.write(e.module.nameOf(declaration)),
  acl: (e, { declaration }) => e.out.write(e.module.nameOf(declaration)),
  sub: (e, { sub }) => e.out.write(subValue(e, sub)),
  default: (e, _resolution, node) => emitDefault(e, node),
  boolean: (e, { value }) => e.out.write(String(value)),
  global: (e, resolution, node) => emitGlobal(e, resolution, node),
  storage: (e, { name }) => e.out.write(storageConstant(e, name)),
  label: (e, { name }) => e.out.write(e.module.labelName(name)),
  regsub: (e, { all, args }) => emitRegsub(e, all, args),
  function: (e, resolution) => emitFunctionCall(e, resolution),
  method: (e, resolution) => emitMethodCall(e, resolution),
  typeMethod: (e, { name, receiver }, node) => emitTypeMethod(e, name, receiver, node),
};

/** Writes what a name, a member or a call stands for. */
export function emitResolution(e: Emitter, resolution: Resolution, node: ast.Node): void {
  const handler = handlers[resolution.kind] as (e: Emitter, resolution: Resolution, node: ast.Node) => void;
  handler(e, resolution, node);
}

/** Writes the value of a name, member or call by what the analyzer found it to be. */
export function emitResolved(e: Emitter, node: ast.Expression): void {
  emitResolution(e, known(e.module.factOf(node).resolution, node.kind), node);
}

/** `beresp.backend.name` → `beresp.backend_name`, `client.ip` → `task.client.ip`, `now` → `task.now`. */
export function variablePath(e: Emitter, name: string): string {
  const [root = "", ...properties] = name.split(".");
  const path = properties.join("_");
  if (isMessage(root)) return path === "" ? e.message(root) : `${e.message(root)}.${path}`;
  return [e.task(), root, ...(path === "" ? [] : [path])].join(".");
}

/** The header list of a message: `req.http`. */
export function headerList(e: Emitter, { message }: HeaderTarget): string {
  return `${e.message(message)}.http`;
}

/** A header as an argument of type HEADER: not its value, but its place. */
export function emitHeaderReference(e: Emitter, { resolution }: ExpressionFact): void {
  if (resolution?.kind !== "header") throw new Error("codegen: a HEADER that is no header");
  e.out.write(`${e.runtime("header")}(${headerList(e, resolution)}, `);
  e.out.string(resolution.header);
  e.out.write(")");
}

function isMessage(name: string): name is MessageName {
  return (messageNames as readonly string[]).includes(name);
}

function emitDefault(e: Emitter, node: ast.Node): void {
  const { type, convertTo } = e.module.factOf(node as ast.Expression);
  if (type !== "PROBE" && convertTo !== "PROBE") {
    e.out.write("vpi.defaultBackend()");
    return;
  }
  const declaration = e.module.program.probes.find(({ name }) => name.text === "default");
  e.out.write(e.module.nameOf(known(declaration, "probe default")));
}

/** A use inside vcl_init binds the director there and then; elsewhere it was bound when vcl_init had returned. */
function emitGlobal(e: Emitter, { name, inInit }: ResolutionOfKind<"global">, node: ast.Node): void {
  const variable = e.module.globalName(name);
  if (!inInit) {
    e.out.write(variable);
    return;
  }
  e.out.write(`(${variable} ??= vpi.bindGlobal(`);
  e.out.string(name);
  e.out.write(", ");
  e.out.string(e.module.place(node.span));
  const twin = e.module.backendPlace(name);
  if (twin !== undefined) {
    e.out.write(", ");
    e.out.string(twin);
  }
  e.out.write("))");
}

function storageConstant(e: Emitter, name: string): string {
  return e.module.loadConstants.add(`storage:${name}`, `storage_${name}`, (out) => {
    out.write("vpi.storage(");
    out.string(name);
    out.write(")");
  });
}

function subValue(e: Emitter, sub: SubFact): string {
  const run = e.module.nameOf(sub);
  return e.module.loadConstants.add(`sub:${sub.name}`, `value_${sub.name}`, (out) => {
    out.write("vpi.sub(");
    out.string(sub.name);
    out.write(`, [${[...sub.reachedFrom].map((method) => JSON.stringify(method)).join(", ")}], ${run})`);
  });
}

function emitTypeMethod(e: Emitter, name: string, receiver: Receiver, node: ast.Node): void {
  switch (name) {
    case "lower":
    case "upper":
      e.out.write(`${e.runtime(name)}(`);
      emitReceiver(e, receiver, node);
      e.out.write(")");
      break;
    case "resolve":
      e.out.write(`(await vpi.resolve(${e.task()}, `);
      emitReceiver(e, receiver, node);
      e.out.write("))");
      break;
    default:
      // A property of a storage; that of no storage is nothing.
      e.out.write("(");
      emitReceiver(e, receiver, node);
      e.out.write(`?.${name} ?? ${name === "happy" ? "false" : "0"})`);
  }
}

function emitReceiver(e: Emitter, receiver: Receiver, node: ast.Node): void {
  if (receiver.kind === "expression") e.expression(receiver.expression);
  else emitResolution(e, receiver.resolution, receiver.parts[0] ?? node);
}
