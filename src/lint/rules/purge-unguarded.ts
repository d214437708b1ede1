import { visit } from "../../parser/visit.js";
import type { LintContext } from "../lint-context.js";
import { isGuarded } from "../support/access.js";
import { userBodies } from "../support/bodies.js";

/** `return (purge)` in a sub that never looks at who asks for it. */
export function purgeUnguarded(lint: LintContext): void {
  for (const user of userBodies(lint.program, "vcl_recv")) {
    if (isGuarded(lint, user)) continue;
    visit(user.body, {
      ReturnStatement(statement) {
        if (lint.program.returns.get(statement)?.action !== "purge") return;
        lint.report("purge-unguarded", statement.span, {}, { hint: "ask an ACL first: client.ip ~ purgers" });
      },
    });
  }
}
