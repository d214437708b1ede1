import { GlobalBackend } from "./backend/backend.js";
import { backendServices, type BackendServices } from "./backend/backend-services.js";
import { resolveEndpoint } from "./backend/resolve-endpoint.js";
import type { SharedBackends } from "./backend/shared-backends.js";
import builtin from "./builtin-module.js";
import { MemoryStorage } from "./cache/memory-storage.js";
import type { CachedObject } from "./cache/cached-object.js";
import { ObjectCache, type Removal } from "./cache/object-cache.js";
import type { Storage } from "./cache/storage.js";
import { Storages } from "./cache/storages.js";
import type { Core, Propagation } from "./core.js";
import { ParameterStore } from "./command/parameter-store.js";
import { DeclaredDirector } from "./director/declared-director.js";
import { DirectorList } from "./director/director-list.js";
import type { Director } from "./director/director.js";
import type { Exchange } from "./exchange.js";
import { messageOf } from "./fsm/privs.js";
import { runClientTask } from "./fsm/run-client-task.js";
import type { Host } from "./host.js";
import { defaultParameters, type Parameters } from "./parameters.js";
import { ip } from "./values/ip.js";
import { ControlQueue, type ControlSide } from "./vcl/control.js";
import type { LoadServices } from "./vcl/load-services.js";
import type { LoadedVcl } from "./vcl/loaded-vcl.js";
import { LateLabel } from "./vcl/label.js";
import { LoadedVcls } from "./vcl/loaded-vcls.js";
import { DirectorRegistry, type GlobalDirectorRegistry } from "./vcl/registry.js";
import { Deadlines } from "./wire/deadlines.js";
import type { Vcl, VclState } from "./vcl/vcl.js";
import type { VclDependencies, VclListing } from "./vcl/vcl-table.js";
import type { BackendDefinition, VclModule } from "./vcl/vpi.js";

export interface InstanceOptions {
  /** Run-time parameters that differ from their defaults. */
  readonly parameters?: Partial<Parameters> | ParameterStore;
  /** Where objects are kept: `s0` with 256 MB, and a Transient without a limit, as far as nothing else is given. */
  readonly storages?: readonly Storage[];
  /** Bytes of `s0`, where no storages are given. */
  readonly storageLimit?: number;
  /** `server.identity`; the host's name unless said otherwise. */
  readonly identity?: string;
  /** Hands traces on to backends. */
  readonly propagation?: Propagation;
  /**
   * The instance only checks whether VCLs load: each load that fails tells everything that is wrong (LoadFailure), and `globals` are names of
   * global directors to take for registered.
   */
  readonly check?: { readonly globals: readonly string[] };
}

/**
 * One proxy: the VCLs it has loaded, its cache, its registry of global directors and the queue of its control side. Everything that
 * changes what is loaded runs on that queue, one after another, and rejects with a CommandFailure when it is refused.
 */
export class Instance implements Core {
  readonly host: Host;
  readonly params: Parameters;
  /** Every parameter of Varnish by name, those of `params` among them. */
  readonly parameters: ParameterStore;
  readonly deadlines: Deadlines;
  readonly pipes = { open: 0 };
  readonly cache: ObjectCache;
  readonly storages: Storages;
  readonly identity: string;
  readonly propagation: Propagation | undefined;
  /** Counters by Varnish's names. */
  readonly counters = new Map<string, number>();
  /** Backends that belong to no VCL; always warm (S4-63). */
  readonly globalDirectors = new DirectorList();
  /** What backends of the same identity share, whatever VCL declares them. */
  readonly sharedBackends: SharedBackends;
  /** For VMODs, and for whoever drives the instance. */
  readonly control: ControlSide;
  readonly #queue: ControlQueue;
  readonly #vcls: LoadedVcls;
  readonly #statuses = new Set<{ readonly module: string; readonly tell: () => string }>();
  readonly #atReload = new Set<{ readonly reload: () => void | Promise<void> }>();
  readonly #atShutdown = new Set<{ readonly end: (registry: GlobalDirectorRegistry) => void }>();
  /** The number of the last transaction. */
  lastXid = 0;

