import type { CatalogEntry } from "./entry.js";

/** Diagnostics about tokens that form no program. */
export const syntaxCatalog = {
  "unexpected-token": { severity: "error", message: "Expected {expected} got {found}" },
  "version-missing": { severity: "error", message: "VCL version declaration missing" },
  "other-dialect": {
    severity: "error",
    message: "This is {dialect}, which vclc does not compile: {sign} shows it, and no 'vcl 4.1;'",
  },
  "version-malformed": {
    severity: "error",
    message: "Don't play silly buggers with VCL version numbers: {text} is not of the form N.N",
  },
  "version-unsupported": { severity: "error", message: "VCL version {version} not supported." },
  "version-no-semicolon": { severity: "error", message: "Expected 'vcl N.N;' found no semi-colon" },
  "version-higher": {
    severity: "error",
    message: "VCL version {version} higher than the top level version {top}",
  },
  "illegal-name": {
    severity: "error",
    message: "Name of {kind}, '{name}', contains illegal character '{character}'",
  },
  "unclosed-block": { severity: "error", message: "Expected '}' got {found}: a block is not closed" },
  "unknown-statement": { severity: "error", message: "Symbol not found: '{name}' is no statement" },
  "nested-too-deeply": { severity: "error", message: "Nested too deeply: more than {limit} levels" },
  "expression-too-long": { severity: "error", message: "More than {limit} operators in one expression" },
  "diagnostics-left-out": {
    severity: "warning",
    message: "More than {limit} diagnostics [{code}]: the others are left out",
  },
} as const satisfies Record<string, CatalogEntry>;
