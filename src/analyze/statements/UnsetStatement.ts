import type * as ast from "../../parser/ast.js";
import type { Analysis } from "../analysis.js";
import { nameText } from "../names.js";
import { targetOf, variableOf } from "./SetStatement.js";

/** `unset`: only some variables have a state of not being set. */
export function unsetStatement(a: Analysis, statement: ast.UnsetStatement): void {
  const { target } = statement;
  const symbol = variableOf(a, target);
  if (symbol === undefined) return;
  if (symbol.unset === 0) return a.report("not-unsettable", target.span, { name: nameText(target.parts) });
  a.use("unset", symbol.name, symbol.unset, target.span);
  a.targets.set(statement, targetOf(symbol));
}
