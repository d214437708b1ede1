import { shown } from "../test/shown.js";
import type { Field } from "./recording.js";
import type { Outcome } from "./replay-policy.js";

/** A difference between what two policies made of one request. */
export interface Change {
  /** `status`, `response header X-A`, `ttl` … */
  readonly kind: string;
  readonly old: string;
  readonly new: string;
}

/** Fields that differ from run to run, or follow from other differences. */
const noise = new Set(["x-varnish", "age", "date", "content-length"]);

/** Everything that is not the same. */
export function changesOf(before: Outcome, after: Outcome): readonly Change[] {
  const changes: Change[] = [];
  const compare = (kind: string, old: string, now: string): void => {
    if (old !== now) changes.push({ kind, old, new: now });
  };
  compare("status", statusText(before), statusText(after));
  compare("cache", before.cache ?? "none", after.cache ?? "none");
  compareFields("response header", before.headers, after.headers, compare);
  compare("body", bodyText(before), bodyText(after));
  compare("hash", hashText(before.hash), hashText(after.hash));
  compareFetches(before, after, compare);
  for (const what of ["ttl", "grace", "keep"] as const)
    if (before.times && after.times)
      compare(what, secondsText(before.times[what]), secondsText(after.times[what]));
  return changes;
}

type Compare = (kind: string, old: string, now: string) => void;

function statusText({ status, reason }: Outcome): string {
  return status === undefined ? "no response" : `${status} ${reason}`.trim();
}

/** A body that names its transaction is the same as another that does. */
function bodyText({ body }: Outcome): string {
  const text = body.replace(/XID: \d+/g, "XID: …");
  return text.length > 80 ? `${text.length} bytes, ${shown(text.slice(0, 60))}…` : shown(text);
}

/** Each hash_data ends with a zero byte. */
function hashText(input: string | undefined): string {
  return input === undefined ? "none" : input.replace(/\0$/, "").split("\0").map(shown).join(" ");
}

function secondsText(seconds: number): string {
  return `${Number(seconds.toFixed(3))}s`;
}

function compareFields(
  kind: string,
  before: readonly Field[],
  after: readonly Field[],
  compare: Compare,
): void {
  const names = new Map<string, string>();
  for (const [name] of [...before, ...after])
    if (!noise.has(name.toLowerCase())) names.set(name.toLowerCase(), names.get(name.toLowerCase()) ?? name);
  for (const [lower, name] of names)
    compare(`${kind} ${name}`, valuesOf(before, lower), valuesOf(after, lower));
}

function valuesOf(fields: readonly Field[], lower: string): string {
  const values = fields.filter(([name]) => name.toLowerCase() === lower).map(([, value]) => shown(value));
  return values.join(", ") || "none";
}

/** Where one asked a backend and the other did not, that is told, unless hit and miss have told it already. */
function compareFetches(before: Outcome, after: Outcome, compare: Compare): void {
  const [first, second] = [before.fetches[0], after.fetches[0]];
  if (first && second) {
    compare("backend", first.backend, second.backend);
    compare("backend request", first.request, second.request);
    compareFields("backend request header", first.headers, second.headers, compare);
  }
  if (before.cache === after.cache || (first && second))
    compare("number of fetches", String(before.fetches.length), String(after.fetches.length));
}
