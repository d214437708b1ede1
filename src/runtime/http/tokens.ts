import { lowerName } from "./header-names.js";

/** The elements of a comma-separated list, without the blanks around them; empty elements are dropped. Quoted commas do not separate. */
export function splitList(value: string): string[] {
  const elements = value.includes('"')
    ? (value.match(/(?:[^,"]|"(?:[^"\\]|\\.)*"|")+/g) ?? [])
    : value.split(",");
  return elements
    .map((element) => element.replace(/^[ \t]+|[ \t]+$/g, ""))
    .filter((element) => element !== "");
}

/** Whether a list header's value contains a token, whatever its case. */
export function hasToken(value: string | undefined, token: string): boolean {
  return directive(value, token) !== undefined;
}

/**
 * The argument of a directive in a list header such as Cache-Control: `directive("public, max-age=60", "max-age")` is `60`. The empty string
 * when it has none, undefined when the directive is not there. `name` in lower case.
 */
export function directive(value: string | undefined, name: string): string | undefined {
  if (value === undefined) return undefined;
  for (const element of splitList(value)) {
    const end = element.search(/[=; \t]/);
    const word = end < 0 ? element : element.slice(0, end);
    if (lowerName(word) !== name) continue;
    const equals = element.indexOf("=");
    return equals < 0 ? "" : element.slice(equals + 1).replace(/^[ \t]+/, "");
  }
  return undefined;
}

const deltaSecondsLimit = 0xffffffff;

/** Delta-seconds of RFC 9111 section 1.2.2 as Varnish reads them: negative or malformed is 0, too large is the largest, a fraction is cut off. */
export function parseDeltaSeconds(text: string): number {
  const match = /^[ \t]*\+?(\d+)[ \t]*(?:[.,].*)?$/s.exec(text);
  return match ? Math.min(Number(match[1]), deltaSecondsLimit) : 0;
}

/** A Content-Length: digits alone, of 63 bits at most. NaN: it is none. */
export function contentLength(text: string): number {
  if (!/^\d+$/.test(text)) return Number.NaN;
  const digits = text.replace(/^0+(?=\d)/, "");
  return digits.length > 19 || (digits.length === 19 && digits > "9223372036854775807")
    ? Number.NaN
    : Number(digits);
}