  constructor(host: Host, options: InstanceOptions = {}) {
    this.host = host;
    this.deadlines = new Deadlines(host);
    const { parameters } = options;
    this.parameters =
      parameters instanceof ParameterStore
        ? parameters
        : new ParameterStore({ ...defaultParameters, ...parameters });
    this.params = this.parameters.params;
    const { storageLimit, storages = [] } = options;
    this.storages = new Storages(
      storageLimit === undefined ? storages : [new MemoryStorage("s0", storageLimit), ...storages],
    );
    this.cache = new ObjectCache({
      rush: () => this.params.rush_exponent,
      time: host.now(),
      storages: this.storages.all,
      lurker: { host, params: this.params },
    });
    this.cache.removed = (object, how) => this.#logRemoval(object, how);
    this.cache.listed = (object, next) => this.#logEnds(object, next);
    this.identity = options.identity ?? host.hostname;
    this.propagation = options.propagation;
    const registry = new DirectorRegistry(declaredDirectors(options.check?.globals ?? []));
    this.#queue = new ControlQueue(() => registry.open());
    const backends = backendServices(host, this.params, (counter) => this.count(counter), this.deadlines);
    this.sharedBackends = backends.shared;
    this.control = this.#controlSide(backends);
    const services: LoadServices = {
      backends,
      control: this.control,
      globalDirectors: this.globalDirectors,
      server: { hostname: host.hostname, identity: this.identity, ip: ip("0.0.0.0") },
      builtin,
      thorough: options.check !== undefined,
      isActive: (vcl) => this.active === vcl,
      label: (name) => this.#vcls.table.label(name),
      storage: (name) => this.storages.find(name),
      watchObjects: (watcher) => this.cache.watchers.add(watcher),
      ban: (expression) =>
        expression === undefined ? "Null argument" : this.cache.ban(expression, host.now()),
    };
    this.#vcls = new LoadedVcls(this.#queue, services);
  }

  /** `vcl.load`: loads a module under a name. It is not used before `use` or a label says so. */
  load(name: string, module: VclModule, state: VclState = "auto"): Promise<void> {
    return this.#queue.run(async (job) => void (await this.#vcls.load(job, name, module, state)));
  }

  /** Refuses a name that `load` would refuse, before anything is compiled for it. */
  checkNewName(name: string): void {
    this.#vcls.table.checkNewName(name);
  }

  /** `vcl.use`: new requests start in that VCL, or in the one behind that label. Answers with varnishd's text. */
  use(name: string): Promise<string> {
    return this.#queue.run((job) => this.#vcls.use(job, name));
  }

  /** `vcl.label`: makes a label, or points it at another VCL for every switch from now on. */
  label(name: string, target: string): Promise<void> {
    return this.#queue.run((job) => this.#vcls.label(job, name, target));
  }

  /** `vcl.state`: keeps a VCL warm, makes it cold, or leaves its temperature to how it is used. */
  setState(name: string, state: VclState): Promise<void> {
    return this.#queue.run((job) => this.#vcls.setState(job, name, state));
  }

  /**
   * `vcl.discard`: patterns are globs. Resolves when the names are free; a VCL that requests still use ends with the last of them.
   */
  discard(...patterns: string[]): Promise<void> {
    return this.#queue.run((job) => this.#vcls.discard(job, patterns));
  }

  /** `vcl.list` */
  list(): readonly VclListing[] {
    return this.#vcls.list();
  }

  /** The names of the labels. */
  labels(): readonly string[] {
    return this.#vcls.table.labels();
  }

  /** `vcl.deps` */
  deps(): readonly VclDependencies[] {
    return this.#vcls.table.deps();
  }

  /** The VCL of that name, or the one behind that label. */
  vcl(name: string): Vcl | undefined {
    return this.#vcls.table.vcl(name);
  }

  /** Every loaded VCL that has its name still. */
  vcls(): readonly Vcl[] {
    return this.#vcls.table.vcls();
  }

