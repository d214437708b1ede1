import type { VclType } from "../../language/types.js";
import type * as ast from "../../parser/ast.js";
import type { Analysis, Value } from "../analysis.js";
import { expect } from "../expressions/coerce.js";
import { mention } from "../names.js";

/** Evaluates and converts an expression of a statement; where it is wrong, what it names still counts as used. */
export function check(a: Analysis, e: ast.Expression, wanted: VclType): Value | undefined {
  const value = expect(a, e, wanted);
  if (value === undefined) mention(a, e);
  return value;
}
