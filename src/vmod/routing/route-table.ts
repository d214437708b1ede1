import { latin1Text, type LateLabelUse } from "../../runtime/index.js";
import type { FileText } from "../svc/file-source.js";
import { readPlacedConfig } from "../svc/read-config.js";
import { takeRoutes, type RouteConfig } from "./route-config.js";
import { bucketOf } from "./host-index.js";
import { readHost } from "./plan-of-entries.js";
import { keyOf, type HostEntry, type RoutePlan } from "./route-plan.js";
import { compareRoutes, Route, type RoutedRequest } from "./route.js";

/** A host of the file with its routes in the order in which they are tried. */
export interface RoutedHost {
  readonly host: string;
  readonly routes: readonly Route[];
}

/** Finds the route of a request in a plan. */
export class RouteTable {
  /** For requests that no route fits. */
  readonly fallback: Route | undefined;
  readonly #plan: RoutePlan;
  readonly #source: FileText;
  readonly #groups: ReadonlySet<string>;
  /** The buckets that somebody has asked for. */
  readonly #buckets: (ReadonlyMap<string, RoutedHost> | undefined)[];

  /** `source` is the text that the plan is made of. */
  constructor(plan: RoutePlan, source: FileText) {
    this.#plan = plan;
    this.#source = source;
    this.#buckets = Array.from({ length: plan.bucketEnds.length }, () => undefined);
    this.#groups = new Set(plan.services.map(({ name }) => name));
    this.fallback = plan.fallback && new Route(plan.fallback);
  }

  /** Every label that routes dispatch to, once; `path` is the file's. */
  labels(path: string): LateLabelUse[] {
    const source = this.#source;
    let uses: ReadonlyMap<string, RouteConfig> | undefined;
    const firstUse = (label: string): RouteConfig | undefined =>
      (uses ??= firstUses(source.slice())).get(label);
    return this.#plan.labels.map((label) => ({
      label,
      path,
      // Whoever discards a label asks only which there are: the rest is looked up for those who print it.
      get user() {
        return `route ${firstUse(label)?.name ?? ""}`;
      },
      get offset() {
        return firstUse(label)?.labelAt ?? 0;
      },
    }));
  }

  /** The route of a request; undefined where none fits and there is no default. */
  find(request: RoutedRequest): Route | undefined {
    const routes = this.hostOf(request.host)?.routes;
    if (routes) for (const route of routes) if (route.misfit(request) === undefined) return route;
    return this.fallback;
  }

  /** The most specific host of the file that fits a request's. */
  hostOf(host: string | undefined): RoutedHost | undefined {
    const name = hostName(host);
    return this.#at(name) ?? (this.#plan.oneSegment ? this.#bySegments(name) : this.#bySuffix(name));
  }

  #bySuffix(name: string): RoutedHost | undefined {
    for (let dot = name.indexOf("."); dot >= 0; dot = name.indexOf(".", dot + 1)) {
      const found = this.#at(name.slice(dot));
      if (found) return found;
    }
    return this.#at("*");
  }

  #bySegments(name: string): RoutedHost | undefined {
    const segments = name.split(".");
    for (const kind of this.#plan.stars) {
      if (kind.length !== segments.length) continue;
      const found = this.#at(segments.map((segment, at) => (kind[at] ? "*" : segment)).join("."));
      if (found) return found;
    }
    return undefined;
  }

  #at(key: string): RoutedHost | undefined {
    const bucket = bucketOf(key, this.#buckets.length);
    return (this.#buckets[bucket] ??= this.#read(bucket)).get(key);
  }

  #read(bucket: number): ReadonlyMap<string, RoutedHost> {
    const { bucketEnds, oneSegment } = this.#plan;
    const hosts = new Map<string, RoutedHost>();
    const end = bucketEnds[bucket] as number;
    for (let at = bucket === 0 ? 0 : (bucketEnds[bucket - 1] as number); at < end; at++) {
      const [host, configs] = this.#readHost(at);
      const routes = configs.map((config) => new Route(config));
      hosts.set(oneSegment ? host : keyOf(host), { host, routes });
    }
    return hosts;
  }

  #readHost(at: number): HostEntry {
    const { form, bytes, starts, ends, orders } = this.#plan;
    if (form === "read") return JSON.parse(latin1Text(bytes.subarray(starts[at], ends[at]))) as HostEntry;
    const text = this.#source.slice(starts[at], ends[at]);
    const part = { form, text, start: 0, end: text.length };
    const [name, routes] = readHost(part, this.#groups, orders[at] as number);
    return [name.toLowerCase(), routes.toSorted(compareRoutes)];
  }
}

/** The first route of a file that dispatches to each label. */
function firstUses(source: string): ReadonlyMap<string, RouteConfig> {
  const { hosts, fallback } = readPlacedConfig(source, takeRoutes);
  const uses = new Map<string, RouteConfig>();
  for (const route of [...[...hosts.values()].flat(), ...(fallback ? [fallback] : [])])
    if (route.label !== undefined && !uses.has(route.label)) uses.set(route.label, route);
  return uses;
}

/** In lower case, without its port. */
function hostName(host = ""): string {
  let end = host.length;
  while (end > 0 && isDigit(host.charCodeAt(end - 1))) end -= 1;
  if (host.charCodeAt(end - 1) === 0x3a) end -= 1;
  else end = host.length;
  if (host.charCodeAt(end - 1) === 0x2e) end -= 1;
  return host.slice(0, end).toLowerCase();
}

function isDigit(code: number): boolean {
  return code >= 0x30 && code <= 0x39;
}
