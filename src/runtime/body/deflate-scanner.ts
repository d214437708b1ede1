import { DataFailure } from "./compression.js";
import {
  codeLength,
  distanceTable,
  extraOf,
  fixedCodes,
  lengthsTable,
  literalTable,
  symbolKinds,
  symbolOf,
  type CodeTable,
} from "./deflate-codes.js";
import { joined } from "./gzip-format.js";

/** Bit positions in gzip data, from its first byte: where the first block begins, where the last begins and where it ends. */
export interface BlockPositions {
  readonly first: number;
  readonly last: number;
  readonly end: number;
}

const blockKinds = { stored: 0, fixed: 1, dynamic: 2 } as const;
/** In which order a block says the lengths of the codes of code lengths (RFC 1951 section 3.2.7). */
const lengthsOrder = [16, 17, 18, 0, 8, 7, 9, 6, 10, 5, 11, 4, 12, 3, 13, 2, 14, 1, 15];
/** Bits of the longest match: codes of length and distance with what belongs to them. */
const longestSymbol = 48;

const nothing = new Uint8Array(0);

/**
 * Finds the blocks of deflate data without unpacking it: reads the codes and forgets what they stand for. With the positions, pieces of gzip data can
 * be put together without packing anything anew.
 */
export class DeflateScanner {
  private data: Uint8Array = nothing;
  /** Bits of gzip data before `data`. */
  private base: number;
  /** Where reading goes on: bits of `data`. */
  private at = 0;
  private codes: { readonly literals: CodeTable; readonly distances: CodeTable } | undefined;
  /** Bytes of a stored block still to skip. */
  private stored = 0;
  private inBlock = false;
  private isLast = false;
  private readonly first: number;
  private last = 0;
  private end = 0;

  /** `headerBytes`: length of the gzip header, which is not given to it. */
  constructor(headerBytes: number) {
    this.first = this.base = 8 * headerBytes;
  }

  /** The positions; undefined while the end has not come. */
  get positions(): BlockPositions | undefined {
    return this.end === 0 ? undefined : { first: this.first, last: this.last, end: this.end };
  }

  /** Takes bytes behind those before. Throws a DataFailure where they cannot be deflate data. Bytes behind its end do not matter. */
  write(chunk: Uint8Array): void {
    if (this.end > 0) return;
    const used = this.at >> 3;
    this.base += 8 * used;
    this.at &= 7;
    this.data = joined(this.data.subarray(used), chunk);
    while (this.end === 0 && this.step());
    // What is kept must not hold on to a large chunk.
    if (this.end > 0) this.data = nothing;
  }

  /** Reads a block's head or the rest of it. False: more is needed. */
  private step(): boolean {
    if (!this.inBlock) return this.retried(() => this.blockHead());
    const over = this.codes ? this.symbols(this.codes) : this.skipStored();
    if (!over) return false;
    this.inBlock = false;
    if (this.isLast) this.end = this.base + this.at;
    return true;
  }

  /** Does something that may run out of bits: then it is as if it had not begun. */
  private retried(read: () => void): boolean {
    const from = this.at;
    read();
    if (this.at <= 8 * this.data.length) return true;
    this.at = from;
    this.inBlock = false;
    return false;
  }

  private blockHead(): void {
    const start = this.base + this.at;
    this.isLast = this.bits(1) === 1;
    if (this.isLast) this.last = start;
    const kind = this.bits(2);
    this.inBlock = true;
    this.codes = undefined;
    if (kind === blockKinds.stored) {
      this.at = (this.at + 7) & ~7;
      this.stored = this.bits(16);
      const check = this.bits(16);
      if (this.at <= 8 * this.data.length && (this.stored ^ check) !== 0xffff) {
        throw new DataFailure("invalid stored block lengths");
      }
    } else if (kind === blockKinds.fixed) this.codes = fixedCodes();
    else if (kind === blockKinds.dynamic) this.codes = this.dynamicCodes();
    else if (this.at <= 8 * this.data.length) throw new DataFailure("invalid block type");
  }

  private dynamicCodes(): { readonly literals: CodeTable; readonly distances: CodeTable } | undefined {
    const literals = this.bits(5) + 257;
    const distances = this.bits(5) + 1;
    const count = this.bits(4) + 4;
    const lengths = new Uint8Array(lengthsOrder.length);
    for (let i = 0; i < count; i++) lengths[lengthsOrder[i] as number] = this.bits(3);
    const table = this.at <= 8 * this.data.length ? lengthsTable(lengths) : undefined;
    const all = table && this.codeLengths(table, literals + distances);
    if (!all) {
      this.at = 8 * this.data.length + 1;
      return undefined;
    }
    return {
      literals: literalTable(all.subarray(0, literals)),
      distances: distanceTable(all.subarray(literals)),
    };
  }

  /** The lengths of the codes of a block, run by run; undefined where the data ends before. */
  private codeLengths(table: CodeTable, count: number): Uint8Array | undefined {
    const lengths = new Uint8Array(count);
    for (let i = 0; i < count;) {
      const symbol = symbolOf(this.symbol(table));
      let times = 1;
      let value = symbol;
      if (symbol >= 16) {
        value = symbol === 16 ? (lengths[i - 1] ?? 0) : 0;
        times = symbol === 16 ? 3 + this.bits(2) : symbol === 17 ? 3 + this.bits(3) : 11 + this.bits(7);
      }
      if (this.at > 8 * this.data.length) return undefined;
      if (i + times > count) throw new DataFailure("invalid bit length repeat");
      lengths.fill(value, i, i + times);
      i += times;
    }
    return lengths;
  }

  /** Reads symbols up to the end of the block. False: more is needed. */
  private symbols({
    literals,
    distances,
  }: {
    readonly literals: CodeTable;
    readonly distances: CodeTable;
  }): boolean {
    const size = 8 * this.data.length;
    for (;;) {
      const from = this.at;
      const entry = this.symbol(literals);
      const kind = symbolOf(entry);
      if (kind === symbolKinds.length) {
        this.at += extraOf(entry);
        const distance = this.symbol(distances);
        this.at += extraOf(distance);
      }
      if (this.at > size) {
        this.at = from;
        return false;
      }
      if (kind === symbolKinds.end) return true;
    }
  }

  private skipStored(): boolean {
    const there = Math.min(this.stored, this.data.length - (this.at >> 3));
    this.at += 8 * there;
    this.stored -= there;
    return this.stored === 0;
  }

  /** The next code's entry in a table. */
  private symbol(table: CodeTable): number {
    const entry = table.entries[this.peek() & (table.entries.length - 1)] as number;
    const length = codeLength(entry);
    if (length === 0) {
      if (this.at + longestSymbol <= 8 * this.data.length) throw new DataFailure("invalid code");
      this.at = 8 * this.data.length + 1;
      return entry;
    }
    this.at += length;
    return entry;
  }

  /** At least 25 bits from where reading goes on; zeros behind the end. */
  private peek(): number {
    const { data, at } = this;
    const i = at >> 3;
    const word =
      (data[i] as number) |
      ((data[i + 1] as number) << 8) |
      ((data[i + 2] as number) << 16) |
      ((data[i + 3] as number) << 24);
    return word >>> (at & 7);
  }

  private bits(count: number): number {
    const value = this.peek() & ((1 << count) - 1);
    this.at += count;
    return value;
  }
}
