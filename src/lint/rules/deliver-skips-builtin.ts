import type { LintContext } from "../lint-context.js";
import { leftOut, reportReturns } from "../support/builtin.js";

/** `return (deliver)` although nothing in vcl_backend_response cares for cookies that are set: one user's session is cached for all. */
export function deliverSkipsBuiltin(lint: LintContext): void {
  const headers = leftOut(lint, "vcl_backend_response", {
    "beresp.http.Set-Cookie": "vcl_beresp_cookie",
    "beresp.http.Cache-Control": "vcl_beresp_control",
  });
  if (headers !== "") {
    reportReturns(lint, "vcl_backend_response", "deliver", (span) =>
      lint.report("deliver-skips-builtin", span, { headers }),
    );
  }
}
