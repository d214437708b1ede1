import type * as ast from "../../parser/ast.js";
import type { Analysis } from "../analysis.js";
import { expect } from "../expressions/coerce.js";
import { callStatement } from "./CallStatement.js";
import { expressionStatement } from "./ExpressionStatement.js";
import { newStatement } from "./NewStatement.js";
import { returnStatement } from "./ReturnStatement.js";
import { setStatement } from "./SetStatement.js";
import { banStatement, hashDataStatement, syntheticStatement } from "./text-statements.js";
import { unsetStatement } from "./UnsetStatement.js";

type Handlers = {
  readonly [Kind in ast.Statement["kind"]]: (
    a: Analysis,
    statement: Extract<ast.Statement, { readonly kind: Kind }>,
  ) => void;
};

const handlers: Handlers = {
  BanStatement: banStatement,
  Block: block,
  CallStatement: callStatement,
  ExpressionStatement: expressionStatement,
  HashDataStatement: hashDataStatement,
  IfStatement: ifStatement,
  NewStatement: newStatement,
  ReturnStatement: returnStatement,
  SetStatement: setStatement,
  SyntheticStatement: syntheticStatement,
  UnsetStatement: unsetStatement,
};

/** Reads one statement of the current sub. */
export function execute(a: Analysis, statement: ast.Statement): void {
  (handlers[statement.kind] as (a: Analysis, statement: ast.Statement) => void)(a, statement);
}

function block(a: Analysis, { statements }: ast.Block): void {
  for (const statement of statements) execute(a, statement);
}

function ifStatement(a: Analysis, statement: ast.IfStatement): void {
  for (const arm of statement.arms) {
    expect(a, arm.test, "BOOL");
    block(a, arm.body);
  }
  if (statement.otherwise) block(a, statement.otherwise);
}
