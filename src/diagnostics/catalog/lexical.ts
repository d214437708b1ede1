import type { CatalogEntry } from "./entry.js";

/** Diagnostics about texts that form no token, and source files. */
export const lexicalCatalog = {
  "unexpected-byte": { severity: "error", message: "Syntax error: {byte} begins no token" },
  "byte-order-mark": { severity: "error", message: "Syntax error: byte order mark" },
  "single-quoted-string": { severity: "error", message: "Syntax error: strings are not written with '" },
  "nested-comment": { severity: "error", message: "/* ... */ comment contains /*" },
  "unterminated-comment": { severity: "error", message: "Unterminated /* ... */ comment" },
  "unterminated-string": { severity: "error", message: "Unterminated {kind}" },
  "inline-c": { severity: "error", message: "Inline-C not allowed" },
  "integer-too-long": { severity: "error", message: "Too many digits for integer." },
  "real-too-long": { severity: "error", message: "Too many digits for real." },
  "malformed-number": { severity: "error", message: "Unexpected character '{character}' in a number." },
  "blob-unterminated": { severity: "error", message: "Missing colon at end of BLOB" },
  "blob-character": { severity: "error", message: "Illegal BLOB character" },
  "blob-length": { severity: "error", message: "BLOB must have n*4 base64 characters" },
  "blob-padding": { severity: "error", message: "Wrong padding ('=') in BLOB" },
  "include-no-string": { severity: "error", message: "include not followed by string constant." },
  "include-no-semicolon": { severity: "error", message: "include <string> not followed by semicolon." },
  "include-unknown-flag": { severity: "error", message: "Unknown include flag: {flag}" },
  "include-unreadable": { severity: "error", message: "Cannot read file '{name}' ({reason})" },
  "include-recursive": { severity: "error", message: 'Recursive use of file "{name}"' },
  "include-glob-relative": {
    severity: "error",
    message: "+glob can only be used with absolute paths or relative paths starting with './'",
  },
  "include-glob-empty": { severity: "error", message: "glob pattern matched no files." },
  "include-of-inline": {
    severity: "error",
    message: 'include "{name}"; needs the including source to be a file.',
  },
  "source-too-long": { severity: "error", message: "More than {limit} words and signs in one program" },
  "include-limit": { severity: "error", message: "More than {limit} files included" },
} as const satisfies Record<string, CatalogEntry>;
