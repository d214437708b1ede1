import { parseIp, type DnsQuery, type DnsRecord, type Host } from "../../../runtime/index.js";
import { splitHostPort } from "../../../runtime/backend/resolve-endpoint.js";
import type { Link, Watch } from "./remote-source.js";
import { serviceOf, type BackendArgs, type Found, type WantedService } from "./settings.js";

export interface DnsArgs {
  readonly servers: readonly string[];
  /** Seconds for an answer. */
  readonly timeout: number;
  /** Seconds after which it is asked again at the latest. */
  readonly interval: number;
}

/** Seconds between two questions at least, whatever answers say. */
const soonest = 1;

/** A service by its SRV records (RFC 2782), or a host name with a port by its addresses. */
export class DnsWatch implements Watch {
  readonly #wanted: WantedService;
  readonly #args: BackendArgs;
  readonly #dns: DnsArgs;
  #found: readonly Found[] | undefined;

  constructor(wanted: WantedService, args: BackendArgs, dns: DnsArgs) {
    this.#wanted = wanted;
    this.#args = args;
    this.#dns = dns;
  }

  async follow(link: Link): Promise<void> {
    while (link.isOpen) {
      const question = new Question(link.host, this.#dns);
      const { service } = this.#wanted;
      const found = service.startsWith("_") ? await question.service(service) : await question.host(service);
      if (!link.isOpen) return;
      const isSame = JSON.stringify(found) === JSON.stringify(this.#found);
      this.#found = found;
      if (!isSame) link.say([serviceOf(this.#wanted.name, this.#args, found)]);
      link.alive();
      await link.sleep(Math.max(soonest, question.holds));
    }
  }
}

/** One round of questions. */
class Question {
  /** Seconds that the answers hold. */
  holds: number;
  readonly #host: Host;
  readonly #dns: DnsArgs;

  constructor(host: Host, dns: DnsArgs) {
    this.#host = host;
    this.#dns = dns;
    this.holds = dns.interval;
  }

  /** Every target's addresses; a target of "." says that there is no such service. */
  async service(name: string): Promise<readonly Found[]> {
    const records = await this.#ask(name, "SRV");
    const targets = records.filter(({ target, port }) => target !== "" && target !== "." && port);
    const found = await Promise.allSettled(
      targets.map(async ({ target, port = 0, priority, weight }) => {
        const addresses = await this.#addresses(target);
        // A weight of 0 is a very small one (RFC 2782); of 0 here gets nothing.
        return addresses.map((address) => ({
          address,
          port,
          rank: priority,
          weight: Math.max(1, weight ?? 1),
        }));
      }),
    );
    const good = found.flatMap((one) => (one.status === "fulfilled" ? one.value : []));
    const bad = found.find(({ status }) => status === "rejected");
    if (good.length === 0 && bad?.status === "rejected") throw bad.reason;
    return good.sort((a, b) => (`${a.address}:${a.port}` < `${b.address}:${b.port}` ? -1 : 1));
  }

  async host(name: string): Promise<readonly Found[]> {
    const { host, port = "80" } = splitHostPort(name);
    return (await this.#addresses(host)).map((address) => ({ address, port }));
  }

  /** Those of IPv4, or those of IPv6 where there are no others. */
  async #addresses(name: string): Promise<readonly string[]> {
    if (parseIp(name)) return [name];
    for (const type of ["A", "AAAA"] as const) {
      const records = await this.#ask(name, type).catch((error: unknown) => {
        if (type === "A" && /ENOTFOUND/.test(String(error))) return [];
        throw error;
      });
      if (records.length > 0) return records.map(({ target }) => target).sort();
    }
    throw new Error(`${name} has no address`);
  }

  async #ask(name: string, type: DnsQuery["type"]): Promise<readonly DnsRecord[]> {
    if (!this.#host.queryDns) throw new Error("there is no DNS here");
    const { servers, timeout } = this.#dns;
    const records = await this.#host.queryDns({ name, type, servers, timeout });
    for (const { ttl } of records) if (ttl !== undefined) this.holds = Math.min(this.holds, ttl);
    return records;
  }
}
