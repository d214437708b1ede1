import type { Paint } from "../test/paint.js";
import type { Change } from "./compare.js";
import type { RecordedRequest, Recording } from "./recording.js";

/** A request that two policies do not treat alike. */
export interface Difference {
  readonly request: RecordedRequest;
  readonly changes: readonly Change[];
}

/** Of the requests of which the log says it, those that had the same. */
export interface Share {
  readonly same: number;
  readonly known: number;
  /** The lines of the others. */
  readonly otherLines: readonly number[];
}

/** What came of a replay. */
export interface Comparison {
  /** Name of the log. */
  readonly log: string;
  readonly requests: number;
  readonly differences: readonly Difference[];
  readonly leftOut: Recording["leftOut"];
  /** How well the old policy does what the log says that it did. */
  readonly asLogged: { readonly status: Share; readonly hit: Share };
  /** Fetches that the log has no answer for, of both. */
  readonly unknown: number;
}

/** One kind of difference, and what it was, the most frequent first. */
interface Kind {
  readonly kind: string;
  readonly requests: number;
  readonly changes: readonly (Omit<Change, "kind"> & {
    readonly requests: number;
    readonly first: RecordedRequest;
  })[];
}

/** Differences by kind, the most frequent first. */
function kindsOf(differences: readonly Difference[]): readonly Kind[] {
  const all = differences.flatMap(({ request, changes }) => changes.map((change) => ({ request, change })));
  return grouped(all, ({ change }) => change.kind)
    .map(([kind, ofKind]) => ({
      kind,
      requests: ofKind.length,
      changes: grouped(ofKind, ({ change }) => `${change.old}\n${change.new}`).flatMap(([, same]) => {
        const [first] = same;
        if (!first) return [];
        const { old, new: now } = first.change;
        return [{ old, new: now, requests: same.length, first: first.request }];
      }),
    }))
    .map((kind) => ({ ...kind, changes: kind.changes.sort((a, b) => b.requests - a.requests) }))
    .sort((a, b) => b.requests - a.requests);
}

function grouped<Item>(items: readonly Item[], keyOf: (item: Item) => string): [string, Item[]][] {
  const groups = new Map<string, Item[]>();
  for (const item of items) {
    const group = groups.get(keyOf(item));
    if (group) group.push(item);
    else groups.set(keyOf(item), [item]);
  }
  return [...groups];
}

/** How many changes of a kind the summary names. */
const mostNamed = 5;

/** For people: each request that differs, at most `limit` of them, and a summary by kind. */
export function replayText(comparison: Comparison, limit: number, paint: Paint): string {
  const { log, differences } = comparison;
  const shown = differences.slice(0, limit).map(({ request, changes }) => {
    const lines = changes.map(
      ({ kind, old, new: now }) => `  ${kind}: ${paint.bad(old)} → ${paint.good(now)}`,
    );
    return `${placeText(log, request)}\n${lines.join("\n")}\n`;
  });
  const more = differences.length - shown.length;
  if (more > 0 && limit > 0) shown.push(`… and ${more} more (--limit)\n`);
  const summary = kindsOf(differences).map((kind) => kindText(log, kind, paint));
  return [...shown, ...summary, endText(comparison, paint)].join("\n");
}

function kindText(log: string, { kind, requests, changes }: Kind, paint: Paint): string {
  const lines = changes
    .slice(0, mostNamed)
    .map(
      ({ old, new: now, requests: count, first }) =>
        `  ${String(count).padStart(6)}  ${paint.bad(old)} → ${paint.good(now)}  ${paint.dim(placeText(log, first))}`,
    );
  const more = changes.length - lines.length;
  if (more > 0) lines.push(`          and ${more} more`);
  return `${kind}: ${plural(requests, "request")}\n${lines.join("\n")}\n`;
}

function endText(
  { log, requests, differences, leftOut, asLogged, unknown }: Comparison,
  paint: Paint,
): string {
  const lines: string[] = [];
  const [first] = leftOut;
  if (first)
    lines.push(
      `${plural(leftOut.length, "request")} left out, the first at ${log}:${first.line}: ${first.why}`,
    );
  const shares = Object.entries(asLogged)
    .filter(([, { known }]) => known > 0)
    .map(
      ([
        what,
        {
          same,
          known,
          otherLines: [other],
        },
      ]) => {
        const first = other === undefined ? "" : ` (the first other is ${log}:${other})`;
        return `${what} of ${same} of ${known}${first}`;
      },
    );
  if (shares.length > 0) lines.push(`the old policy does as the log says: ${shares.join(", ")}`);
  if (unknown > 0)
    lines.push(`${plural(unknown, "fetch", "es")} got an empty 200: the log has no answer for them`);
  const verdict = `${plural(requests, "request")} replayed, ${differences.length} ${differences.length === 1 ? "differs" : "differ"}`;
  lines.push(differences.length === 0 ? paint.good(verdict) : paint.bad(verdict));
  return `${lines.join("\n")}\n`;
}

function placeText(log: string, { line, method, url }: RecordedRequest): string {
  return `${log}:${line}: ${method} ${url}`;
}

function plural(count: number, what: string, ending = "s"): string {
  return `${count} ${what}${count === 1 ? "" : ending}`;
}

/** For programs. */
export function replayJson({ requests, differences, leftOut, asLogged, unknown }: Comparison): string {
  const document = {
    ...{ requests, differing: differences.length, unknownFetches: unknown, asLogged },
    leftOut,
    kinds: kindsOf(differences).map(({ changes, ...kind }) => ({
      ...kind,
      changes: changes.map(({ first, ...change }) => ({ ...change, firstLine: first.line })),
    })),
    differences: differences.map(({ request: { line, method, url, time, headers, client }, changes }) => ({
      ...{ line, method, url, time, client, headers, changes },
    })),
  };
  return `${JSON.stringify(document, undefined, 2)}\n`;
}
