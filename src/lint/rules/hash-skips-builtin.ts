import type { LintContext } from "../lint-context.js";
import { leftOut, reportReturns } from "../support/builtin.js";

/** `return (hash)` although nothing in vcl_recv cares for credentials or cookies: what one user may see is cached for all. */
export function hashSkipsBuiltin(lint: LintContext): void {
  const headers = leftOut(lint, "vcl_recv", {
    "req.http.Authorization": "vcl_req_authorization",
    "req.http.Cookie": "vcl_req_cookie",
  });
  if (headers !== "") {
    reportReturns(lint, "vcl_recv", "hash", (span) => lint.report("hash-skips-builtin", span, { headers }));
  }
}
