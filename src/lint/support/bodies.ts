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
