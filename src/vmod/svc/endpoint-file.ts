import {
  registeredAs,
  VclFailure,
  type BackendDefinition,
  type ControlSide,
  type Director,
  type GlobalDirectorRegistry,
  type Host,
} from "../../runtime/index.js";
import { readEndpointConfig, type ServiceConfig, type ServiceEndpoint } from "./endpoint-config.js";
import type { FollowingDirector } from "./following-director.js";
import { ServiceDirector } from "./service-director.js";

/** A service as it stands: its director, and its backends by definition, so that an endpoint that stays keeps its health and connections. */
interface Service {
  readonly director: FollowingDirector;
  backends: ReadonlyMap<string, Director>;
}

/** What such a file is to somebody: how it is read, and what it is called. */
export interface FileFormat<Rest> {
  /** Before what is wrong with a file that a load depends on. */
  readonly name: string;
  /** Before what is logged of one that has turned bad. */
  readonly logName: string;
  /** What makes one reading of a file another than the next, beside its name. */
  readonly variant?: string;
  /** Makes the director of a service; one that picks by the service's policy unless given. */
  readonly director?: (name: string) => FollowingDirector;
  /** The services, and what else the file says. Throws an error whose message names the line. */
  read(text: string): { readonly services: readonly ServiceConfig[]; readonly rest: Rest };
}

const endpointFormat: FileFormat<undefined> = {
  name: "svc.endpoint_watcher",
  logName: "svc",
  read: (text) => ({ services: readEndpointConfig(text), rest: undefined }),
};

/** Files by format and path, for each instance: what a watcher of a later VCL adopts. */
const filesOf = new WeakMap<ControlSide, Map<string, EndpointFile<unknown>>>();

/**
 * One file of services and the global directors that come from it. It belongs to the instance, not to a VCL: the directors go on,
 * and follow the file, when the last VCL that watches it is gone. Only then may another file take its names over.
 */
export class EndpointFile<Rest = undefined> {
  /** What was wrong when the file was last read. */
  lastError: string | undefined;
  /** What the file says beside its services, as it was when all of it was good. */
  rest: Rest | undefined;
  readonly #format: FileFormat<Rest>;
  readonly #path: string;
  readonly #host: Host;
  readonly #control: ControlSide;
  readonly #services = new Map<string, Service>();
  /** Directors of services gone from the file, by name: VCLs may still hold them. */
  readonly #parted = new Map<string, FollowingDirector>();
  #watchers = 0;
  /** A VCL that watched it has served: its directors are in use. */
  #kept = false;
  #cancelEnd: (() => void) | undefined;
  #text: string | undefined;
  /** What is applied. */
  #config: readonly ServiceConfig[] = [];
  /** Files that no VCL watched and that gave their names to this one. They are back when no VCL that watched this one has served. */
  #replaced: EndpointFile<unknown>[] = [];
  #stopWatching: (() => void) | undefined;
  #cancelReload: (() => void) | undefined;

  private constructor(format: FileFormat<Rest>, path: string, host: Host, control: ControlSide) {
    this.#format = format;
    this.#path = path;
    this.#host = host;
    this.#control = control;
  }

  /** A file of services for one more watcher: read and applied now, or as it already stands. Rejects with a VclFailure when it is bad. */
  static watch(
    path: string,
    host: Host,
    control: ControlSide,
    registry: GlobalDirectorRegistry,
  ): Promise<EndpointFile> {
    return EndpointFile.watchAs(endpointFormat, path, host, control, registry);
  }

