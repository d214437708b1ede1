import { Resolver } from "node:dns/promises";
import type { DnsQuery, DnsRecord } from "../../runtime/index.js";
import { reasonOf } from "./system-error.js";

/** Codes that say that the name is there, without such records. */
const empty: ReadonlySet<unknown> = new Set(["ENODATA"]);

/** Asks the DNS. Rejects with one line, for instance that there is no such name. */
export async function queryDns({ name, type, servers, timeout }: DnsQuery): Promise<readonly DnsRecord[]> {
  const resolver = new Resolver({ timeout: Math.max(1, Math.round(timeout * 1000)), tries: 1 });
  try {
    if (servers.length > 0) resolver.setServers(servers);
    if (type === "SRV") {
      const found = await resolver.resolveSrv(name);
      return found.map(({ name: target, ...rest }) => ({ target, ...rest }));
    }
    const found = await (type === "A"
      ? resolver.resolve4(name, { ttl: true })
      : resolver.resolve6(name, { ttl: true }));
    return found.map(({ address, ttl }) => ({ target: address, ttl }));
  } catch (error) {
    if (empty.has((error as NodeJS.ErrnoException).code)) return [];
    throw new Error(reasonOf(error));
  }
}
