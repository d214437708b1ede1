import type { VccDefault, VccType } from "./vmod-interface.js";

const integer = /^-?\d+$/;
const real = /^-?(?:\d+\.?\d*|\.\d+)(?:[eE][-+]?\d+)?$/;

/** Types whose only default is "no value", written as C's `0` or `NULL`. */
const handleTypes: ReadonlySet<VccType> = new Set([
  "ACL",
  "BACKEND",
  "BLOB",
  "HEADER",
  "HTTP",
  "IP",
  "PROBE",
  "REGEX",
  "STEVEDORE",
  "SUB",
]);

/**
 * Translates a default by the argument's type; defaults are written in C's syntax. Undefined: the text is no value of that type.
 * DURATION and TIME are seconds, BYTES bytes.
 */
export function translateDefault(type: VccType, text: string): VccDefault | undefined {
  const isNull = text === "0" || text === "NULL" || text === "nullptr";
  if (handleTypes.has(type)) return isNull ? null : undefined;
  switch (type) {
    case "STRING":
    case "STRANDS":
      return isNull ? null : cString(text);
    case "BOOL":
      return text === "1" || text === "true" ? true : text === "0" || text === "false" ? false : undefined;
    case "INT":
    case "BYTES":
      return integer.test(text) ? Number(text) : undefined;
    case "REAL":
    case "DURATION":
    case "TIME":
      return real.test(text) ? Number(text) : undefined;
    default:
      return undefined;
  }
}

const escapes: Readonly<Record<string, string>> = {
  a: "\x07",
  b: "\b",
  f: "\f",
  n: "\n",
  r: "\r",
  t: "\t",
  v: "\v",
};

/** The bytes of a C string literal, such as `" \t"`. */
function cString(text: string): string | undefined {
  if (!/^(?:"[^]*"|'[^]*')$/.test(text)) return undefined;
  return text
    .slice(1, -1)
    .replace(
      /\\(?:x([0-9a-fA-F]{1,2})|([0-7]{1,3})|([^]))/g,
      (_, hex?: string, octal?: string, letter?: string) => {
        if (hex !== undefined) return String.fromCharCode(parseInt(hex, 16));
        if (octal !== undefined) return String.fromCharCode(parseInt(octal, 8) & 0xff);
        return escapes[letter ?? ""] ?? letter ?? "";
      },
    );
}
