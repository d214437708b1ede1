import type { HeaderList } from "../http/header-list.js";
import type { BodyFilter } from "./body.js";
import type { Compression } from "./compression.js";
import type { BlockPositions } from "./deflate-scanner.js";
import type { EsiDelivery } from "./esi/esi-delivery.js";
import type { GzipOptions } from "./gzip-packer.js";
import type { EsiFeatures } from "./esi/esi-event.js";
import type { EsiProgram } from "./esi/esi-program.js";

/** A filter that can say early that it wants nothing more. */
export interface BodyLink extends BodyFilter {
  /** Whatever is written from now on is thrown away: the source may stop, and end well. */
  readonly satisfied?: boolean;
  /** How many chunks of the beginning of a body it would throw away: they count as written, and the source begins behind them. */
  skip?(chunks: readonly Uint8Array[]): number;
}

/**
 * A filter that VCL knows by name. `open` may change headers and length of the message; what it returns passes on what it makes to `next`, which
 * is open only when all filters of the chain are: `open` must not write. "not needed": the filter steps aside without a word.
 */
export interface FilterKind<Context> {
  readonly name: string;
  /** Throws a {@link FilterFailure} where it cannot be opened. */
  open(context: Context, next: BodyLink): BodyLink | "not needed";
}

/** A filter cannot go on: the body ends here. The message is what the log says (FetchError, Error). */
export class FilterFailure extends Error {
  override readonly name = "FilterFailure";
  /** Why the client's connection is closed, in Varnish's word (SessClose). */
  readonly closes: string | undefined;

  constructor(message: string, closes?: string) {
    super(message);
    this.closes = closes;
  }
}

/** MAIN counters that filters advance. */
export type FilterCounter = "n_gzip" | "n_gunzip" | "n_test_gunzip" | "esi_errors" | "esi_warnings";

/** What every filter may use. */
export interface FilterContext {
  readonly compression: Compression;
  readonly gzip: GzipOptions;
  /** Header fields of the message whose body this is; a filter that changes the body changes those that describe it. */
  readonly http: HeaderList;
  log(tag: string, text: string): void;
  /** Somebody reads the log: its Gzip records say where the blocks of gzip data are, which costs time to find out. */
  readonly logsPositions: boolean;
  count(counter: FilterCounter): void;
}

/** What fetch filters find out about the body that is stored; kept with the object. */
export interface StoredBodyFacts {
  /** The stored bytes are one gzip member. */
  isGzip: boolean;
  /** Bytes of the text of a gzip member, once it has been read to its end. 0 where that is not known. */
  plainLength: number;
  /** Where the blocks of a gzip member are, once somebody wanted to know. */
  positions: BlockPositions | undefined;
  /** A filter changed the encoding: the ETag is not the backend's any more. */
  encodingChanged: boolean;
  esi: EsiProgram | undefined;
}

/** Of a body that no filter looked at; it cannot be changed. */
export const plainBody: StoredBodyFacts = Object.freeze({
  isGzip: false,
  plainLength: 0,
  positions: undefined,
  encodingChanged: false,
  esi: undefined,
});

/** For the filters of `beresp.filters` and `req.filters`: a body on its way into the storage. */
export interface FetchContext extends FilterContext {
  readonly status: number;
  /** `bereq.url`, which relative addresses of ESI includes start from. */
  readonly url: string;
  readonly esiFeatures: EsiFeatures;
  readonly facts: StoredBodyFacts;
}

/** For the filters of `resp.filters` and `bereq.filters`: a body on its way out. */
export interface DeliveryContext extends FilterContext {
  /** `resp.status`; a filter may set it, and the reason goes with it. */
  status: number;
  /** Bytes of the body as the filters opened so far leave it; undefined: not known before the end. */
  length: number | undefined;
  /** The request that is answered; undefined where the body goes to a backend. */
  readonly request: HeaderList | undefined;
  /** Accept-Encoding as the client sent it: of the request's own, what is not gzip has been washed away. */
  readonly encodings: string | undefined;
  /** What is known of the stored body. */
  readonly facts: Readonly<Pick<StoredBodyFacts, "isGzip" | "plainLength" | "positions">>;
  /** Bytes of the stored body, and the first value of `length`. */
  readonly storedLength: number | undefined;
  /** How includes are delivered; undefined where the object has no ESI program. */
  readonly esi: EsiDelivery | undefined;
  /** The parameter that lets several ranges be answered as multipart/byteranges; at most this many. 0: one range only, as Varnish. */
  readonly maxRanges: number;
  /** A random number, 0 ≤ x < 1. */
  random(): number;
}
