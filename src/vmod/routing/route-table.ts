import type { HeaderList } from "../../runtime/index.js";
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
  /** For requests that no route fits. */
  fallback: Route | undefined;
  readonly #exact = new Map<string, readonly Route[]>();
  /** By what follows the `*.`. */
  readonly #suffixes = new Map<string, readonly Route[]>();
  #any: readonly Route[] | undefined;

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
    const query = request.url.indexOf("?");
    const path = query < 0 ? request.url : request.url.slice(0, query);
    const parameters = query < 0 ? "" : request.url.slice(query + 1);
    for (const route of this.#routesFor(hostName(request.host))) {
      if (fits(route, request, path, parameters)) return route;
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

function compare(a: Route, b: Route): number {
  return (
    b.priority - a.priority ||
    rank(a.path) - rank(b.path) ||
    lengthOf(b.path) - lengthOf(a.path) ||
    Number(b.methods.length > 0) - Number(a.methods.length > 0) ||
    b.headers.length - a.headers.length ||
    b.query.length - a.query.length ||
    a.order - b.order
  );
}

const rank = (path: PathMatch | undefined): number => (path ? pathRanks[path.kind] : 3);
const lengthOf = (path: PathMatch | undefined): number => (path?.kind === "prefix" ? path.path.length : 0);

function fits(route: Route, { method, http }: RoutedRequest, path: string, query: string): boolean {
  if (route.path && !fitsPath(route.path, path)) return false;
  if (route.methods.length > 0 && !route.methods.includes(method)) return false;
  for (const [name, value] of route.headers) if (!fitsValue(value, http?.get(name))) return false;
  for (const [name, value] of route.query) if (!fitsValue(value, parameter(query, name))) return false;
  return true;
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
