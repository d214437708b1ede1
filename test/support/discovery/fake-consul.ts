import type { OriginRequest, OriginResponse } from "vclc/host/memory";
import { json, queryOf } from "./stream.js";

export interface Instance {
  readonly address: string;
  readonly port: number;
  readonly passing?: boolean;
  readonly weight?: number;
}

/** Consul's health and catalog endpoints, with blocking queries: https://developer.hashicorp.com/consul/api-docs/features/blocking */
export class FakeConsul {
  index = 10;
  /** Every question, as path and query. */
  readonly asked: string[] = [];
  readonly tokens: (string | undefined)[] = [];
  /** Answers with this instead, while it is set. */
  failure: OriginResponse | undefined;
  readonly #services = new Map<string, readonly Instance[]>();
  #waiting: (() => void)[] = [];

  /** Changes a service; whoever waits for that is answered. */
  set(service: string, instances: readonly Instance[], index = this.index + 1): void {
    this.#services.set(service, instances);
    this.index = index;
    this.wake();
  }

  wake(): void {
    for (const wake of this.#waiting.splice(0)) wake();
  }

  readonly answer = async (request: OriginRequest): Promise<OriginResponse> => {
    this.asked.push(request.url);
    this.tokens.push(request.header("x-consul-token"));
    if (this.failure) return this.failure;
    const query = queryOf(request.url);
    const wanted = Number(query.get("index") ?? 0);
    if (wanted >= this.index) await new Promise<void>((resolve) => this.#waiting.push(resolve));
    if (this.failure) return this.failure;
    const [, kind, service = ""] = /^\/v1\/(health|catalog)\/service\/([^?]+)/.exec(request.url) ?? [];
    const instances = this.#services.get(service) ?? [];
    const entries =
      kind === "health"
        ? instances
            .filter(({ passing = true }) => passing || query.get("passing") === null)
            .map(({ address, port, weight = 1 }) => ({
              Node: { Address: address },
              Service: { Address: "", Port: port, Weights: { Passing: weight } },
            }))
        : instances.map(({ address, port }) => ({
            Address: "192.0.2.200",
            ServiceAddress: address,
            ServicePort: port,
          }));
    return json(entries, 200, { "X-Consul-Index": String(this.index) });
  };
}
