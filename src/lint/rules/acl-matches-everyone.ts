import type { LintContext } from "../lint-context.js";

/** `"0.0.0.0"/0;` in an ACL. */
export function aclMatchesEveryone(lint: LintContext): void {
  for (const { entries } of lint.program.acls) {
    for (const { syntax, mask, address } of entries) {
      if (mask !== 0 || syntax.negated) continue;
      const family = address.includes(":") ? "IPv6" : "IPv4";
      lint.report("acl-matches-everyone", syntax.span, { family });
    }
  }
}
