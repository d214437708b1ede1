import type { HeaderTarget, VariableTarget } from "../../analyze/program.js";
import { variables } from "../../language/variables.js";
import type * as ast from "../../parser/ast.js";
import type { Emitter } from "../emitter.js";
import { known } from "../module.js";
import { emitOperation } from "../shared/arithmetic.js";
import { headerList, variablePath } from "../shared/resolution.js";
import { emitPresentText } from "../shared/text.js";

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
  const operator = node.operator.slice(0, -1);
  e.out.within(node.target.span, () => e.out.write(path));
  if (operator === "") {
    e.out.write(" = ");
    e.expression(node.value);
  } else if (target.type === "STRING") {
    e.out.write(nullable.has(target.name) ? ` = (${path} ?? "") + ` : " += ");
    emitPresentText(e, node.value);
  } else if (target.type === "INT" || target.type === "BYTES") {
    e.out.write(" = ");
    const current = (): void => e.out.write(path);
    emitOperation(e, target.type, operator, current, () => e.expression(node.value));
  } else {
    e.out.write(` ${node.operator} `);
    e.expression(node.value);
  }
  e.out.line(";");
}

/** Variables that may read as NULL. */
const nullable: ReadonlySet<string> = new Set(
  variables.filter((entry) => "nullable" in entry).map(({ name }) => name),
);
