import type { CatalogEntry } from "./entry.js";

/** Diagnostics about .vcc interface files. */
export const vccCatalog = {
  "vcc-no-module": { severity: "error", message: "No $Module stanza found" },
  "vcc-bad-module": {
    severity: "error",
    message: "$Module needs a name, a manual section and a description",
  },
  "vcc-duplicate-module": { severity: "error", message: "Second $Module stanza" },
  "vcc-wrong-module": {
    severity: "error",
    message: "Wrong file for VMOD {expected}: it contains vmod {found}",
  },
  "vcc-unknown-stanza": { severity: "error", message: "Unknown stanza ${name}" },
  "vcc-bad-stanza": { severity: "error", message: "{name} needs {expected}" },
  "vcc-unknown-word": {
    severity: "warning",
    message: "Unknown {name} value '{found}', expected {expected}",
  },
  "vcc-event-documentation": { severity: "warning", message: "Documentation under $Event is not used" },
  "vcc-expected": { severity: "error", message: "Expected {expected}, got '{found}'" },
  "vcc-expected-type": { severity: "error", message: "Expected type, got '{found}'" },
  "vcc-unterminated-string": { severity: "error", message: "String is not terminated" },
  "vcc-illegal-name": { severity: "error", message: "Illegal name '{name}'" },
  "vcc-duplicate-name": { severity: "error", message: "'{name}' is already declared" },
  "vcc-void-argument": { severity: "error", message: "Argument cannot be VOID" },
  "vcc-duplicate-argument": { severity: "error", message: "Duplicate argument name '{name}'" },
  "vcc-unnamed-optional": { severity: "error", message: "Optional arguments must have names" },
  "vcc-braces": { severity: "error", message: "Only ENUMs take braces, {type} does not" },
  "vcc-enum-without-values": { severity: "error", message: "ENUM needs its values in braces" },
  "vcc-bad-default": { severity: "error", message: "'{text}' is not a default value for {type}" },
  "vcc-enum-default": {
    severity: "error",
    message: "Default '{text}' is not one of the ENUM's values: {values}",
  },
  "vcc-private-return": { severity: "error", message: "{type} cannot be returned" },
  "vcc-private-default": { severity: "error", message: "{type} takes no default value" },
  "vcc-method-without-object": {
    severity: "error",
    message: "$Method must follow its $Object or another $Method",
  },
  "vcc-method-without-dot": { severity: "error", message: "Method name '{name}' must begin with a dot" },
  "vcc-nothing-to-follow": { severity: "error", message: "{name} must follow {expected}" },
  "vcc-restrict-scope": { severity: "error", message: "Invalid scope '{scope}' for $Restrict" },
  "vcc-alias-target": {
    severity: "error",
    message: "Symbol not found: '{name}' (an alias follows its target)",
  },
} as const satisfies Record<string, CatalogEntry>;
