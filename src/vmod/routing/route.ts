import { regex, type HeaderList, type Regex } from "../../runtime/index.js";
import type { PathMatch, RouteConfig, ValueMatch } from "./route-config.js";

/** A request as far as routes look at it. */
export interface RoutedRequest {
  readonly host: string | undefined;
  readonly url: string;
  readonly method: string;
  readonly http: Pick<HeaderList, "get"> | undefined;
}

/** A pattern that matches all of what it is asked about. Throws where it is none. */
export function wholeRegex(text: string): Regex {
  return regex(`^(?:${text})$`);
}

/** A route that asks whether requests fit it. */
export class Route {
  readonly config: RouteConfig;
  readonly #path: string | undefined;
  readonly #pathKind: PathMatch["kind"] | undefined;
  readonly #pathRegex: Regex | undefined;
  readonly #methods: readonly string[] | undefined;
  readonly #headers: readonly (readonly [string, ValueTest])[] | undefined;
  readonly #query: readonly (readonly [string, ValueTest])[] | undefined;

  constructor(config: RouteConfig) {
    const { path, methods, headers, query } = config;
    this.config = config;
    this.#pathKind = path?.kind;
    this.#path = path && "path" in path ? path.path : undefined;
    this.#pathRegex = path?.kind === "regex" ? wholeRegex(path.regex) : undefined;
    this.#methods = methods;
    this.#headers = headers?.map(([name, value]) => [name, new ValueTest(value)]);
    this.#query = query?.map(([name, value]) => [name, new ValueTest(value)]);
  }

  /** What of it a request does not fit: its path, its method, a header or a query parameter. Undefined where all of it fits. */
  misfit(request: RoutedRequest): string | undefined {
    const { url, method, http } = request;
    if (!this.#fitsPath(url)) return "path";
    if (this.#methods && !this.#methods.includes(method)) return "method";
    for (const [name, test] of this.#headers ?? []) if (!test.fits(http?.get(name))) return `header ${name}`;
    if (!this.#query) return undefined;
    const query = url.slice(pathLength(url) + 1);
    for (const [name, test] of this.#query)
      if (!test.fits(parameter(query, name))) return `query parameter ${name}`;
    return undefined;
  }

  #fitsPath(url: string): boolean {
    const path = this.#path;
    if (this.#pathRegex) return this.#pathRegex.matches(url.slice(0, pathLength(url)));
    if (path === undefined) return true;
    if (!url.startsWith(path)) return false;
    const next = url.charCodeAt(path.length);
    // NaN: the URL ends here.
    return next !== next || next === 0x3f || (next === 0x2f && this.#pathKind === "prefix");
  }
}

/** What a header or a parameter must be. */
class ValueTest {
  readonly #exact: string | undefined;
  readonly #regex: Regex | undefined;

  constructor(value: ValueMatch) {
    if ("exact" in value) this.#exact = value.exact;
    else this.#regex = wholeRegex(value.regex);
  }

  fits(value: string | undefined): boolean {
    if (value === undefined) return false;
    return this.#regex ? this.#regex.matches(value) : value === this.#exact;
  }
}

/** Where the path of a URL ends. */
export function pathLength(url: string): number {
  const query = url.indexOf("?");
  return query < 0 ? url.length : query;
}

const pathRanks = { exact: 0, prefix: 1, regex: 2 } as const;

/** What makes one of two routes that fit win, the first that tells them apart: less than 0 where it is the first of them. */
export const criteria: readonly {
  readonly reason: string;
  readonly of: (a: RouteConfig, b: RouteConfig) => number;
}[] = [
  { reason: "a higher priority", of: (a, b) => (b.priority ?? 0) - (a.priority ?? 0) },
  { reason: "a more exact kind of path", of: (a, b) => rank(a.path) - rank(b.path) },
  { reason: "a longer prefix", of: (a, b) => lengthOf(b.path) - lengthOf(a.path) },
  { reason: "a method", of: (a, b) => Number(!!b.methods?.length) - Number(!!a.methods?.length) },
  { reason: "more headers", of: (a, b) => (b.headers?.length ?? 0) - (a.headers?.length ?? 0) },
  { reason: "more query parameters", of: (a, b) => (b.query?.length ?? 0) - (a.query?.length ?? 0) },
  { reason: "an earlier place in the file", of: (a, b) => a.order - b.order },
];

export function compareRoutes(a: RouteConfig, b: RouteConfig): number {
  for (const { of } of criteria) {
    const difference = of(a, b);
    if (difference !== 0) return difference;
  }
  return 0;
}

const rank = (path: PathMatch | undefined): number => (path ? pathRanks[path.kind] : 3);
const lengthOf = (path: PathMatch | undefined): number => (path?.kind === "prefix" ? path.path.length : 0);

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
