import type { AnalyzedProgram, SubFact } from "../../analyze/program.js";
import type { MethodSub } from "../../language/subs.js";
import type * as ast from "../../parser/ast.js";

/** A body that the program itself gives to a sub. */
export interface UserBody {
  readonly sub: SubFact;
  readonly body: ast.SubDeclaration;
}

/** The bodies of the program's subs, without those of the built-in VCL; only those that a sub of the cache reaches, if one is given. */
export function userBodies({ subs }: AnalyzedProgram, from?: MethodSub): readonly UserBody[] {
  return subs
    .filter((sub) => from === undefined || sub.reachedFrom.has(from))
    .flatMap((sub) =>
      sub.bodies.filter(({ span }) => span.file.kind !== "builtin").map((body) => ({ sub, body })),
    );
}

/** Calls for each statement on whose way no condition, those of earlier arms included, is a mark. */
export function forEachUnmarked(
  block: ast.Block,
  isMark: (test: ast.Expression) => boolean,
  found: (statement: ast.Statement, block: ast.Block) => void,
): void {
  for (const statement of block.statements) {
    found(statement, block);
    if (statement.kind === "Block") forEachUnmarked(statement, isMark, found);
    if (statement.kind !== "IfStatement") continue;
    const { arms, otherwise } = statement;
    // Every arm behind a mark is marked too.
    const marked = arms.findIndex(({ test }) => isMark(test));
    const open = marked < 0 ? arms : arms.slice(0, marked);
    for (const { body } of open) forEachUnmarked(body, isMark, found);
    if (otherwise && marked < 0) forEachUnmarked(otherwise, isMark, found);
  }
}

/** Calls for each statement with the conditions around it, those of earlier arms included; the list is good for the call only. */
export function forEachGuarded(
  block: ast.Block,
  found: (statement: ast.Statement, guards: readonly ast.Expression[]) => void,
  guards: ast.Expression[] = [],
): void {
  for (const statement of block.statements) {
    found(statement, guards);
    if (statement.kind === "Block") forEachGuarded(statement, found, guards);
    if (statement.kind !== "IfStatement") continue;
    const outer = guards.length;
    for (const { test, body } of statement.arms) {
      guards.push(test);
      forEachGuarded(body, found, guards);
    }
    if (statement.otherwise) forEachGuarded(statement.otherwise, found, guards);
    guards.length = outer;
  }
}
