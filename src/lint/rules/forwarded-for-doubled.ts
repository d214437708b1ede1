import type { LintContext } from "../lint-context.js";
import { namesIn, targetName } from "../support/values.js";

const forwarded = "req.http.x-forwarded-for";

/** `set req.http.X-Forwarded-For = req.http.X-Forwarded-For + ", " + client.ip;` */
export function forwardedForDoubled(lint: LintContext): void {
  lint.visit({
    SetStatement(statement) {
      const target = lint.program.targets.get(statement);
      if (target === undefined || targetName(target) !== forwarded) return;
      const names = namesIn(lint, statement.value);
      const appends = names.has(forwarded) || statement.operator === "+=";
      if (!appends || !names.has("client.ip")) return;
      lint.report("forwarded-for-doubled", statement.span, {}, { hint: "it is added before vcl_recv runs" });
    },
  });
}