  /** The same for a file that says more. */
  static async watchAs<Rest>(
    format: FileFormat<Rest>,
    path: string,
    host: Host,
    control: ControlSide,
    registry: GlobalDirectorRegistry,
  ): Promise<EndpointFile<Rest>> {
    const files = filesOf.get(control) ?? new Map<string, EndpointFile<unknown>>();
    filesOf.set(control, files);
    const key = keyOfFile(format, path, host);
    const old = files.get(key);
    if (old && old.#unwanted) await old.#abandon(registry);
    const known = files.get(key) as EndpointFile<Rest> | undefined;
    const file = known ?? new EndpointFile(format, path, host, control);
    // One that serves already changes for those that it serves, whatever becomes of this load.
    await (known ? file.#adopt(registry.lasting ?? registry) : file.#begin(files, registry));
    file.#watchers += 1;
    return file;
  }

  /** The director of a service that the file has; undefined for others. */
  director(name: string): Director | undefined {
    return this.#services.get(name)?.director;
  }

  /** Reads the file now, as after a change of it. */
  reload(registry: GlobalDirectorRegistry): Promise<void> {
    return this.#follow(registry);
  }

  get #key(): string {
    return keyOfFile(this.#format, this.#path, this.#host);
  }

  /** A watcher's VCL is discarded. The directors stay for the VCLs to come, unless it never served. */
  leave(served: boolean): void {
    this.#watchers -= 1;
    this.#kept ||= served;
    if (this.#kept) this.#replaced = [];
    if (this.#unwanted) void this.#control.run((open) => (this.#unwanted ? this.#abandon(open) : undefined));
  }

  get #unwanted(): boolean {
    return this.#watchers === 0 && !this.#kept;
  }

  /** One more VCL watches: the file must be good at this moment, and every name of it there, also one that `global.remove` has taken off. */
  async #adopt(registry: GlobalDirectorRegistry): Promise<void> {
    await this.#follow(registry);
    if (this.lastError !== undefined) {
      throw new VclFailure(`${this.#format.name}: ${this.#path}: ${this.lastError}`);
    }
    const missing = [...this.#services].filter(([name]) => !registeredAs(registry, name));
    if (missing.length === 0) return;
    for (const [name, { director }] of missing) {
      this.#services.delete(name);
      this.#parted.set(name, director);
    }
    await this.#apply(this.#config, registry);
  }

  async #begin(files: Map<string, EndpointFile<unknown>>, registry: GlobalDirectorRegistry): Promise<void> {
    // Watched before it is read, so that no change falls in between.
    this.#stopWatching = this.#host.watchFile(
      this.#path,
      () => void this.#control.run((open) => this.#follow(open)),
    );
    try {
      await this.#read(registry);
    } catch (error) {
      this.#stopWatching();
      throw new VclFailure(`${this.#format.name}: ${this.#path}: ${messageOf(error)}`);
    }
    files.set(this.#key, this);
    this.#cancelEnd = this.#control.atShutdown((open) => this.#end(open));
    this.#cancelReload = this.#control.atReload(() => this.#control.run((open) => this.#follow(open)));
  }

  /** After a change of the file. What is wrong with it is logged, and changes nothing. */
  async #follow(registry: GlobalDirectorRegistry): Promise<void> {
    if (!this.#stopWatching) return;
    try {
      await this.#read(registry);
      this.lastError = undefined;
    } catch (error) {
      this.lastError = messageOf(error);
      this.#control.log(
        "Error",
        `${this.#format.logName}: ${this.#path}: ${this.lastError}; the last good state serves on`,
      );
    }
  }

  async #read(registry: GlobalDirectorRegistry): Promise<void> {
    const text = await this.#host.readFile(this.#path);
    if (text === this.#text) return;
    const { services, rest } = this.#format.read(text);
    await this.#apply(services, registry);
    this.#config = services;
    this.rest = rest;
    this.#text = text;
  }

  /** Makes what is new first; only when all of it is there, swaps. */
  async #apply(config: readonly ServiceConfig[], registry: GlobalDirectorRegistry): Promise<void> {
    const created: Director[] = [];
    const plans: { service: ServiceConfig; backends: Map<string, Director> }[] = [];
    try {
      for (const service of config) {
        const backends = new Map<string, Director>();
        for (const { name, definition } of service.endpoints) {
          const key = keyOf(name, definition);
          if (backends.has(key)) continue;
          const kept = this.#services.get(service.name)?.backends.get(key);
          if (kept) kept.retain?.();
          const backend = kept ?? (await this.#control.addBackend(name, definition));
          created.push(backend);
          backends.set(key, backend);
        }
        plans.push({ service, backends });
      }
      this.#registerNew(config, registry);
    } catch (error) {
      for (const backend of created) backend.release?.();
      throw error;
    }
    for (const { service, backends } of plans) this.#update(service, backends);
    this.#removeGone(config, registry);
  }

  #update(config: ServiceConfig, backends: ReadonlyMap<string, Director>): void {
    const service = this.#services.get(config.name) as Service;
    const endpoints = new Map(config.endpoints.map((one) => [keyOf(one.name, one.definition), one]));
    const members = [...backends].map(([key, backend]) => ({
      endpoint: endpoints.get(key) as ServiceEndpoint,
      backend,
    }));
    service.director.follow(config, members);
    service.backends = backends;
  }

