import type { ServiceConfig } from "../endpoint-config.js";
import type { ConsulArgs } from "../svc.vcc.js";
import type { Link, Watch } from "./remote-source.js";
import { serviceOf, type Found, type WantedService } from "./settings.js";

/** An entry of /v1/health/service, and of /v1/catalog/service, as far as it is looked at. */
interface HealthEntry {
  readonly Node?: { readonly Address?: string };
  readonly Service?: {
    readonly Address?: string;
    readonly Port?: number;
    readonly Weights?: { readonly Passing?: number };
  };
}
interface CatalogEntry {
  readonly Address?: string;
  readonly ServiceAddress?: string;
  readonly ServicePort?: number;
  readonly ServiceWeights?: { readonly Passing?: number };
}

/** Seconds that Consul may hold a question back until something changes; it adds up to a sixteenth. */
const wait = 300;
/** Seconds between two questions at least: a service that changes all the time is not asked for all the time. */
const soonest = 0.1;
const unheld = 5;

/** Instances of one service, by blocking queries (Consul's HTTP API: "Blocking queries"). */
export class ConsulWatch implements Watch {
  readonly #wanted: WantedService;
  readonly #args: ConsulArgs;
  readonly #token: () => Promise<string | undefined>;
  #index = 0;
  #found: readonly Found[] | undefined;

  constructor(wanted: WantedService, args: ConsulArgs, token: () => Promise<string | undefined>) {
    this.#wanted = wanted;
    this.#args = args;
    this.#token = token;
  }

  services(): readonly ServiceConfig[] | undefined {
    return this.#found && [serviceOf(this.#wanted.name, this.#args, this.#found)];
  }

  async follow(link: Link): Promise<void> {
    // Whoever is asked now may know less than who was asked before.
    this.#index = 0;
    while (link.isOpen) {
      const answer = await link.ask({
        path: this.#path(),
        headers: { "X-Consul-Token": await this.#token() },
        patience: this.#index === 0 ? 10 : wait + wait / 16 + 10,
      });
      const said = await answer.json();
      if (!Array.isArray(said)) throw new Error("Consul's answer is no list");
      const entries = said as readonly (HealthEntry & CatalogEntry)[];
      const index = Number(answer.header("x-consul-index") ?? 0);
      const before = this.#index;
      // One that goes back is of another time; 0 would not block.
      this.#index = index > 0 && index >= before ? index : 0;
      if (this.#found !== undefined && index === before) link.alive();
      else {
        this.#found = entries.map((entry) => this.#endpoint(entry)).filter((one) => one !== undefined);
        link.say();
      }
      // Without an index nothing is held back.
      await link.sleep(index > 0 ? soonest : unheld);
    }
  }

  #path(): string {
    const { datacenter, namespace, tag, filter, passing = true } = this.#args;
    const query = {
      ...(this.#index > 0 && { index: String(this.#index), wait: `${wait}s` }),
      ...(datacenter !== undefined && { dc: datacenter }),
      ...(namespace !== undefined && { ns: namespace }),
      ...(tag !== undefined && { tag }),
      ...(filter !== undefined && { filter }),
      ...(passing && { passing: "1" }),
    };
    const text = Object.entries(query)
      .map(([name, value]) => `${name}=${encodeURIComponent(value)}`)
      .join("&");
    const kind = passing ? "health" : "catalog";
    return `/v1/${kind}/service/${encodeURIComponent(this.#wanted.service)}${text === "" ? "" : `?${text}`}`;
  }

  /** The service's own address, or that of its node where it has none. */
  #endpoint(entry: HealthEntry & CatalogEntry): Found | undefined {
    const { Node, Service } = entry;
    const own = Service ? Service.Address : entry.ServiceAddress;
    const address = own !== undefined && own !== "" ? own : Service ? Node?.Address : entry.Address;
    const port = Service ? Service.Port : entry.ServicePort;
    const weight = (Service ? Service.Weights : entry.ServiceWeights)?.Passing;
    return address === undefined || address === "" || !port ? undefined : { address, port, weight };
  }
}
