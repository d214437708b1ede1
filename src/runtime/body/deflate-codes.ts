import { DataFailure } from "./compression.js";

/** A Huffman code as a table that is looked up with the next `bits` bits. */
export interface CodeTable {
  readonly bits: number;
  /** For every possible run of bits: length of the code, and what {@link symbolOf} and {@link extraOf} take out of it. 0: no code. */
  readonly entries: Uint16Array;
}

const longestCode = 15;
const lengthMask = 15;
const extraShift = 4;
const kindShift = 8;

/** What a symbol of literals and lengths is. */
export const symbolKinds = { literal: 0, end: 1, length: 2 } as const;

/** Bits of a code. */
export const codeLength = (entry: number): number => entry & lengthMask;
/** Bits that follow the code and belong to it. */
export const extraOf = (entry: number): number => (entry >> extraShift) & 15;
/** The kind of a symbol of literals and lengths; the symbol itself of a code of code lengths. */
export const symbolOf = (entry: number): number => entry >> kindShift;

/** What a table holds beside the length of a code, for each symbol. */
type Meaning = (symbol: number) => number;

const literalMeaning: Meaning = (symbol) => {
  if (symbol < 256) return symbolKinds.literal << kindShift;
  if (symbol === 256) return symbolKinds.end << kindShift;
  // Lengths 257…284 have 0 to 5 more bits, four symbols each; 285 has none.
  const extra = symbol < 265 || symbol === 285 ? 0 : (symbol - 261) >> 2;
  return (symbolKinds.length << kindShift) | (extra << extraShift);
};
const distanceMeaning: Meaning = (symbol) => (symbol < 4 ? 0 : (symbol - 2) >> 1) << extraShift;
const plainMeaning: Meaning = (symbol) => symbol << kindShift;

export const literalTable = (lengths: Uint8Array): CodeTable => tableOf(lengths, literalMeaning);
export const distanceTable = (lengths: Uint8Array): CodeTable => tableOf(lengths, distanceMeaning);
export const lengthsTable = (lengths: Uint8Array): CodeTable => tableOf(lengths, plainMeaning);

/** Canonical Huffman code (RFC 1951 section 3.2.2) from the lengths of its codes. */
function tableOf(lengths: Uint8Array, meaning: Meaning): CodeTable {
  const counts = new Uint16Array(longestCode + 1);
  for (const length of lengths) counts[length] = (counts[length] as number) + 1;
  counts[0] = 0;
  let bits = longestCode;
  while (bits > 1 && counts[bits] === 0) bits--;
  const next = new Uint16Array(longestCode + 2);
  let code = 0;
  for (let length = 1; length <= longestCode; length++) {
    code = (code + (counts[length - 1] as number)) << 1;
    next[length] = code;
  }
  const entries = new Uint16Array(1 << bits);
  for (let symbol = 0; symbol < lengths.length; symbol++) {
    const length = lengths[symbol] as number;
    if (length === 0) continue;
    const own = next[length] as number;
    next[length] = own + 1;
    if (own >= 1 << length) throw new DataFailure("invalid code lengths set");
    const entry = length | meaning(symbol);
    for (let index = reversed(own, length); index < entries.length; index += 1 << length)
      entries[index] = entry;
  }
  return { bits, entries };
}

function reversed(code: number, length: number): number {
  let result = 0;
  for (let i = 0; i < length; i++) result |= ((code >> i) & 1) << (length - 1 - i);
  return result;
}

function fixedLengths(): Uint8Array {
  const lengths = new Uint8Array(288);
  return lengths.fill(8, 0, 144).fill(9, 144, 256).fill(7, 256, 280).fill(8, 280, 288);
}

let fixed: { readonly literals: CodeTable; readonly distances: CodeTable } | undefined;

/** The codes of blocks that bring none of their own. */
export function fixedCodes(): { readonly literals: CodeTable; readonly distances: CodeTable } {
  fixed ??= { literals: literalTable(fixedLengths()), distances: distanceTable(new Uint8Array(30).fill(5)) };
  return fixed;
}
