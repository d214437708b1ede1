import { visit } from "../../parser/visit.js";
import type { LintContext } from "../lint-context.js";
import { userBodies } from "../support/bodies.js";
import { reportReturns } from "../support/builtin.js";
import { namesIn } from "../support/values.js";

/** vcl_hash that returns before the built-in code without hashing what tells one page from another. */
export function hashIncomplete(lint: LintContext): void {
  const hashed = new Set<string>();
  let builtin = false;
  for (const { body } of userBodies(lint.program, "vcl_hash")) {
    visit(body, {
      HashDataStatement({ value }) {
        for (const name of namesIn(lint, value)) hashed.add(name);
      },
      CallStatement(statement) {
        builtin ||= lint.program.calls.get(statement)?.name.toLowerCase() === "vcl_builtin_hash";
      },
    });
  }
  const derived = [...hashed].some((name) => /^req\.http\.(?!host$)/.test(name));
  // A header that the policy made may hold the URL or the host.
  if (builtin || derived) return;
  const missing = ["req.url", "req.http.host"].filter((name) => !hashed.has(name));
  const parts = missing.join(" or ");
  if (parts === "") return;
  reportReturns(lint, "vcl_hash", "lookup", (span) => lint.report("hash-incomplete", span, { parts }));
}
