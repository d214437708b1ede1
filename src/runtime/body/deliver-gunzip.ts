import { after } from "./after.js";
import type { BodyLink, DeliveryContext, FilterKind } from "./filter-kind.js";
import { gzipFailure, translated } from "./gzip-failures.js";
import { GzipReader } from "./gzip-reader.js";
import { gzipRecord } from "./gzip-record.js";

/** `gunzip`: unpacks for a client that does not take gzip. Data that is no gzip breaks the body off. */
export const gunzipDelivery: FilterKind<DeliveryContext> = {
  name: "gunzip",
  open(context, next) {
    const { http, facts } = context;
    // The length is known where this is the stored body, whole, and has been read to its end before.
    const isStored = context.length !== undefined && context.length === context.storedLength;
    context.length = isStored && facts.isGzip && facts.plainLength > 0 ? facts.plainLength : undefined;
    http.unset("content-encoding");
    context.count("n_gunzip");
    return new GunzipFilter(context, next);
  },
};

class GunzipFilter implements BodyLink {
  private readonly context: DeliveryContext;
  private readonly next: BodyLink;
  private readonly reader: GzipReader;

  constructor(context: DeliveryContext, next: BodyLink) {
    this.context = context;
    this.next = next;
    this.reader = new GzipReader(context.compression, next);
  }

  get satisfied(): boolean {
    return this.next.satisfied === true;
  }

  write(chunk: Uint8Array): void | Promise<void> {
    return this.step(() => this.reader.write(chunk));
  }

  flush(): void | Promise<void> {
    return after(
      this.step(() => this.reader.flush()),
      () => this.next.flush?.(),
    );
  }

  /** Half a member is no error here, as in Varnish: the fetch would have said so, unless VCL chose to cut it. */
  end(): void | Promise<void> {
    return after(
      this.step(() => this.reader.finish()),
      () => {
        this.reader.close();
        this.context.log("Gzip", gzipRecord("U D -", this.reader, this.context.facts.positions));
        return this.next.end();
      },
    );
  }

  private step<T>(run: () => T | Promise<T>): T | Promise<T> {
    return translated(run, (problem) => gzipFailure(this.context, problem));
  }

  abandon(): void {
    this.reader.close();
  }
}
