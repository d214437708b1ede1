import {
  VclFailure,
  type ControlSide,
  type Director,
  type GlobalDirectorRegistry,
  type Host,
} from "../../runtime/index.js";
import type { ServiceConfig, ServiceEndpoint } from "./endpoint-config.js";
import type { FollowingDirector } from "./following-director.js";
import { Pace } from "./pace.js";
import { ServiceDirector } from "./service-director.js";
import type { ServiceSource } from "./service-source.js";
import { ServiceTransports } from "./service-transports.js";

/** A service as it stands: its director, and its backends by definition, so that an endpoint that stays keeps its health and connections. */
interface Service {
  readonly director: FollowingDirector;
  backends: ReadonlyMap<string, Director>;
}

/** What is to become of a service. */
interface Plan {
  readonly service: ServiceConfig;
  readonly backends: ReadonlyMap<string, Director>;
}

/** What the services of a source have become: global directors and their backends. A thousand of them are worked in in slices, between requests. */
export class AppliedServices {
  readonly #source: ServiceSource<unknown>;
  readonly #host: Host;
  readonly #control: ControlSide;
  readonly #retired: () => void;
  readonly #transports: ServiceTransports;
  readonly #services = new Map<string, Service>();
  /** Directors of services that are gone, by name: VCLs may still hold them. */
  readonly #parted = new Map<string, FollowingDirector>();
  /** Endpoints without an address that have been told of. */
  #refused = new Set<string>();
  /** What is applied. */
  #config: readonly ServiceConfig[] = [];

  /** `retired` is called when nobody holds one of the directors any more. */
  constructor(source: ServiceSource<unknown>, host: Host, control: ControlSide, retired: () => void) {
    this.#source = source;
    this.#retired = retired;
    this.#host = host;
    this.#control = control;
    this.#transports = new ServiceTransports(control);
  }

  has(name: string): boolean {
    return this.#services.has(name);
  }

