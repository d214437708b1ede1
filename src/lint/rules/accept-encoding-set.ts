import type { LintContext } from "../lint-context.js";
import { constantText, targetName } from "../support/values.js";

/** The Accept-Encoding that policies used to normalize, before the cache did it itself. */
export function acceptEncodingSet(lint: LintContext): void {
  lint.visit({
    SetStatement(statement) {
      const target = lint.program.targets.get(statement);
      if (target === undefined || targetName(target) !== "req.http.accept-encoding") return;
      if (!/^(?:gzip|deflate)$/i.test(constantText(lint, statement.value) ?? "")) return;
      const hint = "with gzip support it is gzip or unset before vcl_recv; set beresp.do_gzip compresses";
      lint.report("accept-encoding-set", statement.span, {}, { hint });
    },
  });
}
