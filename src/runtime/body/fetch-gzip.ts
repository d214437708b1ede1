import { nowEncoded } from "../http/encoding-headers.js";
import { after, inTurn } from "./after.js";
import type { BodyLink, FetchContext, FilterKind } from "./filter-kind.js";
import { gzipHeader, gzipTrailer } from "./gzip-format.js";
import { GzipPacker } from "./gzip-packer.js";
import { GzipPositions } from "./gzip-positions.js";
import { gzipRecord } from "./gzip-record.js";

const partial = 206;

/** `gzip`: packs before the body is stored. Steps aside where there is a Content-Encoding. */
export const gzipFetch: FilterKind<FetchContext> = {
  name: "gzip",
  open(context, next) {
    if (context.status === partial || context.http.get("content-encoding") !== undefined) return "not needed";
    nowEncoded(context.http, "gzip");
    context.facts.isGzip = true;
    context.facts.encodingChanged = true;
    context.count("n_gzip");
    return new GzipFilter(context, next);
  },
};

class GzipFilter implements BodyLink {
  private readonly context: FetchContext;
  private readonly next: BodyLink;
  private readonly packer: GzipPacker;
  private readonly positions: GzipPositions | undefined;
  private bytesOut = 0;

  constructor(context: FetchContext, next: BodyLink) {
    this.context = context;
    this.next = next;
    this.positions = context.logsPositions ? new GzipPositions() : undefined;
    this.packer = new GzipPacker(context.compression, context.gzip, { write: (packed) => this.put(packed) });
  }

  /** The header goes with the first bytes. */
  private put(packed: Uint8Array): void | Promise<void> {
    if (this.bytesOut > 0) return this.pass(packed);
    return after(this.pass(gzipHeader()), () => this.pass(packed));
  }

  private pass(bytes: Uint8Array): void | Promise<void> {
    this.bytesOut += bytes.length;
    this.positions?.write(bytes);
    return this.next.write(bytes);
  }

  write(text: Uint8Array): void | Promise<void> {
    return this.packer.write(text);
  }

  flush(): void | Promise<void> {
    return after(this.packer.flush(), () => this.next.flush?.());
  }

  end(): void | Promise<void> {
    return inTurn([() => this.packer.finish(), () => this.finish(), () => this.next.end()], (step) => step());
  }

  private finish(): void | Promise<void> {
    const { crc, bytesIn } = this.packer;
    return after(this.pass(gzipTrailer(crc, bytesIn)), () => {
      const positions = this.positions?.found;
      Object.assign(this.context.facts, { plainLength: bytesIn, positions });
      this.context.log("Gzip", gzipRecord("G F -", { bytesIn, bytesOut: this.bytesOut }, positions));
    });
  }
}