  /** There are services, and nobody could come by any of their directors: the names are taken off, and no VCL holds one. */
  get isUnused(): boolean {
    const isHeld = ({ references }: FollowingDirector): boolean => references > 0;
    const directors = [...this.#services.values()].map(({ director }) => director);
    return directors.length > 0 && ![...directors, ...this.#parted.values()].some(isHeld);
  }

  /** The director of a service; undefined where there is none. */
  director(name: string): Director | undefined {
    return this.#services.get(name)?.director;
  }

  /**
   * Makes what is new first; only when all of it is there, swaps. `freeName` takes a new name from somebody who has no use for it any more; `swapped` is
   * called when every director has its new members, and those that are gone are still there.
   */
  async apply(
    config: readonly ServiceConfig[],
    registry: GlobalDirectorRegistry,
    freeName: (name: string) => void,
    swapped: () => void,
  ): Promise<void> {
    const pace = new Pace(this.#host);
    const plans: Plan[] = [];
    try {
      for (const service of config) {
        // Nobody holds its director any more: `global.remove` has taken it off.
        if (this.#services.get(service.name)?.director.references === 0) continue;
        plans.push({ service, backends: await this.#backendsOf(service, pace) });
      }
      await this.#registerNew(config, registry, freeName, pace);
    } catch (error) {
      for (const { backends } of plans) giveBack(backends);
      this.#transports.keep(this.#config);
      throw error;
    }
    for (const plan of plans) {
      this.#update(plan);
      await pace.step();
    }
    swapped();
    this.#config = config;
    this.#transports.keep(config);
    const wanted = new Set(config.map(({ name }) => name));
    for (const name of [...this.#services.keys()]) {
      if (!wanted.has(name)) this.#removeOwn(name, registry);
      await pace.step();
    }
    for (const [name, { references }] of this.#parted) if (references === 0) this.#parted.delete(name);
  }

  /** Whether `global.remove` has taken a name off; such services are then taken for new ones. */
  forgetUnregistered(registry: GlobalDirectorRegistry): boolean {
    const missing = [...this.#services].filter(([name]) => !registry.named(name));
    for (const [name, { director }] of missing) {
      this.#services.delete(name);
      this.#parted.set(name, director);
    }
    return missing.length > 0;
  }

  /** Takes every name back. */
  removeAll(registry: GlobalDirectorRegistry): void {
    for (const name of [...this.#services.keys()]) this.#removeOwn(name, registry);
  }

  /** Goes on with the directors that VCLs hold of what this one follows. */
  inherit(other: AppliedServices): void {
    for (const [name, director] of other.#parted) this.#parted.set(name, director);
  }

  async #backendsOf(service: ServiceConfig, pace: Pace): Promise<ReadonlyMap<string, Director>> {
    const backends = new Map<string, Director>();
    try {
      for (const endpoint of service.endpoints) {
        const key = keyOf(endpoint);
        if (backends.has(key)) continue;
        const kept = this.#services.get(service.name)?.backends.get(key);
        kept?.retain?.();
        const backend = kept ?? (await this.#makeBackend(service.name, endpoint));
        if (backend) backends.set(key, backend);
        await pace.step();
      }
      return backends;
    } catch (error) {
      giveBack(backends);
      throw error;
    }
  }

  async #makeBackend(service: string, endpoint: ServiceEndpoint): Promise<Director | undefined> {
    const { name } = endpoint;
    if (!this.#source.isLenient) return this.#transports.addBackend(service, endpoint);
    try {
      const backend = await this.#transports.addBackend(service, endpoint);
      this.#refused.delete(name);
      return backend;
    } catch (error) {
      if (!this.#refused.has(name)) {
        const { logName, place } = this.#source;
        this.#control.log(
          "Error",
          `${logName}: ${place}: ${messageOf(error)}; the other endpoints serve without it`,
        );
      }
      this.#refused.add(name);
      return undefined;
    }
  }

  #update({ service: config, backends }: Plan): void {
    const service = this.#services.get(config.name) as Service;
    const endpoints = new Map(config.endpoints.map((one) => [keyOf(one), one]));
    const members = [...backends].map(([key, backend]) => ({
      endpoint: endpoints.get(key) as ServiceEndpoint,
      backend,
    }));
    service.director.follow(config, members);
    service.backends = backends;
  }

  async #registerNew(
    config: readonly ServiceConfig[],
    registry: GlobalDirectorRegistry,
    freeName: (name: string) => void,
    pace: Pace,
  ): Promise<void> {
    const registered: string[] = [];
    try {
      for (const { name } of config) {
        if (this.#services.has(name)) continue;
        freeName(name);
        this.#register(name, registry);
        registered.push(name);
        await pace.step();
      }
    } catch (error) {
      for (const done of registered) this.#removeOwn(done, registry);
      throw error;
    }
    for (const name of registered) this.#parted.delete(name);
  }

  #register(name: string, registry: GlobalDirectorRegistry): void {
    const director = this.#directorFor(name);
    director.retired = this.#retired;
    // A load that failed may have put it back by itself.
    const isBack = registry.named(name) === director;
    if (isBack) director.release();
    if (!isBack && !registry.register(name, director)) {
      director.release();
      throw new VclFailure(`global director ${name} exists already and comes from elsewhere`);
    }
    this.#services.set(name, { director, backends: new Map() });
  }

  /** A new director, or for a service that comes back the one that VCLs have bound: they follow again without being loaded. */
  #directorFor(name: string): FollowingDirector {
    const parted = this.#parted.get(name);
    if (!parted || parted.references === 0) return this.#source.director?.(name) ?? new ServiceDirector(name);
    parted.retain();
    return parted;
  }

  /** The name goes with the service, unless it means what somebody else has registered meanwhile. */
  #removeOwn(name: string, registry: GlobalDirectorRegistry): void {
    const director = this.#services.get(name)?.director;
    if (!director) return;
    this.#services.delete(name);
    this.#parted.set(name, director);
    if (registry.named(name) === director) registry.remove(name);
  }
}

function giveBack(backends: ReadonlyMap<string, Director>): void {
  for (const backend of backends.values()) backend.release?.();
}

function keyOf({ name, definition, tls }: ServiceEndpoint): string {
  return JSON.stringify([name, definition, tls]);
}

export function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
