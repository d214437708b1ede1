import { parseIp, type DnsQuery, type DnsRecord, type Host } from "../../../runtime/index.js";
import { splitHostPort } from "../../../runtime/backend/resolve-endpoint.js";
import { messageOf } from "../applied-services.js";
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
  /** Of each target of its SRV records, as they were when it was looked up last. */
  #known: ReadonlyMap<string, readonly string[]> = new Map();

  constructor(wanted: WantedService, args: BackendArgs, dns: DnsArgs) {
    this.#wanted = wanted;
    this.#args = args;
    this.#dns = dns;
  }

  async follow(link: Link): Promise<void> {
    while (link.isOpen) {
      const question = new Question(link.host, this.#dns, this.#known);
      const { service } = this.#wanted;
      const found = service.startsWith("_") ? await question.service(service) : await question.host(service);
      if (!link.isOpen) return;
      const isSame = JSON.stringify(found) === JSON.stringify(this.#found);
      this.#found = found;
      this.#known = question.targets;
      if (!isSame) link.say([serviceOf(this.#wanted.name, this.#args, found)]);
      link.alive(question.problem);
      await link.sleep(Math.max(soonest, question.holds));
    }
  }
}

/** What a code means that comes in place of an answer. */
const words: Readonly<Record<string, string>> = {
  ENOTFOUND: "there is no such name",
  ETIMEOUT: "no answer in time",
  ESERVFAIL: "the DNS server failed",
  EREFUSED: "the DNS server refuses to answer",
  ECONNREFUSED: "connection refused",
  EBADNAME: "this is no name that one could ask for",
};

/** `queryA ENOTFOUND x.example.com` in words, with the code at the end. */
function wordsOf(message: string): string {
  const [, code = ""] = /^query\w+ (E[A-Z]+)/.exec(message) ?? [];
  const meaning = words[code];
  return meaning === undefined ? message : `${meaning} (${code})`;
}

/** One round of questions. */
class Question {
  /** Seconds that the answers hold. */
  holds: number;
  /** What keeps a target from being looked up. */
  problem: string | undefined;
  /** The addresses of each target, the last known where there are none now. */
  readonly targets = new Map<string, readonly string[]>();
  readonly #known: ReadonlyMap<string, readonly string[]>;
  readonly #host: Host;
  readonly #dns: DnsArgs;

  constructor(host: Host, dns: DnsArgs, known: ReadonlyMap<string, readonly string[]>) {
    this.#known = known;
    this.#host = host;
    this.#dns = dns;
    this.holds = dns.interval;
  }

  /** Every target's addresses; a target of "." says that there is no such service. */
  async service(name: string): Promise<readonly Found[]> {
    const records = await this.#ask(name, "SRV");
    const targets = records.filter(({ target, port }) => target !== "" && target !== "." && port);
    const names = [...new Set(targets.map(({ target }) => target))];
    await Promise.all(names.map((target) => this.#lookUp(target)));
    if (names.length > 0 && this.targets.size === 0) throw new Error(this.problem);
    const found = targets.flatMap(({ target, port = 0, priority, weight }) =>
      (this.targets.get(target) ?? []).map((address) => ({
        address,
        port,
        rank: priority,
        // A weight of 0 is a very small one (RFC 2782); of 0 here gets nothing.
        weight: Math.max(1, weight ?? 1),
      })),
    );
    return found.sort((a, b) => (`${a.address}:${a.port}` < `${b.address}:${b.port}` ? -1 : 1));
  }

  /** A target that cannot be looked up keeps what it had. */
  async #lookUp(target: string): Promise<void> {
    let addresses = this.#known.get(target);
    try {
      addresses = await this.#addresses(target);
    } catch (error) {
      this.problem ??= messageOf(error);
    }
    if (addresses) this.targets.set(target, addresses);
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
    const records = await this.#host.queryDns({ name, type, servers, timeout }).catch((error: unknown) => {
      throw new Error(`${name}: ${wordsOf(messageOf(error))}`);
    });
    for (const { ttl } of records) if (ttl !== undefined) this.holds = Math.min(this.holds, ttl);
    return records;
  }
}
