import type { CatalogEntry } from "./entry.js";

/** Diagnostics about programs that mean nothing. */
export const semanticCatalog = {
  // Names
  "symbol-not-found": { severity: "error", message: "Symbol not found: '{name}'" },
  "symbol-other-version": {
    severity: "error",
    message: "Symbol not found: '{name}' (only available when {range})",
  },
  "symbol-wrong-type": {
    severity: "error",
    message: "Symbol '{name}' has wrong type ({found}), expected {expected}",
  },
  "symbol-not-usable": { severity: "error", message: "Symbol '{name}' cannot be used here" },
  "symbol-not-in-expression": {
    severity: "error",
    message: "Symbol '{name}' type ({found}) cannot be used in expression",
  },
  "symbol-only-as": { severity: "error", message: "Symbol '{name}' can only be used as a {type} expression" },
  "reserved-word": { severity: "error", message: "Symbol '{name}' is a reserved word" },
  "unknown-property": { severity: "error", message: "Unknown property '{name}' for type {type}" },
  "property-needs-call": { severity: "error", message: "Expected '(' after '{name}'" },
  "not-callable": { severity: "error", message: "'{name}' cannot be called" },
  "quoted-header-version": { severity: "error", message: "Quoted headers are available for VCL >= 4.1" },
  "header-name-character": { severity: "error", message: "Invalid character '{character}' in header name" },
  "header-name-too-long": { severity: "error", message: "HTTP header ({start}..) is too long" },

  // Declarations
  redefined: { severity: "error", message: "{kind} '{name}' redefined" },
  "already-defined": { severity: "error", message: "Name '{name}' already defined" },
  "name-must-have-type": { severity: "error", message: "Name {name} must have type '{type}'" },
  "reserved-prefix": { severity: "error", message: "Symbols named 'vcl_*' are reserved" },
  "reserved-sub-name": { severity: "error", message: "The names 'vcl_*' are reserved for subroutines" },
  undefined: { severity: "error", message: "Undefined {kind} {name}, first reference:" },
  unused: { severity: "error", message: "Unused {kind} {name}, defined" },
  "unused-target": { severity: "error", message: "Symbol '{name}' cannot follow 'unused'" },
  "no-backend": {
    severity: "error",
    message: "No backends or directors found in VCL program, at least one is necessary",
  },
  "two-default-backends": { severity: "error", message: "Only one default director possible" },
  "vmod-not-found": { severity: "error", message: "Could not find VMOD {name}" },
  "vmod-unusable": { severity: "error", message: "Could not open VMOD {name}: {reason}" },
  "vmod-other-import": { severity: "error", message: "Another module already imported as {name}" },

  // Fields of backends and probes
  "field-unknown": { severity: "error", message: "Unknown field: '{name}'" },
  "field-redefined": { severity: "error", message: "Field '{name}' redefined" },
  "field-value": { severity: "error", message: "Field '{name}' wants {expected}" },
  "field-version": {
    severity: "error",
    message: "Unix socket backends only supported in VCL 4.1 and higher",
  },
  "field-boolean": { severity: "error", message: 'Expected "true" or "false"' },
  "backend-address-redefinition": { severity: "error", message: "Address redefinition" },
  "backend-without-address": { severity: "error", message: "Expected .host or .path" },
  "backend-host": {
    severity: "error",
    message: "Backend host '{host}' could not be resolved to an IP address: {reason}",
  },
  "backend-path": { severity: "error", message: "Backend path: {reason}" },
  "backend-proxy-header": { severity: "error", message: ".proxy_header must be 1 or 2" },
  "backend-probe": { severity: "error", message: "Expected '{' or name of probe" },
  "backend-default-probe": { severity: "error", message: "No default probe defined" },
  "backend-via-stacked": { severity: "error", message: "Cannot stack .via backends" },
  "backend-via-path": { severity: "error", message: "Cannot set both .via and .path" },
  "backend-authority-ip": {
    severity: "error",
    message: ".{field} used as authority can not be an ip address with .via",
  },
  "probe-request-redefinition": { severity: "error", message: "Probe request redefinition" },
  "probe-expected-response": {
    severity: "error",
    message: "Must specify .expected_response with exactly three digits (100 <= x <= 999)",
  },
  "probe-window-alone": { severity: "error", message: "Must specify .threshold with .window" },
  "probe-window-size": { severity: "error", message: "{field} must be 64 or less" },
  "probe-threshold": { severity: "error", message: "Threshold cannot be greater than window" },

  // ACLs
  "acl-flag": {
    severity: "error",
    message: "Unknown ACL flag. Valid ACL flags are `log`, `fold`, `pedantic` and `table`",
  },
  "acl-flag-argument": { severity: "error", message: "-{flag}(...) is invalid, use -{flag}" },
  "acl-flag-subflag": { severity: "error", message: "The only ACL {flag} sub-flag is `{argument}`" },
  "acl-address": { severity: "error", message: "DNS lookup({address}): not an address and no host name" },
  "acl-address-ignored": {
    severity: "warning",
    message: "{address} ignored: not an address and no host name",
  },
  "acl-mask-not-numeric": { severity: "error", message: ".../mask is not numeric" },
  "acl-mask-twice": { severity: "error", message: "/mask only allowed once" },
  "acl-mask-too-wide": { severity: "error", message: "Too wide mask (/{mask}) for {family} address" },
  "acl-masked-bits": {
    severity: "error",
    message: "Non-zero bits in masked part, (maybe use {network} ?)",
  },
  "acl-conflict": { severity: "error", message: "Conflicting ACL entries" },

  // Expressions
  "type-mismatch": { severity: "error", message: "Expression has type {found}, expected {expected}" },
  "unknown-token": { severity: "error", message: "Unknown token '{token}' when looking for {type}" },
  "duration-unit": {
    severity: "error",
    message: "Unknown duration unit '{unit}'. Legal are 'ms', 's', 'm', 'h', 'd', 'w' and 'y'",
  },
  "bytes-unit-missing": { severity: "error", message: "Expected BYTES unit (B, KB, MB...)" },
  "bytes-unit": { severity: "error", message: "Unknown BYTES unit of measurement ([KMGTP][B])" },
  "bytes-fraction": { severity: "error", message: "Fractional BYTES not allowed" },
  "ip-constant": { severity: "error", message: "Cannot convert to an IP address: '{text}'" },
  "regex-invalid": { severity: "error", message: "Regexp compilation error: {reason}" },
  "regex-untranslatable": {
    severity: "error",
    message: "This regular expression has no equivalent in JavaScript: {reason}",
  },
  "regex-backtracks": {
    severity: "warning",
    message:
      "This regular expression takes too long on a hostile subject: the match is given up, and the task fails",
  },
  "regex-capture": {
    severity: "warning",
    message: "What this pattern captures can differ from what PCRE2 captures: {group}",
  },
  "operator-integers-only": { severity: "error", message: "Operator % only possible on INT" },
  "operator-type": { severity: "error", message: "Operator {operator} not possible on type {type}" },
  "operator-types": { severity: "error", message: "{left} {operator} {right} not possible" },
  "comparison-types": {
    severity: "error",
    message: "Comparison of different types: {left} '{operator}' {right}",
  },
  "comparison-type": { severity: "error", message: "Operator {operator} not possible on {type}" },
  "logical-operand": {
    severity: "error",
    message: "'{operator}' must be {place} by BOOL, found {type}",
  },
  "negation-type": { severity: "error", message: "'-' cannot negate {type}" },
  "void-value": { severity: "error", message: "Function returns VOID" },

  // Calls
  "argument-missing": { severity: "error", message: "Argument {argument} missing" },
  "argument-unknown": { severity: "error", message: "Unknown argument '{name}'" },
  "argument-twice": { severity: "error", message: "Argument '{name}' already used" },
  "argument-surplus": { severity: "error", message: "Expected ')': {callee} takes at most {count}" },
  "argument-after-named": {
    severity: "error",
    message: "Expected ')': positional arguments come before named ones",
  },
  "argument-named": { severity: "error", message: "Expected ')': {callee} takes no named arguments" },
  "argument-enum": { severity: "error", message: "Wrong enum value.  Expected one of: {values}" },
  "argument-header": { severity: "error", message: "Expected a header such as req.http.name" },

  // Statements
  "assignment-operator": { severity: "error", message: "Expected '=' got '{operator}'" },
  "read-only": { severity: "error", message: "Variable is read only. ({name})" },
  "not-settable": { severity: "error", message: "Variable cannot be set: {name}" },
  "not-unsettable": { severity: "error", message: "Variable cannot be unset: {name}" },
  "action-unknown": { severity: "error", message: "Expected return action name" },
  "action-arguments": { severity: "error", message: "Arguments not allowed" },
  "action-argument-missing": { severity: "error", message: "Missing argument" },
  "return-without-action": { severity: "error", message: "Expected '(' got ';'" },

  // Rules over the call graph
  "not-available": { severity: "error", message: "Not available {where}. ({name})" },
  "not-settable-here": { severity: "error", message: "{name} cannot be set {where}" },
  "not-unsettable-here": { severity: "error", message: "{name} cannot be unset {where}" },
  "not-an-action-here": { severity: "error", message: "'{name}' is not a valid action {where}" },
  "invalid-return": { severity: "error", message: 'Invalid return "{action}" {where}' },
  recursion: { severity: "error", message: "Subroutine recurses on {name}" },
  "method-sub-call": {
    severity: "error",
    message: "Subroutine {name} is run by the state machine and cannot be called",
  },
  "builtin-sub-call": { severity: "error", message: "Built-in subroutine {name} cannot be called {where}" },
  "impossible-sub": {
    severity: "error",
    message: "Impossible Subroutine: no sub may use all that {name} uses",
  },
} as const satisfies Record<string, CatalogEntry>;