  #registerNew(config: readonly ServiceConfig[], registry: GlobalDirectorRegistry): void {
    const registered: string[] = [];
    for (const { name } of config) {
      if (this.#services.has(name)) continue;
      this.#retireAbandoned(name, registry);
      const director = this.#directorFor(name);
      // A load that failed may have put it back by itself.
      const isBack = registeredAs(registry, name) === director;
      if (isBack) director.release();
      if (!isBack && !registry.register(name, director)) {
        director.release();
        for (const done of registered) {
          this.#removeOwn(done, registry);
        }
        throw new VclFailure(`global director ${name} exists already and comes from elsewhere`);
      }
      this.#services.set(name, { director, backends: new Map() });
      registered.push(name);
    }
    for (const name of registered) this.#parted.delete(name);
  }

  /** A new director, or for a service that comes back the one that VCLs have bound: they follow the file again without being loaded. */
  #directorFor(name: string): FollowingDirector {
    const parted = this.#parted.get(name);
    if (!parted || parted.references === 0) return this.#format.director?.(name) ?? new ServiceDirector(name);
    parted.retain();
    return parted;
  }

  #removeGone(config: readonly ServiceConfig[], registry: GlobalDirectorRegistry): void {
    const wanted = new Set(config.map(({ name }) => name));
    for (const name of [...this.#services.keys()]) if (!wanted.has(name)) this.#removeOwn(name, registry);
    for (const [name, { references }] of this.#parted) if (references === 0) this.#parted.delete(name);
  }

  /** The name goes with the service, unless it means what somebody else has registered meanwhile. */
  #removeOwn(name: string, registry: GlobalDirectorRegistry): void {
    const director = this.#services.get(name)?.director;
    if (!director) return;
    this.#services.delete(name);
    this.#parted.set(name, director);
    if (registeredAs(registry, name) === director) registry.remove(name);
  }

  /** Ends a file that no VCL watches any more and that holds a name which this file wants. */
  #retireAbandoned(name: string, registry: GlobalDirectorRegistry): void {
    for (const file of filesOf.get(this.#control)?.values() ?? []) {
      if (file !== (this as EndpointFile<unknown>) && file.#watchers === 0 && file.#services.has(name)) {
        file.#end(registry);
        this.#replaced.push(file);
      }
    }
  }

  /** Ends a file that no VCL has served with; what it had replaced is back. */
  async #abandon(registry: GlobalDirectorRegistry): Promise<void> {
    this.#end(registry);
    for (const file of this.#replaced.splice(0)) {
      try {
        await file.#begin(filesOf.get(this.#control) ?? new Map<string, EndpointFile<unknown>>(), registry);
      } catch (error) {
        this.#control.log("Error", messageOf(error));
      }
    }
  }

  #end(registry: GlobalDirectorRegistry): void {
    this.#stopWatching?.();
    this.#stopWatching = undefined;
    this.#cancelEnd?.();
    this.#cancelReload?.();
    this.#removeGone([], registry);
    this.#text = undefined;
    filesOf.get(this.#control)?.delete(this.#key);
  }
}

/** The same file by two names is one file. */
function keyOfFile({ name, variant = "" }: FileFormat<unknown>, path: string, host: Host): string {
  return JSON.stringify([name, variant, host.absolutePath?.(path) ?? path]);
}

function keyOf(name: string, definition: BackendDefinition): string {
  return JSON.stringify([name, definition]);
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
