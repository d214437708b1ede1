import type { Director, Health } from "../director/director.js";
import type { DirectorList } from "../director/director-list.js";
import { References } from "../director/references.js";
import type { HttpHeaders } from "../http/http-headers.js";
import type { BackendTask, BackendTransaction } from "../task.js";
import type { BackendDefinition } from "../vcl/vpi.js";
import type { BackendServices } from "./backend-services.js";
import { ConnectionLimit, type Slot } from "./connection-limit.js";
import { HealthProbe } from "./health-probe.js";
import { Opening } from "./opening.js";
import { FetchFailure, type BackendResponse, type Endpoint } from "./transport.js";

/** What an operator said about a backend's health (`backend.set_health`); `auto` leaves it to the probe. */
export type AdminHealth = "auto" | "healthy" | "sick";

/** A backend: one place to fetch from, with its limits and its health. Belongs to the VCL that declares it, or to the global list. */
export class Backend implements Director {
  readonly vclName: string;
  readonly kind = "backend";
  readonly endpoint: Endpoint;
  readonly definition: BackendDefinition;
  /** Undefined when nothing probes it; it then counts as healthy. */
  readonly probe: HealthProbe | undefined;
  /** Present once it is on the global list. */
  declare retain?: () => void;
  declare release?: () => void;
  protected readonly services: BackendServices;
  readonly #limit: ConnectionLimit;
  readonly #opening: Opening;
  #references: References | undefined;
  #admin: AdminHealth = "auto";
  #adminChanged = 0;
  readonly #since: number;

  constructor(
    vclName: string,
    fullName: string,
    definition: BackendDefinition,
    endpoint: Endpoint,
    services: BackendServices,
  ) {
    this.vclName = vclName;
    this.definition = definition;
    this.endpoint = endpoint;
    this.services = services;
    this.#since = services.host.now();
    this.#opening = new Opening(definition, endpoint, this.hostHeader);
    this.probe =
      definition.probe &&
      new HealthProbe(fullName, definition.probe, this.#opening, this.hostHeader, services);
    const { params } = services;
    this.#limit = new ConnectionLimit(
      services.host,
      definition.maxConnections ?? 0,
      definition.waitLimit ?? params.backend_wait_limit,
      definition.waitTimeout ?? params.backend_wait_timeout,
    );
  }

  /** What requests without Host and probes send as Host. */
  get hostHeader(): string {
    return this.definition.hostHeader ?? this.definition.host ?? "0.0.0.0";
  }

  get admin(): AdminHealth {
    return this.#admin;
  }

  /** Connections in use. */
  get connections(): number {
    return this.#limit.used;
  }

  /** `backend.set_health` */
  setHealth(admin: AdminHealth): void {
    this.#admin = admin;
    this.#adminChanged = this.services.host.now();
  }

  health(): Health {
    if (this.#admin !== "auto") return { healthy: this.#admin === "healthy", changed: this.#adminChanged };
    if (!this.probe) return { healthy: true, changed: Math.max(this.#since, this.#adminChanged) };
    return { healthy: this.probe.healthy, changed: Math.max(this.probe.changed, this.#adminChanged) };
  }

  /** The VCL has become warm: the probe starts. */
  warm(): void {
    this.probe?.start();
  }

  /** The VCL becomes cold: the probe stops. */
  cool(): void {
    this.probe?.stop();
  }

  /** References held now; 0 while it belongs to a VCL, and once it has retired. */
  get references(): number {
    return this.#references?.count ?? 0;
  }

  /**
   * Makes it a backend of the global list: from now on it belongs to no VCL, is always warm and lives until its last reference goes, of which the
   * caller owns the first. Health and connections stay as they are.
   */
  moveTo(list: DirectorList): void {
    const references = new References(this.vclName, () => list.resign(this));
    this.#references = references;
    this.retain = () => references.retain();
    this.release = () => references.release();
    this.probe?.rename(`global.${this.vclName}`);
    list.add(this);
    this.warm();
  }

  /** Called by the global list once nobody holds or walks it any more. */
  retire(): void {
    this.cool();
  }

  async fetch(task: BackendTask): Promise<BackendResponse> {
    if (!this.health().healthy) throw new FetchFailure(`backend ${this.vclName}: unhealthy`);
    const slot = await this.#limit.take();
    if (!slot) throw new FetchFailure(`backend ${this.vclName}: busy`);
    try {
      const response = await this.send(task as BackendTransaction);
      return response.body ? { ...response, body: untilRead(response.body, slot) } : finished(response, slot);
    } catch (error) {
      slot.free();
      throw error;
    }
  }

  /** Sends bereq; time-outs are bereq's, else the backend's, else the parameter's. */
  private send(task: BackendTransaction): Promise<BackendResponse> {
    const { fetchInput: input, bereq } = task;
    const { definition, services } = this;
    const fields = (bereq.http as HttpHeaders).toRaw();
    const { signal } = input;
    const preamble = this.#opening.preamble(task);
    return services.host.fetch({
      endpoint: this.#opening.endpoint,
      method: bereq.method,
      url: bereq.url,
      headers: bereq.http.get("host") === undefined ? [...fields, ["Host", this.hostHeader]] : fields,
      body: input.body,
      connectTimeout: input.connectTimeout ?? definition.connectTimeout ?? services.params.connect_timeout,
      firstByteTimeout:
        input.firstByteTimeout ?? definition.firstByteTimeout ?? services.params.first_byte_timeout,
      betweenBytesTimeout:
        input.betweenBytesTimeout ?? definition.betweenBytesTimeout ?? services.params.between_bytes_timeout,
      ...(preamble !== "" && { preamble }),
      ...(definition.proxyHeader && { ownConnection: true }),
      ...(signal && { signal }),
    });
  }
}

/** A backend that is made for the global list: it belongs to no VCL and is always warm. */
export class GlobalBackend extends Backend {
  declare retain: () => void;
  declare release: () => void;

  constructor(
    name: string,
    definition: BackendDefinition,
    endpoint: Endpoint,
    services: BackendServices,
    list: DirectorList,
  ) {
    super(name, `global.${name}`, definition, endpoint, services);
    this.moveTo(list);
  }
}

function finished(response: BackendResponse, slot: Slot): BackendResponse {
  slot.free();
  return response;
}

/** The body, freeing the slot once it is read, has failed or is given up, also before its first chunk. */
function untilRead(body: AsyncIterable<Uint8Array>, slot: Slot): AsyncIterable<Uint8Array> {
  const inner = body[Symbol.asyncIterator]();
  const iterator: AsyncIterableIterator<Uint8Array> = {
    async next() {
      try {
        const result = await inner.next();
        if (result.done) slot.free();
        return result;
      } catch (error) {
        slot.free();
        throw error;
      }
    },
    async return() {
      slot.free();
      await inner.return?.();
      return { done: true, value: undefined };
    },
    [Symbol.asyncIterator]: () => iterator,
  };
  return iterator;
}
