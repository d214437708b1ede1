import { isHeaderName, lowerToken } from "../http/header-names.js";

/** Where fields go: lines, `Name: value`, and beside them their names in lower case. */
export interface FieldList {
  readonly lines: string[];
  readonly lowers: string[];
}

/** What a message's head may be. */
export interface FieldLimits {
  /** Bytes of one field, folded lines together (`http_req_hdr_len`, `http_resp_hdr_len`). */
  readonly length: number;
  /** How many fields there may be (`http_max_hdr`, less five places for the first line). */
  readonly count: number;
}

/** How much of a field that is refused its record shows. */
const shown = 20;

/** Control bytes, and a CR that ends no line. */
const controlByte = /[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]|\r(?!\n)/;
const foldedLine = /\n[ \t]/;

/**
 * Reads the fields of a head from `from` on, where the first line has ended, into `into`. Answers with what is wrong in the words of Varnish's
 * BogoHeader records, undefined when nothing is. `text` is the whole head with the empty line at its end.
 */
export function readFields(
  text: string,
  from: number,
  limits: FieldLimits,
  into: FieldList,
): string | undefined {
  const first = text.charCodeAt(from);
  if (first === 0x0a || (first === 0x0d && from + 2 >= text.length)) return undefined;
  const odd = controlByte.test(text) || foldedLine.test(text);
  let at = from;
  for (;;) {
    const start = at;
    let end = text.indexOf("\n", at);
    if (odd)
      while (isBlank(text.charCodeAt(end + 1)) && end + 1 < text.length) end = text.indexOf("\n", end + 1);
    at = end + 1;
    if (text.charCodeAt(end - 1) === 0x0d) end--;
    if (end <= start) return undefined;
    const line = odd ? unfolded(text.slice(start, end)) : text.slice(start, end);
    if (odd) {
      const byte = controlByte.exec(line);
      if (byte) return `Header has ctrl char 0x${hex(line.charCodeAt(byte.index))}`;
    }
    const wrong = addField(line, limits, into);
    if (wrong !== undefined) return wrong;
  }
}

function addField(line: string, limits: FieldLimits, { lines, lowers }: FieldList): string | undefined {
  if (line.length > limits.length) return `Header too long: ${line.slice(0, shown)}`;
  if (lines.length === 0 && isBlank(line.charCodeAt(0)))
    return `1st header has white space: ${line.slice(0, shown)}`;
  const colon = line.indexOf(":");
  if (colon === 0) return `Missing header name: ${line.slice(0, shown)}`;
  const name = colon < 0 ? line : line.slice(0, colon);
  const lower = lowerToken(name);
  if (lower === undefined) return `Illegal char 0x${illegalIn(name)} in header name`;
  if (colon < 0) return `Header without ':' ${line.slice(0, shown)}`;
  if (lines.length >= limits.count) return `Too many headers: ${line.slice(0, shown)}`;
  lines.push(isBlank(line.charCodeAt(line.length - 1)) ? withoutTrailingBlanks(line) : line);
  lowers.push(lower);
  return undefined;
}

/** The bytes of a line end within a field, and of the blanks after it, are each a blank. */
function unfolded(line: string): string {
  return line.replace(/\r?\n[ \t]+/g, (fold) => " ".repeat(fold.length));
}

function isBlank(code: number): boolean {
  return code === 0x20 || code === 0x09;
}

function withoutTrailingBlanks(line: string): string {
  let end = line.length;
  while (isBlank(line.charCodeAt(end - 1))) end--;
  return line.slice(0, end);
}

/** The first byte that no name has, as C prints a char: those from 0x80 on are negative. */
function illegalIn(name: string): string {
  for (const character of name) {
    if (isHeaderName(character)) continue;
    const code = character.charCodeAt(0);
    return code < 0x80 ? hex(code) : (code - 0x100 + 2 ** 32).toString(16);
  }
  return "0";
}

function hex(code: number): string {
  return code.toString(16).padStart(2, "0");
}
