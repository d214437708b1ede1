import type { Cache } from "./cache/cache.js";
import type { Storages } from "./cache/storages.js";
import type { Host } from "./host.js";
import type { Parameters } from "./parameters.js";
import type { Deadlines } from "./wire/deadlines.js";
import type { LoadedVcl } from "./vcl/loaded-vcl.js";

/** Hands a trace on to backends. */
export interface Propagation {
  /**
   * Fields for the request of a backend transaction, in place of those that the client sent; undefined takes a field away. VCL sees them, and may
   * change them.
   */
  fields(xid: number): Iterable<readonly [name: string, value: string | undefined]>;
}

/** What the state machines need of the instance that runs them. */
export interface Core {
  readonly host: Host;
  readonly params: Parameters;
  /** How many pipes there are now. */
  readonly pipes: { open: number };
  /** Of all its connections. */
  readonly deadlines: Deadlines;
  readonly cache: Cache;
  /** Where the cache keeps what it has. */
  readonly storages: Storages;
  /** `server.identity`, also in Via. */
  readonly identity: string;
  /** The VCL that new requests start in, with a reference taken for the caller; undefined when none is in use. */
  acquireActiveVcl(): LoadedVcl | undefined;
  /** A new transaction number. */
  nextXid(): number;
  /** Whoever traces requests over several programs. */
  readonly propagation?: Propagation | undefined;
  /** Adds to a counter, by Varnish's name: `client_req`, `cache_hit`, `cache_miss` … One, unless it says how many. */
  count(counter: string, by?: number): void;
}
