import { converterFor } from "../../analyze/expressions/converters.js";
import type * as ast from "../../parser/ast.js";
import type { LintContext } from "../lint-context.js";
import { bare, constantText, sourceOf } from "../support/values.js";

const order: ReadonlySet<string> = new Set(["<", "<=", ">", ">="]);

/** `req.http.Content-Length > "100"`, and the same with `"" + 100`: texts are compared, and not what they say. */
export function numberAsText(lint: LintContext): void {
  lint.visit({
    BinaryExpression(e) {
      if (!order.has(e.operator)) return;
      const [left, right] = [numberIn(lint, e.left), numberIn(lint, e.right)];
      const number = right ?? left;
      if (number === undefined || (left !== undefined && right !== undefined)) return;
      const text = sourceOf(right === undefined ? e.right : e.left);
      const compared = converterFor(number.includes(".") ? "REAL" : "INT", text);
      const hint =
        right === undefined ? `${number} ${e.operator} ${compared}` : `${compared} ${e.operator} ${number}`;
      lint.report("number-as-text", e.span, {}, { hint: `import std; and write ${hint}` });
    },
  });
}

/** The number that a text holds, or that is made a text of. */
function numberIn(lint: LintContext, e: ast.Expression): string | undefined {
  const inner = bare(e);
  const text = constantText(lint, inner);
  if (text !== undefined) return /^-?\d+(?:\.\d+)?$/.test(text) ? text : undefined;
  if (inner.kind !== "BinaryExpression" || inner.operator !== "+") return undefined;
  const [begin, number] = [constantText(lint, inner.left), bare(inner.right)];
  return begin === "" && number.kind === "NumberLiteral" && !number.unit ? sourceOf(number) : undefined;
}
