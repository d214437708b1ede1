import type * as ast from "../../parser/ast.js";
import type { VclType } from "../../language/types.js";
import type { Analysis, Value } from "../analysis.js";
import { binaryExpression } from "./BinaryExpression.js";
import { blobLiteral } from "./BlobLiteral.js";
import { callExpression } from "./CallExpression.js";
import { globalDirectorExpression } from "./GlobalDirectorExpression.js";
import { memberExpression } from "./MemberExpression.js";
import { nameExpression } from "./NameExpression.js";
import { numberLiteral } from "./NumberLiteral.js";
import { parenthesizedExpression } from "./ParenthesizedExpression.js";
import { stringLiteral } from "./StringLiteral.js";
import { unaryExpression } from "./UnaryExpression.js";

type Handlers = {
  readonly [Kind in ast.Expression["kind"]]: (
    a: Analysis,
    e: Extract<ast.Expression, { readonly kind: Kind }>,
    wanted: VclType,
  ) => Value | undefined;
};

const handlers: Handlers = {
  BinaryExpression: binaryExpression,
  BlobLiteral: blobLiteral,
  CallExpression: callExpression,
  GlobalDirectorExpression: globalDirectorExpression,
  MemberExpression: memberExpression,
  NameExpression: nameExpression,
  NumberLiteral: numberLiteral,
  ParenthesizedExpression: parenthesizedExpression,
  StringLiteral: stringLiteral,
  UnaryExpression: unaryExpression,
};

/**
 * Finds out what an expression is where a value of type `wanted` is looked for; the type that comes out may be another (the
 * language always knows what it looks for, section 6 of the facts). Undefined: it is wrong, and that was reported.
 */
export function evaluate(a: Analysis, e: ast.Expression, wanted: VclType): Value | undefined {
  const handler = handlers[e.kind] as (a: Analysis, e: ast.Expression, wanted: VclType) => Value | undefined;
  const value = handler(a, e, wanted);
  if (value !== undefined) a.expressions.set(e, value);
  return value;
}
