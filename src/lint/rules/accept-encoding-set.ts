import type * as ast from "../../parser/ast.js";
import { visit } from "../../parser/visit.js";
import type { LintContext } from "../lint-context.js";
import { isCalled } from "../support/access.js";
import { forEachUnmarked, userBodies } from "../support/bodies.js";
import { constantText, namesIn, targetName } from "../support/values.js";

/**
 * The Accept-Encoding that policies used to normalize, before the cache did it itself: it is "gzip" before vcl_recv where the client takes that, else
 * unset. Setting it to anything else changes what the client gets.
 */
export function acceptEncodingSet(lint: LintContext): void {
  // Only what must hold: what is behind ! or beside || says nothing of those who come here.
  const asks = (test: ast.Expression): boolean => {
    if (test.kind === "ParenthesizedExpression") return asks(test.expression);
    if (test.kind === "BinaryExpression" && test.operator === "&&")
      return asks(test.left) || asks(test.right);
    if (test.kind === "UnaryExpression") return false;
    if (test.kind === "BinaryExpression" && !["~", "=="].includes(test.operator)) return false;
    const names = namesIn(lint, test);
    return names.has("req.http.accept-encoding") || names.has("req.can_gzip");
  };
  for (const { sub, body } of userBodies(lint.program, "vcl_recv")) {
    const unasked = new Set<ast.Statement>();
    forEachUnmarked(body.body, asks, (statement) => unasked.add(statement));
    visit(body, {
      SetStatement(statement) {
        const target = lint.program.targets.get(statement);
        if (target === undefined || targetName(target) !== "req.http.accept-encoding") return;
        const coding = constantText(lint, statement.value)?.toLowerCase();
        if (coding !== "gzip" && coding !== "deflate") return;
        // What calls a sub may have asked.
        const forced = unasked.has(statement) && !isCalled(lint.program, sub.name);
        const effect = forced ? forcing[coding] : nothing;
        lint.report("accept-encoding-set", statement.span, { effect }, { hint });
      },
    });
  }
}

const nothing = "This changes nothing: before vcl_recv, Accept-Encoding is made gzip, or unset";
const forcing = {
  gzip: "Clients that do not take gzip get it all the same",
  deflate: "Clients that take gzip get nothing compressed",
} as const;
const hint = "leave the header as it is: set beresp.do_gzip = true; compresses what the backend does not";
