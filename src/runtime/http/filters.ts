import type { HttpHeaders } from "./http-headers.js";
import { lowerName } from "./header-names.js";
import { splitList } from "./tokens.js";
import type { Workspace } from "./workspace.js";

/**
 * What headers are copied for: `pass` request to a backend that is not cached, `fetch` request for a cacheable object, `insert` response
 * stored in a cacheable object, `store` response stored in an uncacheable one.
 */
export type FilterClass = "pass" | "fetch" | "insert" | "store";

const connectionLevel: readonly FilterClass[] = ["pass", "fetch", "insert", "store"];
const caching: readonly FilterClass[] = ["fetch", "insert"];

/**
 * Every header that Varnish knows by name (include/tbl/http_headers.h), with the copies it does not survive. Being on the list matters
 * also for those that survive all: see {@link checkConnection}.
 */
const headerFilters = {
  accept: [],
  "accept-charset": [],
  "accept-encoding": [],
  "accept-language": [],
  "accept-ranges": ["pass", "fetch", "insert", "store"],
  age: ["insert", "store"],
  allow: [],
  authorization: [],
  "cache-control": ["fetch"],
  connection: connectionLevel,
  "content-encoding": [],
  "content-language": [],
  "content-length": [],
  "content-location": [],
  "content-md5": [],
  "content-range": caching,
  "content-type": [],
  cookie: [],
  date: [],
  etag: [],
  expect: [],
  expires: [],
  from: [],
  host: [],
  "http2-settings": connectionLevel,
  "if-match": ["fetch"],
  "if-modified-since": ["fetch"],
  "if-none-match": ["fetch"],
  "if-range": ["fetch"],
  "if-unmodified-since": ["fetch"],
  "keep-alive": connectionLevel,
  "last-modified": [],
  location: [],
  "max-forwards": [],
  pragma: [],
  "proxy-authenticate": caching,
  "proxy-authorization": caching,
  range: caching,
  referer: [],
  "retry-after": [],
  server: [],
  "set-cookie": [],
  te: connectionLevel,
  trailer: connectionLevel,
  "transfer-encoding": connectionLevel,
  upgrade: connectionLevel,
  "user-agent": [],
  vary: [],
  via: [],
  warning: [],
  "www-authenticate": [],
  "x-forwarded-for": [],
} as const satisfies Record<string, readonly FilterClass[]>;

const known: ReadonlyMap<string, readonly FilterClass[]> = new Map(Object.entries(headerFilters));

const dropped: Readonly<Record<FilterClass, ReadonlySet<string>>> = {
  pass: namesDroppedFor("pass"),
  fetch: namesDroppedFor("fetch"),
  insert: namesDroppedFor("insert"),
  store: namesDroppedFor("store"),
};

function namesDroppedFor(filter: FilterClass): ReadonlySet<string> {
  return new Set([...known].filter(([, classes]) => classes.includes(filter)).map(([name]) => name));
}

/** The field names that a message's Connection header lists, in lower case. */
function connectionNames(headers: HttpHeaders): readonly string[] {
  if (!headers.has("connection")) return [];
  return headers.all("connection").flatMap((value) => splitList(value).map(lowerName));
}

/** A well-known field that survives a pass: it reaches the other side, whatever Connection says. */
function staysOnPass(name: string): boolean {
  return known.get(name)?.includes("pass") === false;
}

/** Notes which fields are for this hop only, as the message comes. A name that must not be there ends the list, as in Varnish. */
export function noteConnection(headers: HttpHeaders): void {
  if (!headers.has("connection")) return;
  const names = connectionNames(headers);
  const bad = names.findIndex(staysOnPass);
  headers.hop = new Set(bad < 0 ? names : names.slice(0, bad));
}

export interface ConnectionCheck {
  /** Connection lists a header that has to reach the other side: the message is bad (400). */
  readonly bad: boolean;
  readonly close: boolean;
  readonly keepAlive: boolean;
  /** The last of `close` and `keep-alive`: in requests that one counts. */
  readonly last: "close" | "keep-alive" | undefined;
}

/** What the Connection header says. A well-known header that survives a pass must not be named by it. */
export function checkConnection(headers: HttpHeaders): ConnectionCheck {
  const names = connectionNames(headers);
  const last = names.findLast((name) => name === "close" || name === "keep-alive");
  return {
    close: names.includes("close"),
    keepAlive: names.includes("keep-alive"),
    bad: names.some(staysOnPass),
    last: last,
  };
}

/** Copies headers, without those that a copy of this class drops and without those that Connection named as they came. Order and duplicates stay. */
export function filterHeaders(headers: HttpHeaders, filter: FilterClass, workspace?: Workspace): HttpHeaders {
  const copy = headers.clone(workspace);
  const drop = dropped[filter];
  const { hop } = headers;
  copy.removeWhere((name) => drop.has(name) || hop?.has(name) === true);
  return copy;
}

/** Removes only what Connection named as it came, and Connection itself stays (pipe). */
export function withoutConnectionNames(headers: HttpHeaders, workspace?: Workspace): HttpHeaders {
  const copy = headers.clone(workspace);
  const { hop } = headers;
  if (hop) copy.removeWhere((name) => hop.has(name));
  return copy;
}
