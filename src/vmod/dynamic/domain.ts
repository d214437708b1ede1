import {
  CountedDirector,
  parseIp,
  type Director,
  type DirectorDetails,
  type Health,
  type Host,
  type Task,
  type TimerHandle,
} from "../../runtime/index.js";
import { backendDefinition, backendName, type DomainKey } from "./backend-of-address.js";
import type { Addresses } from "./resolver.js";
import { holdsFor, type Settings } from "./settings.js";
import type { SharedBackends } from "./shared-backends.js";

/** What a domain needs of the object that made it. */
export interface DomainOwner {
  readonly name: string;
  readonly vclName: string;
  readonly settings: Settings;
  readonly backends: SharedBackends;
  readonly host: Host;
  /** The task of vcl_init, for what an ACL logs. */
  readonly task: Task;
  log(tag: string, text: string): void;
  /** Its time is up: nobody is to find it any more. */
  forget(domain: Domain): void;
}

/** Seconds between two look-ups at least, whatever answers and settings say. */
const soonest = 0.01;

interface Member {
  readonly name: string;
  readonly backend: Director;
  /** Answers that were without it; 0: the last one had it. */
  missing: number;
}

/** The director of one host name: looks its addresses up again and again, and gives each fetch one of them (S0-35…S0-47). */
export class Domain extends CountedDirector {
  readonly kind = "dynamic";
  readonly key: DomainKey;
  readonly #owner: DomainOwner;
  #members: readonly Member[] = [];
  #current: readonly Director[] = [];
  #cursor = 0;
  /** Seconds since the epoch. */
  #expires: number;
  #isActive = false;
  /** Until when one waits for the first answer. */
  #waitUntil = 0;
  #waiting: (() => void)[] = [];
  #timer: TimerHandle;
  /** Counts starts and stops: a look-up that comes back after one is of no use. */
  #run = 0;
  #changed: number;

  constructor(owner: DomainOwner, key: DomainKey) {
    const { host, port, authority } = key;
    super(`${owner.name}(${host}:${port}${authority === undefined ? "" : `/${authority}`})`);
    this.#owner = owner;
    this.key = key;
    this.#changed = owner.host.now();
    this.#expires = this.#changed + owner.settings.usage;
  }

