import { Backend } from "../backend/backend.js";
import type { DeliveryContext, FetchContext, FilterKind } from "../body/filter-kind.js";
import type { ObjectWatcher } from "../cache/object-watchers.js";
import type { Director } from "../director/director.js";
import { Privs } from "../fsm/privs.js";
import type { Host } from "../host.js";
import type { Parameters } from "../parameters.js";
import type { HousekeepingTask, Priv, Server } from "../task.js";
import { VclFailure } from "../values/failure.js";
import type { ControlSide } from "./control.js";
import type { LoadServices } from "./load-services.js";
import type { GlobalDirectorRegistry } from "./registry.js";
import type { Vcl } from "./vcl.js";

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
    if (!(backend instanceof Backend) || !vcl.directors.has(backend))
      throw new VclFailure(`${backend.vclName} is no backend of VCL ${vcl.name}`);
    if (vcl.temperature !== "init")
      throw new VclFailure(`Backend ${backend.vclName} can be transferred in vcl_init only`);
    for (const director of vcl.directors) {
      // It took no reference when it took the backend in, and would give one back.
      if ([...(director.members?.() ?? [])].includes(backend))
        throw new VclFailure(
          `Transfer backend ${backend.vclName} before it becomes a member of ${director.vclName}`,
        );
    }
    vcl.directors.remove(backend);
    backend.moveTo(this.#services.globalDirectors);
    backend.retain?.();
    vcl.onDiscard(() => backend.release?.());
    return backend;
  }

  /** Ends the state that VMODs kept for this task. */
  finish(): void {
    this.#privs.end((text) => this.log("VCL_Error", text));
  }
}
