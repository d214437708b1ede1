import type { StreamError } from "./byte-stream.js";
import type { ClientConnection } from "./client-connection.js";
import { deadline, type Deadlines } from "./deadlines.js";

/** How long nobody tries again where a connection was refused: seconds, by error number. */
const refused = 0.25;
const forbidden = 10;
const holdDowns: ReadonlyMap<number, number> = new Map([
  [1, forbidden], // EPERM
  [13, forbidden], // EACCES
  [99, forbidden], // EADDRNOTAVAIL
  [101, refused], // ENETUNREACH
  [111, refused], // ECONNREFUSED
]);

/** Seconds after which unused connections are looked at, at most and at least: a time-out that was made shorter takes effect that soon. */
const lookEvery = 1;
const lookAfter = 0.02;

/**
 * The idle connections of one shared backend: all of them begin alike, and any of them does for the next request. The newest is used first
 * (http1-and-transports 5.5, 5.6).
 */
export class ConnectionPool {
  readonly #deadlines: Deadlines;
  readonly #idleTimeout: () => number;
  /** The oldest first. */
  readonly #idle: ClientConnection[] = [];
  readonly #look = deadline(() => this.#closeOld());
  #heldUntil = -Infinity;
  #closed = false;

  /** `idleTimeout` says how long an unused connection is kept, in seconds, whenever it is asked (`backend_idle_timeout`). */
  constructor(deadlines: Deadlines, idleTimeout: () => number) {
    this.#deadlines = deadlines;
    this.#idleTimeout = idleTimeout;
  }

  /** How many connections wait. */
  get size(): number {
    return this.#idle.length;
  }

  /** The newest idle connection. */
  take(): ClientConnection | undefined {
    this.#closeOld();
    const connection = this.#idle.pop();
    if (this.#idle.length === 0) this.#deadlines.drop(this.#look);
    return connection;
  }

  put(connection: ClientConnection): void {
    if (this.#closed || !connection.open) return connection.close();
    this.#idle.push(connection);
    connection.rest(() => this.#forget(connection));
    if (this.#idle.length === 1) this.#wait();
  }

  /** Nobody uses it any more: idle connections close now, busy ones when they are put back. */
  close(): void {
    this.#closed = true;
    for (const connection of this.#idle.splice(0)) connection.close();
    this.#deadlines.drop(this.#look);
  }

  /** A connection could not be made: for some reasons, the next ones are not even tried for a while. */
  failed({ errno }: StreamError): void {
    const seconds = holdDowns.get(errno);
    if (seconds !== undefined) this.#heldUntil = this.#deadlines.now() + seconds;
  }

  /** Whether new connections must not be tried now. */
  get heldDown(): boolean {
    return this.#deadlines.now() < this.#heldUntil;
  }

  #forget(connection: ClientConnection): void {
    const at = this.#idle.lastIndexOf(connection);
    if (at >= 0) this.#idle.splice(at, 1);
    if (this.#idle.length === 0) this.#deadlines.drop(this.#look);
  }

  #closeOld(): void {
    const before = this.#deadlines.now() - this.#idleTimeout();
    while (this.#idle[0] && this.#idle[0].idleSince <= before) this.#idle.shift()?.close();
    if (this.#idle.length > 0) this.#wait();
  }

  #wait(): void {
    const left = (this.#idle[0]?.idleSince ?? 0) + this.#idleTimeout() - this.#deadlines.now();
    this.#deadlines.in(this.#look, Math.min(Math.max(left, lookAfter), lookEvery));
  }
}
