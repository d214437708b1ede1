import { restrictedStatements } from "../../language/actions.js";
import { maskOf } from "../../language/subs.js";
import type * as ast from "../../parser/ast.js";
import type { Span } from "../../source/source-file.js";
import type { Analysis } from "../analysis.js";
import { expect } from "../expressions/coerce.js";

/** `ban(…)` */
export function banStatement(a: Analysis, statement: ast.BanStatement): void {
  expect(a, statement.value, "STRING");
}

/** `hash_data(…)` */
export function hashDataStatement(a: Analysis, statement: ast.HashDataStatement): void {
  useStatement(a, "hash_data", statement);
  expect(a, statement.value, "STRANDS");
}

/** `synthetic(…)` */
export function syntheticStatement(a: Analysis, statement: ast.SyntheticStatement): void {
  useStatement(a, "synthetic", statement);
  expect(a, statement.value, "STRANDS");
}

/** Notes a statement that is not legal everywhere; the place is its keyword. */
export function useStatement(
  a: Analysis,
  keyword: string,
  { kind, span }: { readonly kind: keyof typeof restrictedStatements; readonly span: Span },
): void {
  const place = { ...span, end: span.start + keyword.length };
  a.use("action", keyword, maskOf(restrictedStatements[kind]), place);
}
