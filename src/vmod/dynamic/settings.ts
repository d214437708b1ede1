import { VclFailure, type Acl, type BackendDefinition, type Director } from "../../runtime/index.js";
import type { DirectorClass } from "./dynamic.vcc.js";
import { resolverOf, type Resolver } from "./resolver.js";

/** What dynamic.director is told; times in seconds. */
export interface Settings {
  readonly port: string;
  readonly hostHeader: string | undefined;
  readonly byHost: boolean;
  readonly whitelist: Acl | undefined;
  readonly ttl: number;
  readonly usage: number;
  readonly firstLookup: number;
  readonly retryAfter: number;
  readonly keep: number;
  readonly via: Director | undefined;
  readonly authority: string | undefined;
  readonly resolver: Resolver | undefined;
  /** Which of the two times a look-up holds for: that of the answer, `ttl`, or the shorter or longer one. */
  readonly ttlFrom: "cfg" | "dns" | "min" | "max";
  /** What every backend is made with. */
  readonly backend: BackendDefinition;
  /** What `backend.list -j -p` shows of them, by the names that libvmod-dynamic gives it. */
  readonly listed: object;
}

/** The arguments of dynamic.director, in their order. */
export type Arguments =
  Parameters<DirectorClass["create"]> extends [unknown, unknown, ...infer Rest] ? Rest : never;

/** Reads them; what makes no sense fails the load, with libvmod-dynamic's words where it has some. */
export function readSettings(args: Arguments): Settings {
  const [port, hostHeader, share, probe, whitelist, ttl, connect, firstByte, betweenBytes, ...rest] = args;
  const [usage, firstLookup, maxConnections, proxyHeader, resolver, ttlFrom, retryAfter, via, ...more] = rest;
  const [keep, authority, waitTimeout, waitLimit] = more;
  if (port === undefined || port === "") fail("port may not be empty");
  for (const [name, value] of Object.entries({
    ttl,
    domain_usage_timeout: usage,
    first_lookup_timeout: firstLookup,
  })) {
    if (value === 0) fail(`${name} may not be 0s`);
    if (value < 0) fail(`${name} may not be negative`);
  }
  const timeouts = {
    connect_timeout: connect,
    first_byte_timeout: firstByte,
    between_bytes_timeout: betweenBytes,
    wait_timeout: waitTimeout,
  };
  for (const [name, value] of Object.entries(timeouts))
    if (value < 0 && value !== -1) fail(`${name} may not be negative, except for -1s: that of the server`);
  const limits = { max_connections: maxConnections, wait_limit: waitLimit, keep, retry_after: retryAfter };
  for (const [name, value] of Object.entries(limits)) if (value < 0) fail(`${name} may not be negative`);
  if (proxyHeader < 0 || proxyHeader > 2) fail("proxy_header is 0, 1 or 2");
  const asked = resolver && resolverOf(resolver);
  if (resolver && !asked) fail("invalid resolver argument");
  if (ttlFrom !== "cfg" && !asked) fail(`ttl_from = ${ttlFrom} only valid with resolver`);
  const byHost = share === "HOST" || (share === "DEFAULT" && via !== undefined);
  return {
    ...{ port, hostHeader, whitelist, ttl, usage, firstLookup, retryAfter, keep, via },
    byHost,
    authority: via && authority,
    resolver: asked,
    ttlFrom,
    backend: {
      ...(probe && { probe }),
      ...(via && { via }),
      ...(connect >= 0 && { connectTimeout: connect }),
      ...(firstByte >= 0 && { firstByteTimeout: firstByte }),
      ...(betweenBytes >= 0 && { betweenBytesTimeout: betweenBytes }),
      ...(maxConnections > 0 && { maxConnections }),
      ...((proxyHeader === 1 || proxyHeader === 2) && { proxyHeader }),
      ...(waitTimeout >= 0 && { waitTimeout }),
      ...(waitLimit > 0 && { waitLimit }),
    },
    listed: {
      port,
      hosthdr: hostHeader ?? "",
      share: byHost ? "HOST" : "DIRECTOR",
      probe: probe !== undefined,
      whitelist: whitelist !== undefined,
      connect_timeout: connect,
      first_byte_timeout: firstByte,
      between_bytes_timeout: betweenBytes,
      domain_usage_timeout: usage,
      first_lookup_timeout: firstLookup,
      max_connections: maxConnections,
      proxy_header: proxyHeader,
      resolver: asked ? "getdns" : "getaddrinfo",
      retry_after: retryAfter,
      via: via?.vclName ?? "",
      ttl_from: ttlFrom,
      ttl,
      keep,
    },
  };
}

function fail(what: string): never {
  throw new VclFailure(`dynamic.director(): ${what}`);
}

/** Seconds after which a name is looked up again, where the answer holds for `told`. */
export function holdsFor({ ttl, ttlFrom }: Settings, told: number | undefined): number {
  if (ttlFrom === "cfg" || told === undefined || told === 0) return ttl;
  if (ttlFrom === "dns") return told;
  return ttlFrom === "min" ? Math.min(ttl, told) : Math.max(ttl, told);
}
