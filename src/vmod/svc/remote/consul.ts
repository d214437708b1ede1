import type { ConsulArgs } from "../svc.vcc.js";
import type { AnswerValue } from "./answer-value.js";
import type { Link, Watch } from "./remote-source.js";
import { serviceOf, type Found, type WantedService } from "./settings.js";

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

  async follow(link: Link): Promise<void> {
    // Whoever is asked now may know less than who was asked before.
    this.#index = 0;
    while (link.isOpen) {
      const answer = await link.ask({
        path: this.#path(),
        headers: { "X-Consul-Token": await this.#token() },
        patience: this.#index === 0 ? 10 : wait + wait / 16 + 10,
      });
      const entries = (await answer.json()).needed().items();
      const index = Number(answer.header("x-consul-index") ?? 0);
      const before = this.#index;
      // One that goes back is of another time; 0 would not block.
      this.#index = index > 0 && index >= before ? index : 0;
      if (this.#found === undefined || index !== before || index === 0) this.#take(entries, link);
      link.alive();
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

  #take(entries: readonly AnswerValue[], link: Link): void {
    const found = entries.map(endpointOf).filter((one) => one !== undefined);
    if (JSON.stringify(found) === JSON.stringify(this.#found)) return;
    this.#found = found;
    link.say([serviceOf(this.#wanted.name, this.#args, found)]);
  }
}

/**
 * An entry of /v1/health/service, which has Service, or of /v1/catalog/service: the service's own address, or that of its node where it has none;
 * undefined where there is none at all.
 */
function endpointOf(entry: AnswerValue): Found | undefined {
  const service = entry.field("Service");
  const isHealth = service.isThere;
  const of = (name: string): AnswerValue => (isHealth ? service.field(name) : entry.field(`Service${name}`));
  const node = isHealth ? entry.field("Node") : entry;
  const own = of("Address").text() ?? "";
  const address = own === "" ? (node.field("Address").text() ?? "") : own;
  const port = of("Port").port() ?? 0;
  const weight = of("Weights").field("Passing").number();
  return address === "" || port === 0 ? undefined : { address, port, weight };
}
