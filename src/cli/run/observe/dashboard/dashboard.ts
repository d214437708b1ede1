import type { ServerResponse } from "node:http";
import type { Instance, LogSide, LogSink } from "../../../../runtime/index.js";
import type { LogTransaction } from "../../../../runtime/vsl/log-transaction.js";
import { TransactionGroups } from "../../../../runtime/vsl/transaction-groups.js";
import { Latencies } from "./latencies.js";
import type { PathFilter } from "./path-filter.js";
import { globalsState, proxyState } from "./proxy-state.js";
import { requestPath, type RequestPath } from "./request-path.js";
import { Watcher } from "./watcher.js";

/** Transactions that may be open: with more, the oldest are told as they are. */
const mostOpen = 5000;
/** Those in flight that are told each second, and how long they have to have been, in milliseconds. */
const mostInFlight = 20;
const longInFlight = 500;

interface Wish {
  readonly watcher: Watcher;
  readonly filter: PathFilter;
}

/**
 * Tells those who watch what the proxy does: each second how it stands, and each request with its way through VCL. While nobody watches it wants
 * no record, and does nothing.
 */
export class Dashboard implements LogSink {
  readonly #wishes = new Set<Wish>();
  readonly #latencies = new Latencies();
  readonly #groups = new TransactionGroups({
    grouping: "request",
    report: (group) => this.#report(group),
    now: () => performance.now(),
    most: mostOpen,
  });
  #instance: Instance | undefined;
  #began = 0;
  #globals: object = { rows: [], more: 0 };
  #asksGlobals = false;
  #timer: NodeJS.Timeout | undefined;

  get silent(): boolean {
    return this.#wishes.size === 0;
  }

  /** What is watched from now on. */
  start(instance: Instance): void {
    this.#instance = instance;
    this.#began = performance.now();
  }

  record(xid: number, tag: string, text: string, side: LogSide = "-"): void {
    if (this.#wishes.size > 0) this.#groups.add({ xid, tag, text, side });
  }

  /** Somebody watches until the answer is closed. */
  watch(response: ServerResponse, filter: PathFilter): void {
    const wish = { watcher: new Watcher(response), filter };
    this.#wishes.add(wish);
    response.on("close", () => this.#leave(wish));
    wish.watcher.tell("filter", { kind: filter.kind, message: filter.message });
    this.#timer ??= setInterval(() => this.#tick(), 1000).unref();
    this.#tick();
  }

  /** How many watch. */
  get watching(): number {
    return this.#wishes.size;
  }

  #leave(wish: Wish): void {
    this.#wishes.delete(wish);
    if (this.#wishes.size > 0) return;
    clearInterval(this.#timer);
    this.#timer = undefined;
    this.#groups.clear();
    this.#latencies.clear();
  }

  #tick(): void {
    const instance = this.#instance;
    if (!instance) return;
    void this.#askGlobals(instance);
    this.#groups.expire();
    const state = {
      time: Date.now() / 1000,
      uptime: (performance.now() - this.#began) / 1000,
      identity: instance.identity,
      ...proxyState(instance),
      globals: this.#globals,
      latencies: this.#latencies.now(),
      flying: this.#inFlight(),
    };
    this.#latencies.tick();
    for (const { watcher } of this.#wishes) watcher.tick(state);
  }

  async #askGlobals(instance: Instance): Promise<void> {
    if (this.#asksGlobals) return;
    this.#asksGlobals = true;
    // At the end of the instance there may be none to ask any more: what was known stays.
    this.#globals = await globalsState(instance).catch(() => this.#globals);
    this.#asksGlobals = false;
  }

  /** What takes long, oldest first, as far as it has come. */
  #inFlight(): readonly RequestPath[] {
    const found: RequestPath[] = [];
    const began = (Date.now() - longInFlight) / 1000;
    for (const transaction of this.#groups.unfinished()) {
      const path = requestPath(transaction);
      if (!path || path.start > began) continue;
      found.push(path);
      if (found.length === mostInFlight) break;
    }
    return found;
  }

  #report(group: readonly LogTransaction[]): void {
    let made: readonly RequestPath[] | undefined;
    const paths = (): readonly RequestPath[] => (made ??= group.flatMap((one) => requestPath(one) ?? []));
    for (const { handling, duration } of paths()) this.#latencies.add(handling, duration);
    for (const { watcher, filter } of this.#wishes) {
      if (filter.wants(group, paths)) watcher.request(() => ({ paths: paths() }));
    }
  }
}
