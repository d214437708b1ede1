import { after, inTurn } from "../after.js";
import { DataFailure, type Compression } from "../compression.js";
import type { BlockPositions } from "../deflate-scanner.js";
import type { BodyLink } from "../filter-kind.js";
import { gzipTrailerLength, joinedAll, readTrailer } from "../gzip-format.js";
import type { GzipMember } from "../gzip-member.js";
import { GzipPositions } from "../gzip-positions.js";

/** Bytes that are looked through before others get their turn: a few milliseconds. */
const scanLength = 64 * 1024;

/**
 * Puts a gzip member into another without unpacking it: header and trailer go, the last block is no longer marked as that, and the end is filled up to
 * a byte boundary. Waits for the whole member, as half of one cannot be taken back: one that breaks off is left out.
 */
export class MemberIntoMember implements BodyLink {
  private readonly sink: BodyLink;
  private readonly member: GzipMember;
  private readonly compression: Compression;
  private readonly known: BlockPositions | undefined;
  private readonly found: (positions: BlockPositions) => void;
  private readonly chunks: Uint8Array[] = [];

  constructor(
    sink: BodyLink,
    member: GzipMember,
    compression: Compression,
    known: BlockPositions | undefined,
    found: (positions: BlockPositions) => void,
  ) {
    this.sink = sink;
    this.member = member;
    this.compression = compression;
    this.known = known;
    this.found = found;
  }

  get satisfied(): boolean {
    return this.sink.satisfied === true;
  }

  write(chunk: Uint8Array): void {
    this.chunks.push(chunk);
  }

  end(): void | Promise<void> {
    if (this.chunks.length === 0) return;
    return after(this.known ?? this.lookForBlocks(), (positions) => {
      if (!positions) throw new DataFailure("no whole gzip member");
      return this.put(positions);
    });
  }

  private lookForBlocks(): BlockPositions | undefined | Promise<BlockPositions | undefined> {
    const scan = new GzipPositions();
    const pieces = this.chunks.flatMap((chunk) => slices(chunk, scanLength));
    let sincePause = 0;
    const scanned = inTurn(pieces, (piece) => {
      scan.write(piece);
      sincePause += piece.length;
      if (sincePause < scanLength) return;
      sincePause = 0;
      return this.compression.pause();
    });
    return after(scanned, () => {
      if (scan.found) this.found(scan.found);
      return scan.found;
    });
  }

  private put({ first, last, end }: BlockPositions): void | Promise<void> {
    const length = this.chunks.reduce((sum, chunk) => sum + chunk.length, 0);
    const begin = first >> 3;
    const stop = Math.ceil(end / 8);
    if (length < stop + gzipTrailerLength) throw new DataFailure("no whole gzip member");
    const { crc, length: plainLength } = readTrailer(joinedAll(this.between(stop, stop + gzipTrailerLength)));
    const pieces = this.between(begin, stop);
    change(pieces, Math.floor(last / 8) - begin, (byte) => byte & ~(1 << (last % 8)));
    if (end % 8 !== 0) change(pieces, stop - 1 - begin, (byte) => byte & ((1 << (end % 8)) - 1));
    pieces.push(filling(end % 8));
    return after(
      inTurn(pieces, (piece) => this.sink.write(piece)),
      () => {
        this.member.add(crc, plainLength);
        return this.sink.flush?.();
      },
    );
  }

  /** The bytes from one position to another, in pieces. */
  private between(from: number, to: number): Uint8Array[] {
    const pieces: Uint8Array[] = [];
    let at = 0;
    for (const chunk of this.chunks) {
      const piece = chunk.subarray(Math.max(0, from - at), Math.max(0, to - at));
      if (piece.length > 0) pieces.push(piece);
      at += chunk.length;
    }
    return pieces;
  }
}

function slices(bytes: Uint8Array, length: number): Uint8Array[] {
  const parts: Uint8Array[] = [];
  for (let at = 0; at < bytes.length; at += length) parts.push(bytes.subarray(at, at + length));
  return parts;
}

/** Changes one byte; the piece that holds it is copied, as the stored body is not ours. */
function change(pieces: Uint8Array[], position: number, make: (byte: number) => number): void {
  let at = position;
  for (const [index, piece] of pieces.entries()) {
    if (at < piece.length) {
      const copy = new Uint8Array(piece);
      copy[at] = make(piece[at] as number);
      pieces[index] = copy;
      return;
    }
    at -= piece.length;
  }
}

/** What leads from a number of bits in the last byte to the next byte boundary: an empty stored block, whose three bits of head are zeros. */
function filling(bits: number): Uint8Array {
  if (bits === 0) return new Uint8Array(0);
  const head = bits + 3 > 8 ? [0] : [];
  return Uint8Array.of(...head, 0, 0, 0xff, 0xff);
}
