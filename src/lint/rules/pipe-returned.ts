import type * as ast from "../../parser/ast.js";
import type { LintContext } from "../lint-context.js";
import { forEachUnmarked, userBodies } from "../support/bodies.js";
import { namesIn } from "../support/values.js";

/** `return (pipe)` for anything but a connection that changes its protocol. */
export function pipeReturned(lint: LintContext): void {
  for (const { body } of userBodies(lint.program, "vcl_recv")) {
    const asksForUpgrade = (test: ast.Expression) => namesIn(lint, test).has("req.http.upgrade");
    forEachUnmarked(body.body, asksForUpgrade, (statement) => {
      if (statement.kind !== "ReturnStatement") return;
      if (lint.program.returns.get(statement)?.action !== "pipe") return;
      lint.report("pipe-returned", statement.span, {}, { hint: "return (pass) does for all but WebSockets" });
    });
  }
}
