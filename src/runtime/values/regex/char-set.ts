/**
 * A set of bytes, as a 256-bit number: bit n stands for byte n. VCL's patterns see bytes (PCRE2 without UTF), so everything that matches
 * one character is such a set.
 */
export type CharSet = bigint;

export const allBytes: CharSet = (1n << 256n) - 1n;

/** The bytes from `first` to `last`. */
export function range(first: number, last: number = first): CharSet {
  return ((1n << BigInt(last - first + 1)) - 1n) << BigInt(first);
}

/** The bytes of a text. */
function bytesOf(text: string): CharSet {
  let set = 0n;
  for (let i = 0; i < text.length; i++) set |= range(text.charCodeAt(i));
  return set;
}

export function negate(set: CharSet): CharSet {
  return allBytes ^ set;
}

/** The sets of one byte, by byte: what most of a pattern is made of. */
const singles: readonly CharSet[] = Array.from({ length: 256 }, (_, byte) => range(byte));

/** The set of one byte. */
export function single(byte: number): CharSet {
  return singles[byte] as CharSet;
}

const digit = range(0x30, 0x39);
const upperCase = range(0x41, 0x5a);
const lowerCase = range(0x61, 0x7a);
const graph = range(0x21, 0x7e);
const space = bytesOf("\t\n\v\f\r ");
export const word = digit | upperCase | lowerCase | bytesOf("_");
export const newline = bytesOf("\n");
const verticalSpace = bytesOf("\n\v\f\r\x85");

/** The classes of `[:name:]`, in the C locale: nothing beyond ASCII. */
export const posixClasses: ReadonlyMap<string, CharSet> = new Map([
  ["alpha", upperCase | lowerCase],
  ["lower", lowerCase],
  ["upper", upperCase],
  ["alnum", digit | upperCase | lowerCase],
  ["ascii", range(0, 0x7f)],
  ["blank", bytesOf("\t ")],
  ["cntrl", range(0, 0x1f) | range(0x7f)],
  ["digit", digit],
  ["graph", graph],
  ["print", graph | bytesOf(" ")],
  ["punct", graph & negate(digit | upperCase | lowerCase)],
  ["space", space],
  ["word", word],
  ["xdigit", digit | range(0x41, 0x46) | range(0x61, 0x66)],
]);

/** The escapes that stand for a set, by their letter. */
export const escapeClasses: ReadonlyMap<string, CharSet> = new Map([
  ["d", digit],
  ["D", negate(digit)],
  ["h", bytesOf("\t \xa0")],
  ["H", negate(bytesOf("\t \xa0"))],
  ["s", space],
  ["S", negate(space)],
  ["v", verticalSpace],
  ["V", negate(verticalSpace)],
  ["w", word],
  ["W", negate(word)],
]);

const caseDistance = 32n;

/** The set and the other case of its letters; ASCII only. */
export function withBothCases(set: CharSet): CharSet {
  return set | ((set & upperCase) << caseDistance) | ((set & lowerCase) >> caseDistance);
}

const latin1Upper = range(0xc0, 0xde) & negate(range(0xd7));

/** Whether JavaScript's `i` flag, which also folds Latin-1 letters, leaves the set as it is. */
export function isStableUnderFlagI(set: CharSet): boolean {
  const folded = set | ((set & latin1Upper) << caseDistance) | ((set >> caseDistance) & latin1Upper);
  return withBothCases(folded) === set;
}

/** The set as JavaScript regular expression source that matches exactly one character. */
export function setSource(set: CharSet): string {
  if (set === allBytes) return "[^]";
  const named = shorthand.get(set);
  if (named !== undefined) return named;
  const ranges = rangesOf(set);
  const [first] = ranges;
  if (ranges.length === 1 && first && first[0] === first[1]) return literalSource(first[0]);
  const others = rangesOf(negate(set));
  // Bytes are all there is, so the shorter of the two ways to say it is right.
  return others.length < ranges.length
    ? `[^${others.map(rangeSource).join("")}]`
    : `[${ranges.map(rangeSource).join("")}]`;
}

const shorthand: ReadonlyMap<CharSet, string> = new Map([
  [digit, "\\d"],
  [negate(digit), "\\D"],
  [word, "\\w"],
  [negate(word), "\\W"],
  [negate(newline), "[^\\n]"],
]);

function rangesOf(set: CharSet): [first: number, last: number][] {
  const ranges: [number, number][] = [];
  // As binary digits, byte 255 comes first.
  const digits = set.toString(2).padStart(256, "0");
  for (const run of digits.matchAll(/1+/g)) {
    const last = 255 - run.index;
    ranges.unshift([last - run[0].length + 1, last]);
  }
  return ranges;
}

function rangeSource([first, last]: readonly [number, number]): string {
  const from = byteSource(first, /[\]\\^-]/);
  if (first === last) return from;
  const to = byteSource(last, /[\]\\^-]/);
  return last === first + 1 ? from + to : `${from}-${to}`;
}

function literalSource(byte: number): string {
  return byteSource(byte, /[\\^$.*+?()[\]{}|/]/);
}

function byteSource(byte: number, special: RegExp): string {
  const char = String.fromCharCode(byte);
  if (byte < 0x20 || byte > 0x7e) return byte === 0x0a ? "\\n" : `\\x${byte.toString(16).padStart(2, "0")}`;
  return special.test(char) ? `\\${char}` : char;
}
