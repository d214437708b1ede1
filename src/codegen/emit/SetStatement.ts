import type { HeaderTarget, VariableTarget } from "../../analyze/program.js";
import type * as ast from "../../parser/ast.js";
import type { Emitter } from "../emitter.js";
import { known } from "../module.js";
import { emitOperation } from "../shared/arithmetic.js";
import { headerList, variablePath } from "../shared/resolution.js";

/** An assignment to a variable, a header or a body. */
export function emitSetStatement(e: Emitter, node: ast.SetStatement): void {
  const target = known(e.module.program.targets.get(node), "the target of set");
  if (target.kind === "header") emitHeader(e, node, target);
  else if (target.type === "BODY" && node.operator === "+=") emitBodyAppend(e, node, target);
  else emitVariable(e, node, target);
}

function emitHeader(e: Emitter, node: ast.SetStatement, target: HeaderTarget): void {
  e.out.within(node.target.span, () => {
    e.out.write(`${headerList(e, target)}.${node.operator === "=" ? "set" : "append"}(`);
    e.out.string(target.header);
  });
  e.out.write(", ");
  e.expression(node.value);
  e.out.line(");");
}

function emitBodyAppend(e: Emitter, node: ast.SetStatement, target: VariableTarget): void {
  e.out.within(node.target.span, () =>
    e.out.write(variablePath(e, target.name.replace(/body$/, "appendBody"))),
  );
  e.out.write("(");
  e.expression(node.value);
  e.out.line(");");
}

function emitVariable(e: Emitter, node: ast.SetStatement, target: VariableTarget): void {
  const path = variablePath(e, target.name);
  const value = () => e.expression(node.value);
  const current = () => e.out.write(target.type === "STRING" ? `(${path} ?? "")` : path);
  const operator = node.operator.slice(0, -1);
  e.out.within(node.target.span, () => e.out.write(path));
  if (operator === "") {
    e.out.write(" = ");
    value();
  } else if (target.type === "STRING" || target.type === "INT" || target.type === "BYTES") {
    e.out.write(" = ");
    emitOperation(e, target.type, operator, current, value);
  } else {
    e.out.write(` ${node.operator} `);
    value();
  }
  e.out.line(";");
}
