import type { MemoryResponse } from "../../host/memory/index.js";
import { shown } from "./shown.js";
import type { Expectations } from "./test-case.js";

/** An expectation that was not met. */
export interface Unmet {
  readonly what: string;
  /** Of one that stands on a line of its own: `FILE:LINE`. */
  readonly at?: string;
  readonly expected: string;
  readonly got: string;
}

/** What came of a step. */
export interface Outcome {
  readonly response: MemoryResponse | undefined;
  /** Why there is no response. */
  readonly problem: string | undefined;
  /** How often each backend was asked. */
  readonly calls: ReadonlyMap<string, number>;
  readonly cookies: ReadonlyMap<string, string>;
  /** Texts that the policy logged. */
  readonly log: readonly string[];
}

/** Everything that is not as expected. */
export function unmetOf(wanted: Expectations, outcome: Outcome): readonly Unmet[] {
  const found: Unmet[] = [];
  const { response } = outcome;
  if (response) found.push(...unmetOfResponse(wanted, response));
  else if (outcome.problem !== undefined)
    found.push({ what: "response", expected: `a ${wanted.status ?? 200}`, got: outcome.problem });
  const total = [...outcome.calls.values()].reduce((sum, count) => sum + count, 0);
  const { backendCalls } = wanted;
  if (backendCalls !== undefined) expectSame(found, "calls of backends", backendCalls, total);
  for (const [name, calls] of wanted.callsByBackend)
    expectSame(found, `calls of backend ${name}`, calls, outcome.calls.get(name) ?? 0);
  if (wanted.backendUsed !== undefined && !outcome.calls.has(wanted.backendUsed)) {
    const used = [...outcome.calls.keys()].join(", ") || "none";
    found.push({ what: "backend", expected: wanted.backendUsed, got: used });
  }
  for (const [name, value] of wanted.cookies)
    expectSame(found, `cookie ${name}`, value, outcome.cookies.get(name));
  for (const text of wanted.log) {
    if (!outcome.log.some((line) => line.includes(text)))
      found.push({
        what: "log",
        expected: `a record with ${shown(text)}`,
        got: outcome.log.map(shown).join(", ") || "none",
      });
  }
  return found;
}

function unmetOfResponse(wanted: Expectations, response: MemoryResponse): readonly Unmet[] {
  const found: Unmet[] = [];
  if (wanted.status !== undefined) expectSame(found, "status", wanted.status, response.status);
  if (wanted.reason !== undefined) expectSame(found, "reason", wanted.reason, response.reason);
  for (const [name, value] of wanted.headers)
    expectSame(found, `header ${name}`, value, response.header(name.toLowerCase()));
  const body = Buffer.from(response.body, "latin1").toString("utf8");
  if (wanted.body !== undefined) expectSame(found, "body", wanted.body, body);
  const { bodyContains, hit, ageGt, ageLt } = wanted;
  if (bodyContains !== undefined && !body.includes(bodyContains))
    found.push({ what: "body", expected: `something with ${shown(bodyContains)}`, got: shown(body) });
  if (hit !== undefined && hit !== isHit(response)) {
    const header = response.header("x-varnish") ?? "none";
    found.push({
      what: "cache",
      expected: hit ? "a hit" : "a miss",
      got: `${hit ? "a miss" : "a hit"} (X-Varnish: ${header})`,
    });
  }
  const age = Number(response.header("age") ?? NaN);
  if (ageGt !== undefined && !(age > ageGt))
    found.push({ what: "Age", expected: `more than ${ageGt}`, got: ageText(age) });
  if (ageLt !== undefined && !(age < ageLt))
    found.push({ what: "Age", expected: `less than ${ageLt}`, got: ageText(age) });
  return found;
}

type Value = string | number | undefined;

function expectSame(found: Unmet[], what: string, expected: Value, got: Value): void {
  if (expected !== got) found.push({ what, expected: shown(expected), got: shown(got) });
}

function ageText(age: number): string {
  return Number.isNaN(age) ? "no Age" : String(age);
}

/** X-Varnish has a second number for a hit; without that header, an Age says it. */
function isHit(response: MemoryResponse): boolean {
  const numbers = response.header("x-varnish")?.trim().split(/\s+/);
  return numbers ? numbers.length === 2 : Number(response.header("age") ?? 0) > 0;
}
