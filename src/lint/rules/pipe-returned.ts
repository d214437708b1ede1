import type { LintContext } from "../lint-context.js";
import { forEachGuarded, userBodies } from "../support/bodies.js";
import { namesIn } from "../support/values.js";

/** `return (pipe)` for anything but a connection that changes its protocol. */
export function pipeReturned(lint: LintContext): void {
  for (const { body } of userBodies(lint.program, "vcl_recv")) {
    forEachGuarded(body.body, (statement, guards) => {
      if (statement.kind !== "ReturnStatement") return;
      if (lint.program.returns.get(statement)?.action !== "pipe") return;
      if (guards.some((guard) => namesIn(lint, guard).has("req.http.upgrade"))) return;
      lint.report("pipe-returned", statement.span, {}, { hint: "return (pass) does for all but WebSockets" });
    });
  }
}
