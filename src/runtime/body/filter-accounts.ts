import type { FilterAccounts } from "./filter-chain.js";
import type { BodyLink } from "./filter-kind.js";
import { PassingLink } from "./passing-link.js";

/** How often somebody wrote, and how many bytes. */
interface Account {
  readonly name: string;
  calls: number;
  bytes: number;
}

/** Counts what is written into a link. */
class Counter extends PassingLink {
  readonly account: Account;

  constructor(name: string, next: BodyLink) {
    super(next);
    this.account = { name, calls: 0, bytes: 0 };
  }

  override write(chunk: Uint8Array): void | Promise<void> {
    this.account.calls++;
    this.account.bytes += chunk.length;
    return this.next.write(chunk);
  }
  abandon(): void {
    this.next.abandon?.();
  }
}

/** The bytes of the piece that was written last, by whichever link. */
interface Latest {
  length: number;
}

/** Counts the bytes that a call comes down to. */
class DeliveryCounter extends Counter {
  private readonly latest: Latest;
  /** What the last call came down to. */
  private last = 0;

  constructor(name: string, next: BodyLink, latest: Latest) {
    super(name, next);
    this.latest = latest;
  }

  override write(chunk: Uint8Array): void | Promise<void> {
    this.account.calls++;
    this.latest.length = chunk.length;
    const waiting = this.next.write(chunk);
    this.account.bytes += this.last = this.latest.length;
    this.latest.length = chunk.length;
    return waiting;
  }

  /** The end is part of the last call. */
  override end(): void | Promise<void> {
    const before = (this.latest.length = this.last);
    const waiting = this.next.end();
    if (waiting) return waiting.then(() => this.correct(before));
    this.correct(before);
  }

  private correct(before: number): void {
    this.account.bytes += this.latest.length - before;
  }
}

/**
 * What went through the filters of a delivery, for VdpAcct. As in Varnish the bytes of a call are those of the last piece that came out at the end of the
 * chain because of it, or those that came in where none did.
 */
export class DeliveryAccounts implements FilterAccounts {
  private readonly counters: Counter[] = [];
  private readonly latest: Latest = { length: 0 };
  private readonly end: string;

  /** `end` is what the end of the chain is called. */
  constructor(end: string) {
    this.end = end;
  }

  count(name: string, link: BodyLink): BodyLink {
    const counter = new DeliveryCounter(name === "" ? this.end : name, link, this.latest);
    this.counters.push(counter);
    return counter;
  }

  /** A text for each filter, the first to see the body first; none for an end that nothing came to. */
  get texts(): readonly string[] {
    const last = this.counters.length - 1;
    const written = this.counters.filter(({ account: { calls } }, index) => calls > 0 || index < last);
    return written.map(({ account: { name, calls, bytes } }) => `${name} ${calls} ${bytes}`);
  }
}

/** What went through the filters of a fetch, for VfpAcct: how often each was asked for bytes, and how many it gave. */
export class FetchAccounts implements FilterAccounts {
  private readonly counters: Counter[] = [];
  private readonly framing: string;

  /** `framing` is how the backend marks the end of the body. */
  constructor(framing: string) {
    this.framing = framing;
  }

  count(name: string, link: BodyLink): BodyLink {
    const counter = new Counter(name, link);
    this.counters.push(counter);
    return counter;
  }

  /** A text for each filter, the last to see the body first, then one for what reads it off the connection. */
  get texts(): readonly string[] {
    const accounts = this.counters.map(({ account }) => account);
    const [first] = accounts;
    if (!first) return [];
    // Where the length says it, no further call is needed to learn of the end.
    const ends = this.framing === "length" ? 0 : 1;
    const texts = [`${wireNames[this.framing] ?? this.framing} ${first.calls + ends} ${first.bytes}`];
    for (const [index, { name, calls }] of accounts.slice(0, -1).entries()) {
      texts.push(`${name} ${calls + ends} ${accounts[index + 1]?.bytes ?? 0}`);
    }
    return texts.reverse();
  }
}

/** What reads a body off the connection, in Varnish's words. */
const wireNames: Readonly<Record<string, string>> = {
  length: "V1F_STRAIGHT",
  chunked: "V1F_CHUNKED",
  eof: "V1F_EOF",
};
