import {
  VclFailure,
  parseIp,
  blob,
  type Blob,
  type DnsRecord,
  type Host,
  type HousekeepingTask,
  type Task,
} from "../../runtime/index.js";
import { splitHostPort } from "../../runtime/backend/resolve-endpoint.js";

type Namespace = "DNS" | "LOCALNAMES" | "NETBIOS" | "MDNS" | "NIS";
type Transport = "UDP" | "TCP" | "TLS";

/** An answer: addresses in their order, and how long the one that holds shortest does, where that is told. */
export interface Addresses {
  readonly addresses: readonly string[];
  readonly ttl: number | undefined;
  /** The family that the servers did not answer about, while they did about the other. */
  readonly unknown?: 4 | 6 | undefined;
}

/** Which resolver a blob of `.use()` stands for. */
const byBlob = new WeakMap<Blob, Resolver>();

/** The resolver that dynamic.director was given. */
export function resolverOf(blob: Blob): Resolver | undefined {
  return byBlob.get(blob);
}

/** `new r = dynamic.resolver()`: asks the DNS itself. */
export class Resolver {
  readonly #name: string;
  readonly #servers: string[] = [];
  readonly #parallel: number;
  readonly #blob: Blob;
  #timeout = 5;
  #atOnce: number;
  #running = 0;
  readonly #queue: (() => void)[] = [];
  #namespaces: Namespace[] = [];
  #transports: Transport[] = [];

  private constructor(name: string, parallel: number) {
    this.#name = name;
    this.#parallel = this.#atOnce = parallel;
    this.#blob = blob(name, "dynamic.resolver");
    byBlob.set(this.#blob, this);
  }

  static create(
    this: void,
    _task: HousekeepingTask,
    vclName: string,
    _fromOs: boolean,
    parallel: number,
  ): Resolver {
    if (parallel < 1) throw new VclFailure("dynamic.resolver(): parallel must be at least 1");
    return new Resolver(vclName, parallel);
  }

  use(_task: Task): Blob {
    return this.#blob;
  }

  add_server(task: Task, server: string | undefined): boolean {
    this.#onlyInInit(task, "add_server");
    const { host, port = "53" } = splitHostPort(server ?? "");
    if (!parseIp(host) || !/^\d+$/.test(port) || Number(port) > 65_535)
      throw new VclFailure(
        `x${this.#name}.add_server(): "${server ?? ""}" is no address, or address and port, of a server`,
      );
    this.#servers.push(server as string);
    return true;
  }

  set_resolution_type(task: Task, type: "RECURSING" | "STUB"): boolean {
    this.#onlyInInit(task, "set_resolution_type");
    return this.#can(type === "STUB", "set_resolution_type(RECURSING): servers are asked that do that");
  }

  clear_namespaces(task: Task): boolean {
    this.#onlyInInit(task, "clear_namespaces");
    this.#namespaces = [];
    return true;
  }

  add_namespace(task: Task, namespace: Namespace): boolean {
    this.#onlyInInit(task, "add_namespace");
    return this.#once(this.#namespaces, namespace, "namespace");
  }

  set_namespaces(task: Task): boolean {
    this.#onlyInInit(task, "set_namespaces");
    const others = this.#namespaces.filter((namespace) => namespace !== "DNS");
    return this.#can(others.length === 0, `set_namespaces(): only DNS, not ${others.join(", ")}`);
  }

  clear_transports(task: Task): boolean {
    this.#onlyInInit(task, "clear_transports");
    this.#transports = [];
    return true;
  }

  add_transport(task: Task, transport: Transport): boolean {
    this.#onlyInInit(task, "add_transport");
    return this.#once(this.#transports, transport, "transport");
  }

  set_transports(task: Task): boolean {
    this.#onlyInInit(task, "set_transports");
    const able = this.#transports.includes("UDP") && !this.#transports.includes("TLS");
    return this.#can(able, "set_transports(): UDP, with TCP for long answers");
  }

  set_idle_timeout(task: Task, _seconds: number): boolean {
    this.#onlyInInit(task, "set_idle_timeout");
    return true;
  }

  set_limit_outstanding_queries(task: Task, most: number): boolean {
    this.#onlyInInit(task, "set_limit_outstanding_queries");
    this.#atOnce = most > 0 ? Math.min(most, this.#parallel) : this.#parallel;
    return true;
  }

  set_timeout(task: Task, seconds: number): boolean {
    this.#onlyInInit(task, "set_timeout");
    this.#timeout = seconds;
    if (!(seconds > 0)) throw new VclFailure(`x${this.#name}.set_timeout(): give more than 0s`);
    return true;
  }

  set_follow_redirects(task: Task, follow: "REDIRECTS_FOLLOW" | "REDIRECTS_DO_NOT_FOLLOW"): boolean {
    this.#onlyInInit(task, "set_follow_redirects");
    return this.#can(follow === "REDIRECTS_FOLLOW", "set_follow_redirects(): aliases are followed");
  }

  /** IPv4 before IPv6. Rejects with one line when neither is to be had. */
  async addresses(host: Host, name: string): Promise<Addresses> {
    const [ipv4, ipv6] = await Promise.allSettled([
      this.#ask(host, name, "A"),
      this.#ask(host, name, "AAAA"),
    ]);
    const records = [ipv4, ipv6].flatMap((result) => (result.status === "fulfilled" ? result.value : []));
    if (records.length === 0)
      for (const result of [ipv4, ipv6]) if (result.status === "rejected") throw result.reason;
    const unknown = isUnanswered(ipv4) ? 4 : isUnanswered(ipv6) ? 6 : undefined;
    return { addresses: records.map(({ target }) => target), ttl: shortest(records), unknown };
  }

  /** The records of a service. Rejects with one line. */
  services(host: Host, name: string): Promise<readonly DnsRecord[]> {
    return this.#ask(host, name, "SRV");
  }

  async #ask(host: Host, name: string, type: "A" | "AAAA" | "SRV"): Promise<readonly DnsRecord[]> {
    if (this.#running >= this.#atOnce) await new Promise<void>((go) => this.#queue.push(go));
    this.#running += 1;
    try {
      if (!host.queryDns) throw new Error("there is no DNS here");
      return await host.queryDns({ name, type, servers: this.#servers, timeout: this.#timeout });
    } finally {
      this.#running -= 1;
      this.#queue.shift()?.();
    }
  }

  #onlyInInit(task: Task, method: string): void {
    if (task.method !== "vcl_init")
      throw new VclFailure(`x${this.#name}.${method} may only be called from vcl_init{}`);
  }

  #once<Value>(list: Value[], value: Value, what: string): true {
    if (list.includes(value))
      throw new VclFailure(`x${this.#name}.add_${what}(): tried to add ${what} ${String(value)} twice`);
    list.push(value);
    return true;
  }

  #can(able: boolean, what: string): true {
    if (!able) throw new VclFailure(`x${this.#name}.${what} is all that there is here`);
    return true;
  }
}

/** How long the record holds that holds shortest; one that holds not at all does not count, as with getdns. */
export function shortest(records: readonly DnsRecord[]): number | undefined {
  const ttls = records.flatMap(({ ttl }) => (ttl === undefined || ttl === 0 ? [] : [ttl]));
  return ttls.length === 0 ? undefined : Math.min(...ttls);
}

/** Whether a question got no answer: "no such name" is one. */
function isUnanswered(result: PromiseSettledResult<unknown>): boolean {
  return result.status === "rejected" && !/ENOTFOUND/.test(String(result.reason));
}
