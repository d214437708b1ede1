import { splitList } from "./tokens.js";
import type { HeaderList } from "./header-list.js";

/** `name`, perhaps with blanks and a weight behind it. */
const codingForm = /^([^;, \t]+)[ \t]*(?:;[ \t]*(.*))?$/s;
const weightForm = /^q[ \t]*=[ \t]*(\d+(?:\.\d*)?|\.\d+)/i;

/** The weight that an Accept-Encoding value gives a coding (lower case): no weight counts as 1, an unreadable one as 0. Undefined: not in the list. */
export function codingWeight(value: string, coding: string): number | undefined {
  for (const element of splitList(value)) {
    const [, name, parameters] = codingForm.exec(element) ?? [];
    if (name?.toLowerCase() !== coding) continue;
    if (parameters === undefined) return 1;
    const weight = weightForm.exec(parameters)?.[1];
    return weight === undefined ? 0 : Number(weight);
  }
  return undefined;
}

/**
 * Whether a client takes gzip, as Varnish reads Accept-Encoding: an element `x-gzip`, whatever its weight, or `gzip` with a weight above 0. `*` and
 * other codings do not count.
 */
export function allowsGzip(value: string | undefined): boolean {
  if (value === undefined) return false;
  // What washing leaves, and so what is asked about most.
  if (value === "gzip") return true;
  return codingWeight(value, "x-gzip") !== undefined || (codingWeight(value, "gzip") ?? 0) > 0;
}

/** The one of some codings that a client likes best, and at least as much as gzip. The first of several that it likes the same. */
export function preferredCoding<Coding extends string>(
  value: string,
  codings: readonly Coding[],
): Coding | undefined {
  let best: Coding | undefined;
  let weight = codingWeight(value, "gzip") ?? 0;
  for (const coding of codings) {
    const own = codingWeight(value, coding) ?? 0;
    if (own === 0 || own < weight || (best !== undefined && own === weight)) continue;
    best = coding;
    weight = own;
  }
  return best;
}

/**
 * Accept-Encoding before a request is hashed, where http_gzip_support is on: `gzip` or nothing, so that requests share objects. Not for requests
 * that are passed or piped.
 */
export function washAcceptEncoding(http: HeaderList): void {
  const value = http.get("accept-encoding");
  if (value === undefined || value === "gzip") return;
  if (allowsGzip(value)) http.set("Accept-Encoding", "gzip");
  else http.unset("accept-encoding");
}

/** Asks for gzip; what says just that already keeps its place. */
export function askForGzip(http: HeaderList): void {
  if (http.get("accept-encoding") !== "gzip") http.set("Accept-Encoding", "gzip");
}

/** Accept-Encoding of a request for an ESI include: what the parent's output can hold. */
export function askForInclude(http: HeaderList, parentIsGzip: boolean): void {
  if (parentIsGzip) askForGzip(http);
  else http.unset("accept-encoding");
}
