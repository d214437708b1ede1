import type * as ast from "../parser/ast.js";

/** Whether nothing after a statement is reached. */
export function endsFlow(statement: ast.Statement): boolean {
  switch (statement.kind) {
    case "ReturnStatement":
      return true;
    case "Block":
      return statement.statements.some(endsFlow);
    case "IfStatement":
      return (
        statement.otherwise !== undefined &&
        endsFlow(statement.otherwise) &&
        statement.arms.every(({ body }) => endsFlow(body))
      );
    default:
      return false;
  }
}
