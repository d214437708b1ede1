import type { SubFact } from "../../analyze/program.js";
import { writeCommentsAbove } from "../comments.js";
import type { Emitter } from "../emitter.js";
import type { Module } from "../module.js";
import { taskTypes } from "../sub-shape.js";
import type { Writer } from "../writer.js";

/** The members of a loaded VCL that vcl_init and vcl_fini become. */
const memberNames: Readonly<Record<string, string>> = { vcl_init: "init", vcl_fini: "fini" };

/** A method sub: a method of the object that loading returns. */
export function emitMethodSub(out: Writer, e: Emitter, sub: SubFact): void {
  emitBodies(e, sub);
  if (sub.bodies[0]) writeCommentsAbove(out, sub.bodies[0].span);
  const name = memberNames[sub.name] ?? sub.name;
  out.within(sub.bodies[0]?.span, () => {
    out.write(`${sub.suspends ? "async " : ""}${name}(${e.usesTask ? "task" : ""})`);
    // The type of what an async method resolves with does not come from its context.
    if (sub.suspends) out.type(`: ${returnType(e.module, sub)}`);
    out.line(" {");
  });
  emitHeadAndBody(out, e, sub);
  out.line("},");
}

/** A sub that others call: a function of the module. */
export function emitUserSub(out: Writer, e: Emitter, sub: SubFact): void {
  emitBodies(e, sub);
  if (sub.bodies[0]) writeCommentsAbove(out, sub.bodies[0].span);
  const { module } = e;
  out.within(sub.bodies[0]?.span, () => {
    out.write(`${sub.suspends ? "async " : ""}function ${module.declaredName(sub)}(task`);
    out.type(`: ${taskType(module, sub)}`);
    out.write(")");
    out.type(`: ${returnType(module, sub)}`);
    out.line(" {");
  });
  emitHeadAndBody(out, e, sub);
  out.line("}");
}

/** Bodies of one sub run one after the other; a return in one ends them all. */
function emitBodies(e: Emitter, sub: SubFact): void {
  for (const [index, { body, span }] of sub.bodies.entries()) {
    if (index > 0) {
      e.out.write("\n");
      writeCommentsAbove(e.out, span);
    }
    e.block(body);
  }
}

/** What a debugger that steps into the sub meets first is mapped to the sub's own line. */
function emitHeadAndBody(out: Writer, e: Emitter, { bodies }: SubFact): void {
  out.within(bodies[0]?.span, () => {
    if (e.messages.length > 0) out.line(`const { ${e.messages.join(", ")} } = task;`);
    if (!e.usesAction) return;
    out.write("let action");
    out.type(`: ${e.module.runtimeType("Action")} | void`);
    out.line(";");
  });
  out.append(e.out);
}

function taskType(module: Module, sub: SubFact): string {
  if (module.mode !== "typescript") return "";
  return taskTypes(sub)
    .map((name) => module.runtimeType(name))
    .join(" | ");
}

function returnType(module: Module, sub: SubFact): string {
  if (module.mode !== "typescript") return "";
  const result = module.returnsAction(sub) ? `${module.runtimeType("Action")} | void` : "void";
  return sub.suspends ? `Promise<${result}>` : result;
}
