import type { DiagnosticCode } from "../../diagnostics/catalog.js";
import type { Diagnostic } from "../../diagnostics/diagnostic.js";
import { variables } from "../../language/variables.js";

/** How Varnish's compiler ends messages that are otherwise the catalog's. */
const endings: Partial<Record<DiagnosticCode, string>> = {
  "acl-conflict": ":",
  "acl-mask-not-numeric": ".",
  "backend-address-redefinition": " at:",
  "backend-path": ":",
  "backend-without-address": ".",
  "field-redefined": " at:",
  "header-name-too-long": ".",
  "name-must-have-type": ".",
  "reserved-prefix": ".",
  "reserved-word": ".",
  "symbol-wrong-type": ":",
  "two-default-backends": ".",
  "unterminated-comment": ", starting at",
  "unterminated-string": ", starting at",
  unused: ":",
};

type Wording = (message: string, before: string, marked: string) => string;

/** Those that Varnish says otherwise. `before` is the source up to the place, `marked` what is marked. */
const others: Partial<Record<DiagnosticCode, Wording>> = {
  "backend-host": (message, _, marked) => `${bracketFault(marked)}${message}`,
  "backend-probe": (message, _, marked) => `${message}, got '${marked}' at`,
  "field-version": (message) => `${message.replace("VCL 4", "VCL4")}.`,
  "ip-constant": (message) => message.replace(/: '(.*)'$/, ": '\"$1\"'"),
  recursion: () => "Subroutine recurses on",
  "symbol-other-version": (message) => message.replace(/ \(only (.*)\)$/, "\n(Only $1)"),
  "unexpected-byte": () => "Syntax error at",
  "unexpected-token": (message, before, marked) => expectation(message, before, marked),
};

/** What is wrong, in the words that Varnish's compiler has for it. */
export function varnishWords({ code, message, span }: Diagnostic): string {
  const { text } = span.file;
  const wording = others[code];
  if (!wording) return `${message}${endings[code] ?? ""}`;
  return wording(message, text.slice(0, span.start), text.slice(span.start, span.end));
}

/** Of an address in brackets Varnish says first where it ends. */
function bracketFault(marked: string): string {
  const [, behind] = /^"\[[^\]]*(?:\](.*))?"$/.exec(marked) ?? [];
  if (!marked.startsWith('"[')) return "";
  if (behind === undefined) return "IPv6 address lacks ']'\n";
  return behind === "" || behind.startsWith(":") ? "" : "IPv6 address has wrong port separator\n";
}

function expectation(message: string, before: string, marked: string): string {
  if (message.startsWith("Expected a flag ")) return "Expected a flag at:";
  if (message.startsWith("Expected an expression ")) {
    const [, name] = /\bset\s+([\w.-]+)\s*[-+*/]?=\s*$/.exec(before) ?? [];
    const type = variables.find((variable) => variable.name === name)?.type ?? "STRING";
    return `Unknown token '${marked}' when looking for ${type}`;
  }
  if (marked === "set" || marked === "backend") {
    const isField = message.startsWith("Expected '.'");
    if (isField) return `NB: Backend Syntax has changed: fields have no "set" in front.\n${message}`;
  }
  return message.replace("Expected a name ", "Expected ID ");
}
