import { isGzipEncoded, nowPlain, varyOnEncoding } from "../http/encoding-headers.js";
import { after } from "./after.js";
import type { BodySink } from "./body.js";
import { gzipFailure, translated } from "./gzip-failures.js";
import { FilterFailure, type BodyLink, type FetchContext, type FilterKind } from "./filter-kind.js";
import { gzipRecord } from "./gzip-record.js";
import { GzipReader } from "./gzip-reader.js";
import { GzipPositions } from "./gzip-positions.js";

const partial = 206;

/** Whether unpacking does not apply: the filter steps aside. */
function isOther({ http, status }: FetchContext): boolean {
  return status === partial || !isGzipEncoded(http);
}

/** `gunzip`: unpacks before the body is stored. */
export const gunzipFetch: FilterKind<FetchContext> = {
  name: "gunzip",
  open(context, next) {
    if (isOther(context)) return "not needed";
    nowPlain(context.http);
    context.facts.isGzip = false;
    context.facts.encodingChanged = true;
    context.count("n_gunzip");
    return new UnpackFilter(context, next, "U F -", "Gunzip error at the very end");
  },
};

/** `testgunzip`: the body is stored as it is; it is checked on its way whether it is one whole gzip member. */
export const testGunzipFetch: FilterKind<FetchContext> = {
  name: "testgunzip",
  open(context, next) {
    if (isOther(context)) return "not needed";
    varyOnEncoding(context.http);
    context.facts.isGzip = true;
    context.count("n_test_gunzip");
    return new TestFilter(context, next);
  },
};

/** Unpacks everything that is written into it, into a sink. */
class Unpacking {
  private readonly context: FetchContext;
  private readonly reader: GzipReader;
  private readonly positions: GzipPositions | undefined;
  private readonly what: string;
  private readonly earlyEnd: string;

  constructor(context: FetchContext, sink: BodySink, what: string, earlyEnd: string) {
    this.context = context;
    this.what = what;
    this.earlyEnd = earlyEnd;
    this.reader = new GzipReader(context.compression, sink);
    this.positions = context.logsPositions ? new GzipPositions() : undefined;
  }

  write(chunk: Uint8Array): void | Promise<void> {
    this.positions?.write(chunk);
    return this.step(() => this.reader.write(chunk));
  }

  flush(): void | Promise<void> {
    return this.step(() => this.reader.flush());
  }

  /** The end: the member must be complete. Answers with the bytes of its text. */
  end(): number | Promise<number> {
    return after(
      this.step(() => this.reader.finish()),
      (complete) => {
        if (!complete) throw new FilterFailure(this.earlyEnd);
        this.reader.close();
        const positions = this.positions?.found;
        if (this.context.facts.isGzip) this.context.facts.positions = positions;
        this.context.log("Gzip", gzipRecord(this.what, this.reader, positions));
        return this.reader.bytesOut;
      },
    );
  }

  private step<T>(run: () => T | Promise<T>): T | Promise<T> {
    return translated(run, (problem) => gzipFailure(this.context, problem));
  }

  close(): void {
    this.reader.close();
  }
}

class UnpackFilter implements BodyLink {
  private readonly next: BodyLink;
  private readonly unpacking: Unpacking;

  constructor(context: FetchContext, next: BodyLink, what: string, earlyEnd: string) {
    this.next = next;
    this.unpacking = new Unpacking(context, next, what, earlyEnd);
  }

  write(chunk: Uint8Array): void | Promise<void> {
    return this.unpacking.write(chunk);
  }
  flush(): void | Promise<void> {
    return after(this.unpacking.flush(), () => this.next.flush?.());
  }
  end(): void | Promise<void> {
    return after(this.unpacking.end(), () => this.next.end());
  }
  abandon(): void {
    this.unpacking.close();
  }
}

const nowhere: BodySink = { write: () => undefined };

class TestFilter implements BodyLink {
  private readonly context: FetchContext;
  private readonly next: BodyLink;
  private readonly unpacking: Unpacking;

  constructor(context: FetchContext, next: BodyLink) {
    this.context = context;
    this.next = next;
    this.unpacking = new Unpacking(context, nowhere, "u F -", "tGunzip failed");
  }

  /** A chunk goes on once it is known to be good, as far as it has been looked at. */
  write(chunk: Uint8Array): void | Promise<void> {
    return after(this.unpacking.write(chunk), () => this.next.write(chunk));
  }
  /** What is held back for checking has gone on already. */
  flush(): void | Promise<void> {
    return this.next.flush?.();
  }
  end(): void | Promise<void> {
    return after(this.unpacking.end(), (length) => {
      this.context.facts.plainLength = length;
      return this.next.end();
    });
  }
  abandon(): void {
    this.unpacking.close();
  }
}
