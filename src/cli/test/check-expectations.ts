import type { MemoryResponse } from "../../host/memory/index.js";
import type { Expectations } from "./test-case.js";

/** An expectation that was not met. */
export interface Unmet {
  readonly what: string;
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
  const expect = (
    what: string,
    expected: string | number | undefined,
    got: string | number | undefined,
  ): void => {
    if (expected !== undefined && expected !== got)
      found.push({ what, expected: shown(expected), got: shown(got) });
  };
  const { response } = outcome;
  if (response) found.push(...unmetOfResponse(wanted, response));
  else if (outcome.problem !== undefined)
    found.push({ what: "response", expected: `a ${wanted.status ?? 200}`, got: outcome.problem });
  const total = [...outcome.calls.values()].reduce((sum, count) => sum + count, 0);
  expect("calls of backends", wanted.backendCalls, total);
  for (const [name, calls] of wanted.callsByBackend)
    expect(`calls of backend ${name}`, calls, outcome.calls.get(name) ?? 0);
  if (wanted.backendUsed !== undefined && !outcome.calls.has(wanted.backendUsed)) {
    const used = [...outcome.calls.keys()].join(", ") || "none";
    found.push({ what: "backend", expected: wanted.backendUsed, got: used });
  }
  for (const [name, value] of wanted.cookies) expect(`cookie ${name}`, value, outcome.cookies.get(name));
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
  const expect = (
    what: string,
    expected: string | number | undefined,
    got: string | number | undefined,
  ): void => {
    if (expected !== got) found.push({ what, expected: shown(expected), got: shown(got) });
  };
  if (wanted.status !== undefined) expect("status", wanted.status, response.status);
  if (wanted.reason !== undefined) expect("reason", wanted.reason, response.reason);
  for (const [name, value] of wanted.headers)
    expect(`header ${name}`, value, response.header(name.toLowerCase()));
  const body = Buffer.from(response.body, "latin1").toString("utf8");
  if (wanted.body !== undefined) expect("body", wanted.body, body);
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

function ageText(age: number): string {
  return Number.isNaN(age) ? "no Age" : String(age);
}

/** X-Varnish has a second number for a hit; without that header, an Age says it. */
function isHit(response: MemoryResponse): boolean {
  const numbers = response.header("x-varnish")?.trim().split(/\s+/);
  return numbers ? numbers.length === 2 : Number(response.header("age") ?? 0) > 0;
}

function shown(value: string | number | undefined): string {
  if (value === undefined) return "none";
  return typeof value === "string" ? JSON.stringify(value) : String(value);
}
