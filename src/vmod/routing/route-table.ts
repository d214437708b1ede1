import type { HeaderList, LateLabelUse } from "../../runtime/index.js";
import type { PathMatch, Route, ValueMatch } from "./route-config.js";

/** A request as far as routes look at it. */
export interface RoutedRequest {
  readonly host: string | undefined;
  readonly url: string;
  readonly method: string;
  readonly http: Pick<HeaderList, "get"> | undefined;
}

/** Routes by host, those of each in the order in which they are tried. */
export class RouteTable {
  /** Every route by the host it is for, those of each in the order in which they are tried; the default is not among them. */
  get hosts(): ReadonlyMap<string, readonly Route[]> {
    const all = new Map(this.#exact);
    for (const [suffix, routes] of this.#suffixes) all.set(`*.${suffix}`, routes);
    if (this.#any) all.set("*", this.#any);
    return all;
  }

  /** The host of the file that a request's host is looked up as: the most specific one that fits. */
  hostOf(host: string | undefined): string | undefined {
    const found = this.#routesFor(hostName(host));
    return [...this.hosts].find(([, routes]) => routes === found)?.[0];
  }

  /** For requests that no route fits. */
  fallback: Route | undefined;
  readonly #exact = new Map<string, readonly Route[]>();
  /** By what follows the `*.`. */
  readonly #suffixes = new Map<string, readonly Route[]>();
  #any: readonly Route[] | undefined;

  /** Every label that a route dispatches to; `path` is the file's. */
  *labels(path: string): Iterable<LateLabelUse> {
    const all = [...this.hosts.values()].flat();
    for (const { label, name, labelAt } of this.fallback ? [...all, this.fallback] : all)
      if (label !== undefined) yield { label, user: `route ${name}`, path, offset: labelAt };
  }

  /** Adds a host in lower case; false: it is there already. */
  add(host: string, routes: readonly Route[]): boolean {
    const sorted = routes.toSorted(compare);
    if (host === "*") {
      if (this.#any) return false;
      this.#any = sorted;
      return true;
    }
    const isSuffix = host.startsWith("*.");
    const hosts = isSuffix ? this.#suffixes : this.#exact;
    const name = isSuffix ? host.slice(2) : host;
    if (hosts.has(name)) return false;
    hosts.set(name, sorted);
    return true;
  }

  /** The route of a request; undefined where none fits and there is no default. */
  find(request: RoutedRequest): Route | undefined {
    const parts = partsOf(request);
    for (const route of this.#routesFor(hostName(request.host))) {
      if (misfit(route, parts) === undefined) return route;
    }
    return this.fallback;
  }

  /** Those of the most specific host that fits. */
  #routesFor(host: string): readonly Route[] {
    const exact = this.#exact.get(host);
    if (exact) return exact;
    for (let dot = host.indexOf("."); dot >= 0; dot = host.indexOf(".", dot + 1)) {
      const routes = this.#suffixes.get(host.slice(dot + 1));
      if (routes) return routes;
    }
    return this.#any ?? [];
  }
}

/** In lower case, without its port. */
function hostName(host = ""): string {
  return host.toLowerCase().replace(/\.?(?::\d*)?$/, "");
}

const pathRanks = { exact: 0, prefix: 1, regex: 2 } as const;

/** What makes one of two routes that fit win, the first that tells them apart: less than 0 where it is the first of them. */
export const criteria: readonly { readonly reason: string; readonly of: (a: Route, b: Route) => number }[] = [
  { reason: "a higher priority", of: (a, b) => b.priority - a.priority },
  { reason: "a more exact kind of path", of: (a, b) => rank(a.path) - rank(b.path) },
  { reason: "a longer prefix", of: (a, b) => lengthOf(b.path) - lengthOf(a.path) },
  {
    reason: "a method",
    of: (a, b) => Number(b.methods.length > 0) - Number(a.methods.length > 0),
  },
  { reason: "more headers", of: (a, b) => b.headers.length - a.headers.length },
  { reason: "more query parameters", of: (a, b) => b.query.length - a.query.length },
  { reason: "an earlier place in the file", of: (a, b) => a.order - b.order },
];

function compare(a: Route, b: Route): number {
  for (const { of } of criteria) {
    const difference = of(a, b);
    if (difference !== 0) return difference;
  }
  return 0;
}

const rank = (path: PathMatch | undefined): number => (path ? pathRanks[path.kind] : 3);
const lengthOf = (path: PathMatch | undefined): number => (path?.kind === "prefix" ? path.path.length : 0);

/** A request with its URL taken apart. */
interface RequestParts extends RoutedRequest {
  readonly path: string;
  readonly query: string;
}

export function partsOf(request: RoutedRequest): RequestParts {
  const { url } = request;
  const query = url.indexOf("?");
  return query < 0
    ? { ...request, path: url, query: "" }
    : { ...request, path: url.slice(0, query), query: url.slice(query + 1) };
}

/** What of a route a request does not fit: its path, its method, a header or a query parameter. Undefined where all of it fits. */
export function misfit(route: Route, { method, http, path, query }: RequestParts): string | undefined {
  if (route.path && !fitsPath(route.path, path)) return "path";
  if (route.methods.length > 0 && !route.methods.includes(method)) return "method";
  for (const [name, value] of route.headers) if (!fitsValue(value, http?.get(name))) return `header ${name}`;
  for (const [name, value] of route.query)
    if (!fitsValue(value, parameter(query, name))) return `query parameter ${name}`;
  return undefined;
}

function fitsPath(match: PathMatch, path: string): boolean {
  if (match.kind === "regex") return match.pattern.matches(path);
  if (match.kind === "exact") return path === match.path;
  const { length } = match.path;
  return path.startsWith(match.path) && (path.length === length || path.charCodeAt(length) === 0x2f);
}

function fitsValue(match: ValueMatch, value: string | undefined): boolean {
  if (value === undefined) return false;
  return "exact" in match ? value === match.exact : match.pattern.matches(value);
}

/** The first value of a query parameter, decoded. */
function parameter(query: string, name: string): string | undefined {
  for (const pair of query.split("&")) {
    const equals = pair.indexOf("=");
    if (decoded(equals < 0 ? pair : pair.slice(0, equals)) === name)
      return equals < 0 ? "" : decoded(pair.slice(equals + 1));
  }
  return undefined;
}

function decoded(text: string): string {
  return text
    .replaceAll("+", " ")
    .replaceAll(/%([\da-f]{2})/gi, (_, digits: string) => String.fromCharCode(parseInt(digits, 16)));
}