  /** Asked for: it lives on. */
  touch(): void {
    if (this.#expires !== Infinity) this.#expires = this.#owner.host.now() + this.#owner.settings.usage;
  }

  /** Begins to look up, unless it does already (S0-38). */
  start(): void {
    if (this.#run % 2 === 1) return;
    this.#run += 1;
    this.#waitUntil = this.#owner.host.now() + this.#owner.settings.firstLookup;
    void this.#lookUp(this.#run);
  }

  /** Looks up no more; what it has found stays. */
  stop(): void {
    if (this.#run % 2 === 0) return;
    this.#run += 1;
    if (this.#timer !== undefined) this.#owner.host.clearTimer(this.#timer);
    this.#stamp("Done");
  }

  members(): Iterable<Director> {
    return this.#current;
  }

  /**
   * Healthy when any address is. Before the first answer nobody knows: who picks waits for it (`settling`), and others hear that it is, until that
   * took too long (S0-43, S0-44).
   */
  health(task: Task | undefined): Health {
    if (!this.#isActive) return { healthy: this.#leftToWait() > 0, changed: this.#changed };
    let changed = this.#changed;
    let healthy = false;
    for (const backend of this.#current) {
      const health = backend.health(task);
      changed = Math.max(changed, health.changed);
      healthy ||= health.healthy;
    }
    return { healthy, changed };
  }

  /** Until the first answer, or the time that one waits for it. */
  settling(): Promise<void> | undefined {
    const left = this.#leftToWait();
    if (left <= 0) return undefined;
    const { host } = this.#owner;
    return new Promise((resolve) => {
      const timer = host.setTimer(left, resolve);
      this.#waiting.push(() => {
        host.clearTimer(timer);
        resolve();
      });
    });
  }

  #leftToWait(): number {
    return this.#isActive || this.#run % 2 === 0 ? 0 : this.#waitUntil - this.#owner.host.now();
  }

  details(): DirectorDetails {
    const members = this.#current.map((director) => ({ director, cells: [""], json: {} }));
    const { port, host } = this.key;
    return { heading: ["Health"], members, json: { host, port } };
  }

  /** The next healthy address; where none is, the next one, for the core to refuse; undefined without any (S0-45). */
  resolve(task: Task): Director | undefined {
    const { length } = this.#current;
    for (let tried = 0; tried < length; tried++) {
      const index = (this.#cursor + tried) % length;
      const backend = this.#current[index];
      if (!backend?.health(task).healthy) continue;
      this.#cursor = index + 1;
      return backend;
    }
    return this.#current[this.#cursor++ % Math.max(1, length)];
  }

  async #lookUp(run: number): Promise<void> {
    const { host, settings } = this.#owner;
    if (host.now() >= this.#expires) this.#expire();
    if (this.references === 0) return;
    this.#stamp("Lookup");
    let wait = settings.ttl;
    try {
      const { addresses, ttl } = await this.#ask();
      if (run !== this.#run) return;
      wait = holdsFor(settings, ttl);
      this.#stamp("Results");
      await this.#apply(addresses);
      this.#stamp("Update");
    } catch (error) {
      // What was found before stays: that a name cannot be looked up says nothing about who is there.
      this.#note("Error", `getaddrinfo (${error instanceof Error ? error.message : String(error)})`);
      wait = settings.retryAfter;
    }
    if (run !== this.#run) return;
    this.#isActive = true;
    for (const wake of this.#waiting.splice(0)) wake();
    const until = Math.min(wait, this.#expires - host.now());
    this.#timer = host.setTimer(Math.max(soonest, until), () => void this.#lookUp(run));
  }

  async #ask(): Promise<Addresses> {
    const { host, settings } = this.#owner;
    const { host: name } = this.key;
    return (
      (await settings.resolver?.addresses(host, name)) ?? {
        addresses: await host.resolveName(name),
        ttl: undefined,
      }
    );
  }

  async #apply(addresses: readonly string[]): Promise<void> {
    const { backends, settings } = this.#owner;
    const before = new Map(this.#members.map((member) => [member.name, member]));
    const members: Member[] = [];
    const fresh: string[] = [];
    for (const address of new Set(addresses)) {
      if (!this.#isAllowed(address)) continue;
      const name = backendName(this.#owner, this.key, address);
      const known = before.get(name);
      before.delete(name);
      if (known) known.missing = 0;
      if (!known) fresh.push(name);
      const backend =
        known?.backend ?? (await backends.use(name, () => backendDefinition(settings, this.key, address)));
      members.push(known ?? { name, backend, missing: 0 });
    }
    // Retired while backends were made: nobody is there to have them.
    if (this.references === 0) return fresh.forEach((name) => backends.giveBack(name));
    for (const member of before.values()) {
      member.missing += 1;
      if (member.missing <= settings.keep) members.push(member);
      else backends.giveBack(member.name);
    }
    this.#members = members;
    this.#current = members.filter(({ missing }) => missing === 0).map(({ backend }) => backend);
    this.#changed = this.#owner.host.now();
  }

  #isAllowed(address: string): boolean {
    const { settings, task } = this.#owner;
    if (!settings.whitelist || settings.whitelist.matches(task, parseIp(address))) return true;
    this.#note("Error", `whitelist mismatch ${address}:${this.key.port}`);
    return false;
  }

  #expire(): void {
    this.#note("VCL_Log", "timeout");
    this.#expires = Infinity;
    this.#owner.forget(this);
  }

  #note(tag: string, what: string): void {
    const { name, vclName } = this.#owner;
    this.#owner.log(tag, `vmod-dynamic ${vclName} ${name} ${this.key.host}:${this.key.port} ${what}`);
  }

  #stamp(event: string): void {
    const { name, vclName, host } = this.#owner;
    const { host: wanted, port } = this.key;
    const now = host.now().toFixed(6);
    this.#owner.log(
      "Timestamp",
      `vmod-dynamic ${vclName}.${name}(${wanted}:${port}) ${event}: ${now} 0.000000 0.000000`,
    );
  }

  protected retire(): void {
    this.stop();
    for (const { name } of this.#members) this.#owner.backends.giveBack(name);
    this.#members = [];
    this.#current = [];
  }
}