  /** The VCL that new requests start in. */
  get active(): Vcl | undefined {
    return this.#vcls.table.activeVcl;
  }

  acquireActiveVcl(): LoadedVcl | undefined {
    const vcl = this.#vcls.table.active?.current();
    vcl?.retain();
    return vcl;
  }

  /** Answers a request. Never throws and never rejects. */
  handle(exchange: Exchange): void | Promise<void> {
    return runClientTask(this, exchange);
  }

  nextXid(): number {
    return ++this.lastXid;
  }

  count(counter: string, by = 1): void {
    this.counters.set(counter, (this.counters.get(counter) ?? 0) + by);
  }

  /** Ends the instance: discards every VCL, then what VMODs run in the background. Call it once no request comes any more. */
  shutdown(): Promise<void> {
    return this.#queue.run(async (job) => {
      this.cache.stop();
      await this.#vcls.clear(job);
      for (const { end } of [...this.#atShutdown].reverse()) {
        try {
          end(job);
        } catch (error) {
          this.control.log("Error", `At shutdown: ${messageOf(error)}`);
        }
      }
      this.#atShutdown.clear();
    });
  }

  /** Has everything that was read from outside read again: files of endpoints, certificates. Answers with what went wrong, which is logged. */
  async reload(): Promise<readonly string[]> {
    const problems: string[] = [];
    for (const { reload } of [...this.#atReload]) {
      try {
        await reload();
      } catch (error) {
        problems.push(messageOf(error));
        this.control.log("Error", `At reload: ${messageOf(error)}`);
      }
    }
    return problems;
  }

  /** What a VMOD says of itself, line by line. */
  statusOf(module: string): readonly string[] {
    return [...this.#statuses].filter((one) => one.module === module).map(({ tell }) => tell());
  }

  #logRemoval({ xid, ttl, origin, hits }: CachedObject, how: Removal): void {
    if (this.host.log.silent) return;
    const left = ttl - (this.host.now() - origin);
    this.host.log.record(0, "ExpKill", `EXP_${how} x=${xid} t=${left.toFixed(0)} h=${hits}`);
  }

  /** As Varnish's expiry tells what it does; an object is known by the transaction that fetched it. */
  #logEnds(object: CachedObject, next: CachedObject): void {
    const { log } = this.host;
    if (log.silent || !log.expiry) return;
    const told = ({ xid }: CachedObject, seconds: number): string =>
      `p=0x${xid} e=${seconds.toFixed(6)} f=0x0`;
    log.record(0, "ExpKill", `EXP_Inbox flg=1 ${told(object, object.end)}`);
    log.record(0, "ExpKill", `EXP_When ${told(object, object.end)}`);
    log.record(0, "ExpKill", `EXP_Inspect ${told(next, next.end - this.host.now())}`);
  }

  #controlSide(backends: BackendServices): ControlSide {
    return {
      run: (job) => this.#queue.run(job),
      addBackend: (name, definition) => this.#addBackend(backends, name, definition),
      label: (name) => new LateLabel(name, (wanted) => this.#vcls.table.label(wanted)),
      log: (tag, text) => this.host.log.record(0, tag, text),
      atReload: (reload) => {
        const entry = { reload };
        this.#atReload.add(entry);
        return () => void this.#atReload.delete(entry);
      },
      transports: new Map(),
      tellStatus: (module, tell) => {
        const entry = { module, tell };
        this.#statuses.add(entry);
        return () => void this.#statuses.delete(entry);
      },
      atShutdown: (end) => {
        const entry = { end };
        this.#atShutdown.add(entry);
        return () => void this.#atShutdown.delete(entry);
      },
    };
  }

  async #addBackend(
    backends: BackendServices,
    name: string,
    definition: BackendDefinition,
  ): Promise<Director> {
    const endpoint = await resolveEndpoint(name, definition, this.host);
    return new GlobalBackend(name, definition, endpoint, backends, this.globalDirectors);
  }
}

function declaredDirectors(names: readonly string[]): ReadonlyMap<string, Director> {
  return new Map(names.map((name) => [name, new DeclaredDirector(name)]));
}
