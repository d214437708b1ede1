import { visit } from "../../parser/visit.js";
import type * as ast from "../../parser/ast.js";
import type { LintContext } from "../lint-context.js";
import { isGuarded } from "../support/access.js";
import { userBodies } from "../support/bodies.js";

/** A ban on behalf of a request, in a sub that never looks at who asks for it. */
export function banUnguarded(lint: LintContext): void {
  for (const user of userBodies(lint.program, "vcl_recv")) {
    if (isGuarded(lint, user)) continue;
    const report = ({ span }: ast.Node) =>
      lint.report("ban-unguarded", span, {}, { hint: "ask an ACL first: client.ip ~ purgers" });
    visit(user.body, {
      BanStatement: report,
      CallExpression(call) {
        const resolution = lint.fact(call)?.resolution;
        if (resolution?.kind !== "function" || resolution.import.vmod.name !== "std") return;
        if (resolution.function.name === "ban") report(call);
      },
    });
  }
}
