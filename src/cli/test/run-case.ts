import type { MemoryResponse } from "../../host/memory/index.js";
import { unmetOf, type Outcome, type Unmet } from "./check-expectations.js";
import { CookieJar } from "./cookie-jar.js";
import { PolicyWorld, type Policies } from "./policy.js";
import type { Place, RequestSpec, StepSpec, TestCase } from "./test-case.js";
import { callsIn, loggedIn, type TraceEntry } from "./trace.js";

/** A step, or a whole test, that did not go as expected. */
export interface Failure {
  readonly place: Place;
  /** What was asked, and when: `GET /page at 30s`. */
  readonly step: string;
  readonly unmet: readonly Unmet[];
  /** What the policy did meanwhile. */
  readonly trace: readonly TraceEntry[];
}

/** Seconds that steps take: what ends a minute after a step has ended at the step that is a minute later, as it would have on a clock of this world. */
const moment = 0.001;

/** Runs a test in a world of its own. Rejects with a PolicyFailure where the policy does not load. */
export async function runCase(test: TestCase, policies: Policies): Promise<readonly Failure[]> {
  const world = await PolicyWorld.load(policies, test.backends);
  const jar = new CookieJar();
  const failures: Failure[] = [];
  try {
    for (const [index, step] of test.steps.entries()) {
      const failure = await runStep(world, jar, { ...step, later: index * moment }, test.isScenario);
      if (failure) failures.push(failure);
    }
  } finally {
    await world.end();
  }
  return failures;
}

async function runStep(
  world: PolicyWorld,
  jar: CookieJar,
  { later, ...step }: StepSpec & { readonly later: number },
  isScenario: boolean,
): Promise<Failure | undefined> {
  const wait = step.at + later - world.elapsed;
  if (wait > 0) await world.advance(wait);
  for (const [name, backend] of step.backends) world.backends.set(name, backend);
  world.trace.take();
  const { request } = step;
  const [response, problem] = request ? await ask(world, jar, request) : [undefined, undefined];
  const trace = world.trace.take();
  const cookies = jar.for(request?.url ?? "/", world.host.now());
  const outcome: Outcome = { response, problem, cookies, calls: callsIn(trace), log: loggedIn(trace) };
  const unmet = unmetOf(step.expectations, outcome);
  if (unmet.length === 0) return undefined;
  const asked = request ? `${request.method} ${request.url}` : "no request";
  return { place: step.place, step: isScenario ? `${asked} at ${step.at}s` : asked, unmet, trace };
}

async function ask(
  world: PolicyWorld,
  jar: CookieJar,
  { method, url, headers, body, client }: RequestSpec,
): Promise<readonly [MemoryResponse | undefined, string | undefined]> {
  const now = world.host.now();
  const has = (wanted: string): boolean => headers.some(([name]) => name.toLowerCase() === wanted);
  const cookies = [...jar.for(url, now)].map(([name, value]) => `${name}=${value}`).join("; ");
  const bytes = body === undefined ? undefined : Buffer.from(body, "utf8").toString("latin1");
  const all = [
    ...(has("host") ? [] : [["Host", "localhost"] as const]),
    ...headers,
    ...(cookies === "" || has("cookie") ? [] : [["Cookie", cookies] as const]),
    ...(bytes === undefined || has("content-length")
      ? []
      : [["Content-Length", String(bytes.length)] as const]),
  ];
  try {
    const response = await world.request({
      ...{ method, url, headers: all },
      ...(bytes !== undefined && { body: bytes }),
      client: { address: client ?? "127.0.0.1", port: 40_000 },
    });
    for (const [name, value] of response.headers)
      if (name.toLowerCase() === "set-cookie") jar.store(value, url, world.host.now());
    return [response, undefined];
  } catch (error) {
    return [undefined, error instanceof Error ? error.message : String(error)];
  }
}
