import type { CatalogEntry } from "./entry.js";

/** Warnings about programs that are right and yet rarely mean what they say. Their severity can be configured. */
export const lintCatalog = {
  // Flow
  "unreachable-code": { severity: "warning", message: "This is never reached" },
  "empty-branch": { severity: "warning", message: "This branch does nothing" },
  "duplicate-condition": {
    severity: "warning",
    message: "The same was asked before: this branch is never taken",
  },
  "identical-branches": { severity: "warning", message: "All branches do the same" },
  "constant-condition": { severity: "warning", message: "This condition is always {value}" },
  "contradictory-comparison": {
    severity: "warning",
    message: "This is always {value}: {name} cannot be both",
  },
  "unused-import": { severity: "warning", message: "Nothing uses VMOD {name}" },
  "unused-director": { severity: "warning", message: "No request is sent to director {name}" },

  // Values
  "self-assignment": { severity: "warning", message: "{name} is set to itself" },
  "overwritten-value": { severity: "warning", message: "Nothing reads {name} before it is {how} again" },
  "wrong-case": { severity: "warning", message: "A text in {case} case never equals '{text}'" },
  "host-case": { severity: "warning", message: "Clients send host names in lower case, not as '{text}'" },
  "method-case": { severity: "warning", message: "Methods are case-sensitive: clients do not send '{text}'" },
  "compared-with-empty": { severity: "warning", message: '{name} is not "" when it is not set' },
  "number-as-text": {
    severity: "warning",
    message: "Texts are compared sign by sign: here '9' is greater than '10'",
  },
  "url-without-slash": {
    severity: "warning",
    message: "req.url begins with a slash: '{text}' never is its beginning",
  },
  "status-out-of-range": { severity: "warning", message: "Status {status} fails at run time" },

  // Patterns
  "host-regex-dot": {
    severity: "warning",
    message: "Other hosts match too: in a pattern, '.' stands for any character",
  },
  "host-regex-unanchored": {
    severity: "warning",
    message: "This pattern also matches hosts that only contain '{text}'",
  },
  "regex-always-matches": { severity: "warning", message: "This pattern matches every text" },
  "regex-never-matches": { severity: "warning", message: "This pattern matches no text: {reason}" },
  "missing-group": {
    severity: "warning",
    message: "Nothing is put there: the replacement quotes group {group}, but the pattern has {count}",
  },

  // Caching
  "hash-skips-builtin": {
    severity: "warning",
    message:
      "What one user gets may be served to others: return (hash) leaves out the built-in code, and nothing here looks at {headers}",
  },
  "deliver-skips-builtin": {
    severity: "warning",
    message:
      "An answer for one user may be served to others: return (deliver) leaves out the built-in code, and nothing here looks at {headers}",
  },
  "hash-incomplete": {
    severity: "warning",
    message:
      "Different pages become one object: return (lookup) leaves out the built-in code, and nothing here hashes {parts}",
  },
  "zero-ttl": {
    severity: "warning",
    message: "With a ttl of {ttl}, requests for this are fetched one after the other",
  },
  "req-grace-only": {
    severity: "warning",
    message: "This gives no object more grace: req.grace only shortens it, and nothing sets beresp.grace",
  },
  "vary-too-wide": {
    severity: "warning",
    message: "Vary on {header} stores an object for nearly every client",
  },
  "accept-encoding-set": { severity: "warning", message: "{effect}" },
  "forwarded-for-doubled": {
    severity: "warning",
    message: "Backends get the client's address twice: X-Forwarded-For already ends with it",
  },

  // Safety
  "pipe-returned": {
    severity: "warning",
    message: "After return (pipe), nothing sees the further requests of the connection",
  },
  "purge-unguarded": { severity: "warning", message: "Any client can purge" },
  "ban-unguarded": { severity: "warning", message: "Any client can ban" },
  "restart-unguarded": {
    severity: "warning",
    message: "This may go round until it fails: nothing here looks at {counter}",
  },
  "acl-matches-everyone": { severity: "warning", message: "Every {family} address is in this ACL" },

  // Targets
  "target-lacks": { severity: "warning", message: "{target} does not have {what}" },
  "target-does-less": { severity: "warning", message: "With {target}, {what} {effect}" },

  // Comments that silence warnings
  "suppression-unused": { severity: "warning", message: "Nothing here gives {code}" },
  "suppression-malformed": {
    severity: "warning",
    message: "This silences nothing: {reason}",
  },
} as const satisfies Record<string, CatalogEntry>;

export type LintCode = keyof typeof lintCatalog;
