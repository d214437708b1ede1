import type { BoundArgument, ImportFact, ObjectFact, Resolution } from "../../analyze/program.js";
import type { PrivScope, VccDefault, VccFunction } from "../../vcc/vmod-interface.js";
import { className } from "../../vcc/typescript-types.js";
import type { Emitter } from "../emitter.js";
import { quote } from "../writer.js";

type ResolutionOfKind<Kind extends Resolution["kind"]> = Extract<Resolution, { readonly kind: Kind }>;

/** `std.log(task, "x")` */
export function emitFunctionCall(e: Emitter, call: ResolutionOfKind<"function">): void {
  const callee = `${e.module.nameOf(call.import)}.${call.function.name}`;
  emitCall(e, callee, call.import, call.function, call.args);
}

/** `rr.backend(task)` */
export function emitMethodCall(e: Emitter, call: ResolutionOfKind<"method">): void {
  const name = e.module.nameOf(call.object);
  const object = waitsForHealth(e, call.function) ? `(await ${settled(e)}${name}))` : name;
  emitCall(e, `${object}.${call.function.name}`, call.object.import, call.function, call.args);
}

/** `directors.RoundRobin.create(task, "rr")` */
export function emitConstructorCall(e: Emitter, fact: ObjectFact): void {
  const callee = `${e.module.nameOf(fact.import)}.${className(fact.object.name)}.create`;
  emitCall(e, callee, fact.import, fact.object.construct, fact.args, fact.name);
}

/** Whether its caller waits until the health that it asks for is known: only programs with directors that take time to know do. */
function waitsForHealth(e: Emitter, { asksHealth }: VccFunction): boolean {
  return asksHealth && e.module.program.settling;
}

/** The beginning of the call that waits for a director's health. */
function settled(e: Emitter): string {
  e.module.format.uses("settled");
  return `vpi.settled(${e.task()}, `;
}

function emitCall(
  e: Emitter,
  callee: string,
  from: ImportFact,
  declared: VccFunction,
  args: readonly BoundArgument[],
  objectName?: string,
): void {
  e.out.write(declared.suspends ? `(await ${callee}(` : `${callee}(`);
  const head = [e.task(), ...(objectName === undefined ? [] : [quote(objectName)])];
  e.out.write([...head, ...declared.privs.map((scope) => priv(e, scope, from, declared))].join(", "));
  const waits = waitsForHealth(e, declared);
  if (declared.args.some(({ optional }) => optional)) emitArgumentObject(e, args, waits);
  else for (const argument of args) emitArgumentAfterComma(e, argument, waits);
  e.out.write(declared.suspends ? "))" : ")");
}

function emitArgumentAfterComma(e: Emitter, argument: BoundArgument, waits: boolean): void {
  e.out.write(", ");
  emitArgument(e, argument, waits);
}

/** A function with optional arguments takes all of them as one object, from which those left out without a default are absent. */
function emitArgumentObject(e: Emitter, args: readonly BoundArgument[], waits: boolean): void {
  const given = args.filter(
    ({ argument, value, word }) =>
      value !== undefined ||
      word !== undefined ||
      (argument.default !== undefined && argument.default !== null),
  );
  e.out.write(", { ");
  e.list(given, (bound) => {
    e.out.write(`${bound.argument.implementationName}: `);
    emitArgument(e, bound, waits);
  });
  e.out.write(" }");
}

function emitArgument(e: Emitter, { argument, value, word }: BoundArgument, waits: boolean): void {
  const isAsked = waits && argument.type === "BACKEND" && value !== undefined;
  if (isAsked) e.out.write(`await ${settled(e)}`);
  if (word !== undefined) e.out.within(value?.span, () => e.out.string(word));
  else if (value !== undefined) e.expression(value);
  else e.out.write(defaultValue(argument.default));
  if (isAsked) e.out.write(")");
}

function defaultValue(value: VccDefault | undefined): string {
  if (value === undefined || value === null) return "undefined";
  return typeof value === "string" ? quote(value) : String(value);
}

/** The state that a PRIV_* argument asks for: of the task, the top request, the VCL or the call site. */
function priv(e: Emitter, scope: PrivScope, from: ImportFact, { name }: VccFunction): string {
  const vmod = from.vmod.name;
  switch (scope) {
    case "PRIV_TASK":
      return `${e.task()}.privTask(${quote(vmod)})`;
    case "PRIV_TOP":
      return `${e.task()}.privTop(${quote(vmod)})`;
    case "PRIV_VCL":
      return e.module.loadConstants.add(`priv:${vmod}`, `priv_${vmod}`, (out) => {
        out.write(`vpi.privVcl(${e.module.nameOf(e.module.firstImport(from))})`);
      });
    case "PRIV_CALL":
      return e.module.loadConstants.addFresh(`call_${vmod}_${name}`, (out) => out.write("vpi.privCall()"));
  }
}
