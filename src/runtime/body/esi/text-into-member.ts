import { after, inTurn } from "../after.js";
import type { Compression } from "../compression.js";
import type { BodyLink } from "../filter-kind.js";
import type { GzipMember } from "../gzip-member.js";

/** Bytes that a stored block can hold. */
const longestBlock = 0xffff;

/** Puts bytes into a gzip member unpacked, as stored blocks (RFC 1951 section 3.2.4). */
export class TextIntoMember implements BodyLink {
  private readonly sink: BodyLink;
  private readonly member: GzipMember;
  private readonly compression: Compression;

  constructor(sink: BodyLink, member: GzipMember, compression: Compression) {
    this.sink = sink;
    this.member = member;
    this.compression = compression;
  }

  get satisfied(): boolean {
    return this.sink.satisfied === true;
  }

  write(chunk: Uint8Array): void | Promise<void> {
    const blocks: Uint8Array[] = [];
    for (let at = 0; at < chunk.length; at += longestBlock)
      blocks.push(chunk.subarray(at, at + longestBlock));
    return inTurn(blocks, (block) => this.block(block));
  }

  private block(text: Uint8Array): void | Promise<void> {
    this.member.add(this.compression.crc32(text), text.length);
    const { length } = text;
    const head = Uint8Array.of(0, length & 0xff, length >> 8, ~length & 0xff, (~length >> 8) & 0xff);
    return after(this.sink.write(head), () => this.sink.write(text));
  }

  flush(): void | Promise<void> {
    return this.sink.flush?.();
  }

  end(): void | Promise<void> {
    return this.sink.flush?.();
  }
}
