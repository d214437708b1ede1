import { VclFailure, type ControlSide, type Director, type TransportMaker } from "../../runtime/index.js";
import type { ServiceConfig, ServiceEndpoint } from "./endpoint-config.js";

/** What the backends of a source go over where that is more than TCP: one for each host and settings, as long as a service has it. */
export class ServiceTransports {
  readonly #control: ControlSide;
  readonly #made = new Map<string, Awaited<ReturnType<TransportMaker>>>();

  constructor(control: ControlSide) {
    this.#control = control;
  }

  /** Makes the backend of an endpoint. Rejects with one line. */
  async addBackend(service: string, endpoint: ServiceEndpoint): Promise<Director> {
    const { name, definition, tls } = endpoint;
    if (!tls) return this.#control.addBackend(name, definition);
    const make = this.#control.transports.get("tls");
    if (!make) throw new VclFailure(`${service} has tls: a VCL that reads this file imports tls`);
    const key = keyOf(endpoint);
    const made = this.#made.get(key) ?? (await make(service, tls, definition));
    this.#made.set(key, made);
    return this.#control.addBackend(name, { ...definition, transport: made.transport });
  }

  /** Forgets those that no service has any more. */
  keep(services: readonly ServiceConfig[]): void {
    if (this.#made.size === 0) return;
    const wanted = new Set(services.flatMap(({ endpoints }) => endpoints.map(keyOf)));
    for (const [key, { forget }] of this.#made) {
      if (wanted.has(key)) continue;
      this.#made.delete(key);
      forget();
    }
  }
}

function keyOf({ definition: { host }, tls }: ServiceEndpoint): string {
  return JSON.stringify([tls, host]);
}
