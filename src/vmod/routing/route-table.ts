import { latin1Text, type LateLabelUse } from "../../runtime/index.js";
import { readPlacedConfig } from "../svc/read-config.js";
import { takeRoutes } from "./route-config.js";
import { bucketOf, keyOf, type HostEntry, type RoutePlan } from "./route-plan.js";
import { Route, type RoutedRequest } from "./route.js";

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
  readonly #source: string;
  /** The buckets that somebody has asked for. */
  readonly #buckets: (ReadonlyMap<string, RoutedHost> | undefined)[];

  /** `source` is the text that the plan is made of. */
  constructor(plan: RoutePlan, source: string) {
    this.#plan = plan;
    this.#source = source;
    this.#buckets = Array.from({ length: plan.ends.length }, () => undefined);
    this.fallback = plan.fallback && new Route(plan.fallback);
  }

  /** Every label that routes dispatch to, once; `path` is the file's. */
  labels(path: string): LateLabelUse[] {
    const source = this.#source;
    let places: ReadonlyMap<string, number> | undefined;
    return this.#plan.labels.map(({ label, route }) => ({
      label,
      user: `route ${route}`,
      path,
      // Whoever discards a label asks only which there are: the place is looked up for those who print it.
      get offset() {
        places ??= placesOfLabels(source);
        return places.get(label) ?? 0;
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
    const { bytes, ends, oneSegment } = this.#plan;
    const json = latin1Text(bytes.subarray(bucket === 0 ? 0 : ends[bucket - 1], ends[bucket]));
    const entries = json === "" ? [] : (JSON.parse(json) as HostEntry[]);
    return new Map(
      entries.map(([host, configs]) => [
        oneSegment ? host : keyOf(host),
        { host, routes: configs.map((config) => new Route(config)) },
      ]),
    );
  }
}

/** Where each label first stands in the text of a file. */
function placesOfLabels(source: string): ReadonlyMap<string, number> {
  const { hosts, fallback } = readPlacedConfig(source, takeRoutes);
  const places = new Map<string, number>();
  for (const { label, labelAt = 0 } of [...[...hosts.values()].flat(), ...(fallback ? [fallback] : [])])
    if (label !== undefined && !places.has(label)) places.set(label, labelAt);
  return places;
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
