import {
  CountedDirector,
  parseIp,
  type BackendDefinition,
  type Director,
  type DirectorDetails,
  type Health,
  type OwnDirectors,
  type Task,
} from "../../runtime/index.js";
import { backendDefinition, backendIdentity, backendName, type DomainKey } from "./backend-of-address.js";
import { servicePort } from "../../runtime/values/service-port.js";
import { Records, type RecordSource } from "./records.js";
import { RepeatedLookUp } from "./repeated-look-up.js";
import type { Addresses } from "./resolver.js";
import { holdsFor, type Settings } from "./settings.js";
import type { SharedBackends } from "./shared-backends.js";

/** What a domain needs of the object that made it. */
export interface DomainOwner extends RecordSource {
  readonly settings: Settings;
  readonly backends: SharedBackends;
  /** The directors of its VCL, among which a domain is until it retires. */
  readonly directors: OwnDirectors;
  /** The task of vcl_init, for what an ACL logs. */
  readonly task: Task;
  /** Its time is up: nobody is to find it any more. */
  forget(domain: Domain): void;
}

interface Member {
  readonly address: string;
  readonly identity: string;
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
  readonly #records: Records;
  readonly #lookUp: RepeatedLookUp<Addresses>;
  #changed: number;

  constructor(owner: DomainOwner, key: DomainKey) {
    const { host, port, authority } = key;
    super(`${owner.name}(${host}:${port}${authority === undefined ? "" : `/${authority}`})`);
    this.#owner = owner;
    this.key = key;
    this.#changed = owner.host.now();
    this.#records = new Records(owner, `${host}:${port}`);
    this.#lookUp = new RepeatedLookUp(owner.host, owner.settings, {
      records: this.#records,
      ask: () => this.#ask(),
      apply: (answer) => this.#apply(answer),
      expire: () => owner.forget(this),
    });
    owner.directors.add(this);
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
    this.#lookUp.stop();
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
    return { heading: ["Health"], members, json: this.#owner.settings.listed };
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

  async #apply({ addresses: told, ttl, unknown }: Addresses): Promise<number> {
    const { backends, settings } = this.#owner;
    const before = new Map(this.#members.map((member) => [member.identity, member]));
    const members: Member[] = [];
    const fresh: string[] = [];
    // About those of a family that nobody answered about, nothing is known: they stay.
    const kept = this.#members.filter(
      ({ missing, address }) => missing === 0 && familyOf(address) === unknown,
    );
    for (const address of new Set([...told, ...kept.map((member) => member.address)])) {
      if (!this.#isAllowed(address)) continue;
      const identity = backendIdentity(settings, this.key, address);
      const known = before.get(identity);
      before.delete(identity);
      if (known) known.missing = 0;
      // One of which no backend can be made, with a zone for instance, does not keep the others from serving.
      const backend = known?.backend ?? (await this.#use(identity, address));
      if (!backend) continue;
      if (!known) fresh.push(identity);
      members.push(known ?? { identity, address, backend, missing: 0 });
    }
    // Retired while backends were made: nobody is there to have them.
    if (this.references === 0) {
      for (const identity of fresh) backends.giveBack(identity);
      return 0;
    }
    for (const member of before.values()) {
      member.missing += 1;
      if (member.missing <= settings.keep) members.push(member);
      else backends.giveBack(member.identity);
    }
    this.#members = members;
    this.#current = members.filter(({ missing }) => missing === 0).map(({ backend }) => backend);
    this.#changed = this.#owner.host.now();
    return holdsFor(settings, ttl);
  }

  async #use(identity: string, address: string): Promise<Director | undefined> {
    const { backends, settings } = this.#owner;
    const how = backends.has(identity) ? "ref" : "new";
    const define = (): BackendDefinition => backendDefinition(settings, this.key, address);
    try {
      const backend = await backends.use(identity, backendName(this.#owner, this.key, address), define);
      this.#records.debug(`${how}-backend ${backend.vclName}`);
      return backend;
    } catch (error) {
      this.#records.note("Error", error instanceof Error ? error.message : String(error));
      return undefined;
    }
  }

  #isAllowed(address: string): boolean {
    const { settings, task } = this.#owner;
    if (!settings.whitelist || settings.whitelist.matches(task, parseIp(address))) return true;
    const { port } = this.key;
    this.#records.note("Error", `whitelist mismatch ${address}:${servicePort(port.toLowerCase()) ?? port}`);
    return false;
  }

  protected retire(): void {
    this.stop();
    for (const { identity } of this.#members) this.#owner.backends.giveBack(identity);
    this.#members = [];
    this.#current = [];
    this.#owner.directors.remove(this);
  }
}

function familyOf(address: string): 4 | 6 {
  return address.includes(":") ? 6 : 4;
}
