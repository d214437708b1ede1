import { Backend } from "../backend/backend.js";
import { resolveEndpoint } from "../backend/resolve-endpoint.js";
import type { Transport } from "../backend/transport.js";
import type { DeliveryContext, FetchContext, FilterKind } from "../body/filter-kind.js";
import type { ObjectWatcher } from "../cache/object-watchers.js";
import type { Director } from "../director/director.js";
import { Privs } from "../fsm/privs.js";
import type { Host } from "../host.js";
import type { Parameters } from "../parameters.js";
import type { HousekeepingTask, OwnDirectors, Priv, Server } from "../task.js";
import { VclFailure } from "../values/failure.js";
import type { ControlSide } from "./control.js";
import type { LoadServices } from "./load-services.js";
import type { LateLabelUse } from "./loaded-vcl.js";
import { VclDirectors } from "./own-directors.js";
import type { GlobalDirectorRegistry } from "./registry.js";
import type { Vcl } from "./vcl.js";
import type { BackendDefinition } from "./vpi.js";

/** What vcl_init, vcl_fini and VMOD events run in: no request, no transaction. */
export class Housekeeping implements HousekeepingTask {
  readonly kind = "housekeeping";
  readonly method: "vcl_init" | "vcl_fini";
  readonly now: number;
  readonly vcl: Vcl;
  readonly host: Host;
  readonly server: Server;
  readonly param: Readonly<Parameters>;
  readonly registry: GlobalDirectorRegistry;
  readonly control: ControlSide;
  readonly ownDirectors: OwnDirectors;
  readonly #services: LoadServices;
  readonly #privs = new Privs();

  /** `registry` is that of the job which it runs in. */
  constructor(
    method: "vcl_init" | "vcl_fini",
    vcl: Vcl,
    services: LoadServices,
    registry: GlobalDirectorRegistry,
  ) {
    this.method = method;
    this.vcl = vcl;
    this.host = services.backends.host;
    this.now = this.host.now();
    this.server = services.server;
    this.param = services.backends.params;
    this.registry = registry;
    this.control = services.control;
    this.ownDirectors = new VclDirectors(vcl, services);
    this.#services = services;
  }

  log(tag: string, text: string): void {
    this.host.log.record(0, tag, text);
  }

  privTask(key: unknown): Priv {
    return this.#privs.get(key);
  }

  timestamp(): void {
    // Outside a transaction there is nothing to stamp.
  }

  ban(expression: string | undefined): string | undefined {
    return this.#services.ban(expression);
  }

  director(name: string): Director | undefined {
    return this.vcl.director(name);
  }

  addDirector(director: Director): void {
    this.vcl.directors.add(director);
  }

  useLabels(labels: () => Iterable<LateLabelUse>): void {
    this.vcl.useLateLabels(labels);
  }

  async addBackend(name: string, definition: BackendDefinition): Promise<Director> {
    const { vcl } = this;
    this.#onlyInInit(name, "made");
    if (vcl.globals.has(name)) {
      throw new VclFailure(`Backend ${name} collides with the global director ${name}. Rename the backend`);
    }
    const { backends } = this.#services;
    const endpoint = await resolveEndpoint(name, definition, backends.host);
    const backend = new Backend(name, `${vcl.name}.${name}`, definition, endpoint, backends);
    vcl.backendNames.add(name);
    vcl.directors.add(backend);
    backend.attach();
    return backend;
  }

  useTransport(backend: Director, transport: Transport): void {
    const own = this.#ownBackend(backend);
    this.#onlyInInit(own.vclName, "given a transport");
    if (own.definition.transport) throw new VclFailure(`Backend ${own.vclName} has a transport already`);
    own.useTransport(transport);
  }

  addFilter(side: "fetch" | "delivery", kind: FilterKind<FetchContext> | FilterKind<DeliveryContext>): void {
    const { fetch, delivery } = this.vcl.filters;
    const problem =
      side === "fetch"
        ? fetch.add(kind as FilterKind<FetchContext>)
        : delivery.add(kind as FilterKind<DeliveryContext>);
    if (problem !== undefined) throw new VclFailure(problem);
  }

  watchObjects(watcher: ObjectWatcher): () => void {
    return this.#services.watchObjects(watcher);
  }

  preventDiscard(description: string): () => void {
    return this.vcl.preventDiscard(description);
  }

  transferBackend(backend: Director): Director {
    const { vcl } = this;
    const own = this.#ownBackend(backend);
    this.#onlyInInit(own.vclName, "transferred");
    if (own.references > 0)
      throw new VclFailure(`Backend ${own.vclName} is its VMOD's, which ends it: it cannot be transferred`);
    for (const director of vcl.directors) {
      // It took no reference when it took the backend in, and would give one back.
      if ([...(director.members?.() ?? [])].includes(backend))
        throw new VclFailure(
          `Transfer backend ${backend.vclName} before it becomes a member of ${director.vclName}`,
        );
    }
    vcl.directors.remove(own);
    own.moveTo(this.#services.globalDirectors);
    own.retain?.();
    vcl.onDiscard(() => own.release?.());
    return own;
  }

  #ownBackend(backend: Director): Backend {
    if (backend instanceof Backend && this.vcl.directors.has(backend)) return backend;
    throw new VclFailure(`${backend.vclName} is no backend of VCL ${this.vcl.name}`);
  }

  #onlyInInit(name: string, what: string): void {
    if (this.vcl.temperature === "init") return;
    throw new VclFailure(`Backend ${name} can be ${what} in vcl_init only`);
  }

  /** Ends the state that VMODs kept for this task. */
  finish(): void {
    this.#privs.end((text) => this.log("VCL_Error", text));
  }
}
