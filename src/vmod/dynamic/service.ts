import {
  CountedDirector,
  type Director,
  type DnsRecord,
  type Health,
  type OwnDirectors,
  type Task,
} from "../../runtime/index.js";
import { byWeight } from "../svc/by-weight.js";
import type { Domain } from "./domain.js";
import { Records, type RecordSource } from "./records.js";
import { RepeatedLookUp } from "./repeated-look-up.js";
import { shortest, type Resolver } from "./resolver.js";
import { holdsFor, type Settings } from "./settings.js";

/** What a service needs of the object that made it. */
export interface ServiceOwner extends RecordSource {
  readonly settings: Settings;
  readonly directors: OwnDirectors;
  /** The domain of a target. */
  target(host: string, port: string): Domain;
  /** Its time is up: nobody is to find it any more. */
  forgetService(service: Service): void;
}

interface Target {
  readonly domain: Domain;
  readonly priority: number;
  weight: number;
}

/** The director of a service: its SRV records by priority, and by weight among those of one (RFC 2782). */
export class Service extends CountedDirector {
  readonly kind = "dynamic service";
  /** What is looked up. */
  readonly service: string;
  readonly #owner: ServiceOwner;
  readonly #records: Records;
  /** By priority, then by name and port. */
  #targets: readonly Target[] = [];
  readonly #lookUp: RepeatedLookUp<readonly DnsRecord[]>;

  constructor(owner: ServiceOwner, service: string, resolver: Resolver) {
    super(`${owner.name}(${service})`);
    this.service = service;
    this.#owner = owner;
    this.#records = new Records(owner, service, `srv ${service}`);
    this.#lookUp = new RepeatedLookUp(owner.host, owner.settings, {
      records: this.#records,
      ask: () => resolver.services(owner.host, service),
      apply: (records) => this.#apply(records),
      expire: () => owner.forgetService(this),
    });
    owner.directors.add(this);
  }

  /** Asked for: it lives on. */
  touch(): void {
    this.#lookUp.touch();
  }

  start(): void {
    this.#lookUp.start();
  }

  stop(): void {
    this.#lookUp.stop();
  }

  members(): Iterable<Director> {
    return this.#targets.map(({ domain }) => domain);
  }

  /** Healthy when any target is. */
  health(task: Task | undefined): Health {
    const all = this.#targets.map(({ domain }) => domain.health(task));
    return {
      healthy: all.some(({ healthy }) => healthy),
      changed: all.reduce((latest, { changed }) => Math.max(latest, changed), 0),
    };
  }

  settling(): Promise<void> | undefined {
    return this.#lookUp.settling();
  }

  /** A healthy target of the lowest priority that has one; the last one where nobody is healthy. */
  resolve(task: Task): Director | undefined {
    const healthy = this.#targets.filter(({ domain }) => domain.health(task).healthy);
    const lowest = healthy[0]?.priority;
    const able = healthy.filter(({ priority }) => priority === lowest);
    const even = able.every(({ weight }) => weight === 0);
    const indices = [...able.keys()];
    const at = byWeight(
      indices,
      (index) => (even ? 1 : (able[index]?.weight ?? 0)),
      this.#owner.host.random(),
    );
    return (able[at ?? 0] ?? this.#targets.at(-1))?.domain;
  }

  /** Published once every target has its first answer; those of before serve meanwhile. */
  async #apply(records: readonly DnsRecord[]): Promise<number> {
    const { settings } = this.#owner;
    const targets = new Map<string, Target>();
    for (const { target, port = 0, priority = 0, weight = 0, ttl = 0 } of records) {
      this.#records.debug(`DNS SRV ${target}:${port} priority ${priority} weight ${weight} ttl ${ttl}`);
      if (port === 0 || target === "" || target === ".") continue;
      const key = `${priority} ${target}:${port}`;
      const known = targets.get(key);
      if (known) known.weight += weight;
      else targets.set(key, { domain: this.#owner.target(target, String(port)), priority, weight });
    }
    const sorted = [...targets].sort(([a, x], [b, y]) => x.priority - y.priority || (a < b ? -1 : 1));
    const next = sorted.map(([, target]) => target);
    for (const { domain } of next) domain.retain();
    await Promise.all(next.map(({ domain }) => domain.settling() ?? Promise.resolve()));
    // Retired while the targets were looked up: nobody is there to have them.
    const old = this.references === 0 ? next : this.#targets;
    if (this.references > 0) this.#targets = next;
    for (const { domain } of old) domain.release();
    return holdsFor(settings, shortest(records));
  }

  protected retire(): void {
    this.stop();
    for (const { domain } of this.#targets) domain.release();
    this.#targets = [];
    this.#owner.directors.remove(this);
  }
}
