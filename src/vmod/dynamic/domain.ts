import {
  CountedDirector,
  parseIp,
  type BackendDefinition,
  type Director,
  type DirectorDetails,
  type Health,
  type Host,
  type Task,
} from "../../runtime/index.js";
import { backendDefinition, backendName, type DomainKey } from "./backend-of-address.js";
import { RepeatedLookUp } from "./repeated-look-up.js";
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

interface Member {
  readonly name: string;
  readonly backend: Director;
  /** Answers that were without it; 0: the last one had it. */
  missing: number;
}

/** The director of one host name: looks its addresses up again and again, and gives each fetch one of them (S0-36…S0-46). */
export class Domain extends CountedDirector {
  readonly kind = "dynamic";
  readonly key: DomainKey;
  readonly #owner: DomainOwner;
  #members: readonly Member[] = [];
  #current: readonly Director[] = [];
  #cursor = 0;
  readonly #lookUp: RepeatedLookUp;
  #changed: number;

  constructor(owner: DomainOwner, key: DomainKey) {
    const { host, port, authority } = key;
    super(`${owner.name}(${host}:${port}${authority === undefined ? "" : `/${authority}`})`);
    this.#owner = owner;
    this.key = key;
    this.#changed = owner.host.now();
    this.#lookUp = new RepeatedLookUp(owner.host, owner.settings, {
      look: (isWanted) => this.#look(isWanted),
      expire: () => {
        this.#note("VCL_Log", "timeout");
        owner.forget(this);
      },
    });
  }

  /** Asked for: it lives on. */
  touch(): void {
    this.#lookUp.touch();
  }

  /** Begins to look up, unless it does already (S0-38). */
  start(): void {
    this.#lookUp.start();
  }

  /** Looks up no more; what it has found stays. */
  stop(): void {
    if (this.#lookUp.stop()) this.#stamp("Done");
  }

  members(): Iterable<Director> {
    return this.#current;
  }

  /** Healthy when any address is (S0-45). Before the first answer there is none: who picks, or asks from VCL, waits for it (`settling`). */
  health(task: Task | undefined): Health {
    let changed = this.#changed;
    let healthy = false;
    for (const backend of this.#current) {
      const health = backend.health(task);
      changed = Math.max(changed, health.changed);
      healthy ||= health.healthy;
    }
    return { healthy, changed };
  }

  settling(): Promise<void> | undefined {
    return this.#lookUp.settling();
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

  async #look(isWanted: () => boolean): Promise<number> {
    const { settings } = this.#owner;
    this.#stamp("Lookup");
    try {
      const { addresses, ttl } = await this.#ask();
      if (!isWanted()) return 0;
      this.#stamp("Results");
      await this.#apply(addresses);
      this.#stamp("Update");
      return holdsFor(settings, ttl);
    } catch (error) {
      // What was found before stays: that a name cannot be looked up says nothing about who is there.
      this.#note("Error", `getaddrinfo (${error instanceof Error ? error.message : String(error)})`);
      return settings.retryAfter;
    }
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
      const define = (): BackendDefinition => backendDefinition(settings, this.key, address);
      // One of which no backend can be made, with a zone for instance, does not keep the others from serving.
      const backend = known?.backend ?? (await backends.use(name, define).catch(this.#refused));
      if (!backend) continue;
      if (!known) fresh.push(name);
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

  readonly #refused = (error: Error): undefined => this.#note("Error", error.message);

  #isAllowed(address: string): boolean {
    const { settings, task } = this.#owner;
    if (!settings.whitelist || settings.whitelist.matches(task, parseIp(address))) return true;
    this.#note("Error", `whitelist mismatch ${address}:${this.key.port}`);
    return false;
  }

  #note(tag: string, what: string): undefined {
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
