import type { ExpressionFact } from "../../analyze/program.js";
import type { VclType } from "../../language/types.js";
import type * as ast from "../../parser/ast.js";
import type { Emitter } from "../emitter.js";
import type { RuntimeValue } from "../runtime-names.js";
import { slug } from "../names.js";
import { quote } from "../writer.js";

/** How a value of each type becomes text; types that are text already, or have none, are not listed. */
export const textFunctions: Readonly<Partial<Record<VclType, RuntimeValue>>> = {
  ACL: "aclToString",
  BACKEND: "backendToString",
  BLOB: "blobToString",
  BOOL: "boolToString",
  BYTES: "bytesToString",
  DURATION: "durationToString",
  HEADER: "headerToString",
  INT: "intToString",
  IP: "ipToString",
  PROBE: "probeToString",
  REAL: "realToString",
  STEVEDORE: "stevedoreToString",
  TIME: "timeToString",
};

const nullableTexts: ReadonlySet<VclType> = new Set([
  "ACL",
  "BACKEND",
  "BLOB",
  "HEADER",
  "PROBE",
  "STEVEDORE",
]);

/** Whether the text of an expression may be NULL. */
export function textIsNullable({ type, nullable, constant }: ExpressionFact): boolean {
  if (constant !== undefined) return false;
  return type in textFunctions ? nullableTexts.has(type) : nullable;
}

/** The strands of a STRING: the operands of a concatenation, or the expression itself. */
export function strandsOf(e: Emitter, node: ast.Expression): readonly ast.Expression[] {
  const strands: ast.Expression[] = [];
  let rest = node;
  while (isConcatenation(e, rest)) {
    strands.unshift(rest.right);
    rest = rest.left;
  }
  return [rest, ...strands];
}

function isConcatenation(e: Emitter, node: ast.Expression): node is ast.BinaryExpression {
  if (node.kind !== "BinaryExpression") return false;
  const fact = e.module.factOf(node);
  return fact.concatenation === true && fact.constant === undefined;
}

/** A strand as a string that is never NULL; what NULL reads as is given. */
export function emitPresentText(e: Emitter, node: ast.Expression, ifNull = ""): void {
  if (!textIsNullable(e.module.factOf(node))) {
    e.expression(node);
    return;
  }
  e.out.write("(");
  e.expression(node);
  e.out.write(` ?? ${quote(ifNull)})`);
}

/** A concatenation; neighbouring literals become one. */
export function emitConcatenation(e: Emitter, strands: readonly ast.Expression[], ifNull = ""): void {
  e.out.write("(");
  for (const [index, group] of literalGroups(e, strands).entries()) {
    if (index > 0) e.out.write(" + ");
    const [first] = group;
    if (group.length === 1) emitPresentText(e, first, ifNull);
    else
      e.out.within(first.span, () => emitString(e, group.map((node) => literalText(e, node) ?? "").join("")));
  }
  e.out.write(")");
}

type Group = [ast.Expression, ...ast.Expression[]];

function literalGroups(e: Emitter, strands: readonly ast.Expression[]): Group[] {
  const groups: Group[] = [];
  let previousIsLiteral = false;
  for (const strand of strands) {
    const isLiteral = literalText(e, strand) !== undefined;
    const last = groups.at(-1);
    if (last && isLiteral && previousIsLiteral) last.push(strand);
    else groups.push([strand]);
    previousIsLiteral = isLiteral;
  }
  return groups;
}

/** The text of a strand that is known while compiling, if it is. */
function literalText(e: Emitter, node: ast.Expression): string | undefined {
  const { type, constant } = e.module.factOf(node);
  if (constant === undefined || type === "BLOB") return undefined;
  return constantText(type, constant);
}

/** The text of a constant, where it needs no printing rule of the runtime's. */
export function constantText(type: VclType, value: string | number | boolean): string | undefined {
  if (typeof value === "number" && (type !== "INT" || !Number.isSafeInteger(value))) return undefined;
  return String(value);
}

/** A string; one of several lines is a constant of the module, written line by line. */
export function emitString(e: Emitter, bytes: string): void {
  const lines = bytes.split("\n");
  if (lines.length < 3) {
    e.out.string(bytes);
    return;
  }
  const name = e.module.constants.add(`text:${bytes}`, `text_${slug(bytes) ?? "lines"}`, (out) => {
    out.write("[\n");
    for (const line of lines) out.line(`${quote(line)},`);
    out.write('].join("\\n")');
  });
  e.out.write(name);
}
