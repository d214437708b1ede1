import { assignment } from "../../language/operators.js";
import type { VclType } from "../../language/types.js";
import type * as ast from "../../parser/ast.js";
import { describeMask } from "../../language/subs.js";
import type { Analysis } from "../analysis.js";
import { expect } from "../expressions/coerce.js";
import { findWholeName, nameText, reportWrongType } from "../names.js";
import type { HeaderTarget, VariableTarget } from "../program.js";
import type { VariableSymbol } from "../symbols.js";

/** `set`: the variable is writable, knows the operator, and takes the value. */
export function setStatement(a: Analysis, statement: ast.SetStatement): void {
  const symbol = variableOf(a, statement.target);
  if (symbol === undefined) return;
  // Without a right to write there is no operator to be wrong, but the value is looked at all the same.
  const writable = isWritable(a, symbol, statement);
  const wanted = writable ? valueType(a, symbol, statement) : plainType(symbol);
  if (wanted === undefined) return;
  a.targets.set(statement, targetOf(symbol));
  expect(a, statement.value, wanted);
}

/** The variable that a `set` or `unset` names, or undefined when it names none. */
export function variableOf(a: Analysis, target: ast.NameExpression): VariableSymbol | undefined {
  const symbol = findWholeName(a, target);
  if (symbol === undefined || symbol.kind === "var") return symbol;
  return reportWrongType(a, target.span, nameText(target.parts), symbol, "var");
}

/** What is written to, as codegen wants to know it. */
export function targetOf(symbol: VariableSymbol): VariableTarget | HeaderTarget {
  return symbol.header ?? { kind: "variable", name: symbol.name, type: symbol.type };
}

function isWritable(a: Analysis, symbol: VariableSymbol, { target }: ast.SetStatement): boolean {
  if (symbol.write !== 0) {
    a.use("set", symbol.name, symbol.write, target.span);
    return true;
  }
  if (symbol.read !== 0) a.use("readOnly", symbol.name, symbol.read, target.span);
  else {
    const hint = symbol.unset === 0 ? {} : { hint: `it can be unset in ${describeMask(symbol.unset)}` };
    a.report("not-settable", target.span, { name: nameText(target.parts) }, hint);
  }
  return false;
}

function valueType(a: Analysis, symbol: VariableSymbol, statement: ast.SetStatement): VclType | undefined {
  const { operator } = statement;
  if (operator === "=") return plainType(symbol);
  const wanted = assignment[symbol.type]?.[operator];
  return wanted ?? a.report("assignment-operator", statement.operatorSpan, { operator });
}

/** What `=` takes. */
function plainType({ type }: VariableSymbol): VclType {
  return type === "HEADER" ? "STRING" : type;
}
