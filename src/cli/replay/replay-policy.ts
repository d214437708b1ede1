import type { MemoryResponse } from "../../host/memory/index.js";
import { cacheIn } from "../test/vcl/last-request.js";
import { PolicyWorld, type Policies } from "../test/policy.js";
import { RecordedOrigins } from "./answers.js";
import { without, type Field, type RecordedRequest, type Recording } from "./recording.js";

/** A request to a backend. */
export interface Fetch {
  readonly backend: string;
  readonly request: string;
  readonly headers: readonly Field[];
}

/** What a policy made of a request. */
export interface Outcome {
  readonly status: number | undefined;
  readonly reason: string;
  readonly headers: readonly Field[];
  readonly body: string;
  /** `hit`, `miss`, `pass` … */
  readonly cache: string | undefined;
  /** What hash_data put together. */
  readonly hash: string | undefined;
  readonly fetches: readonly Fetch[];
  /** Of what was delivered, in seconds; undefined where it is nothing that others may get. */
  readonly times: { readonly ttl: number; readonly grace: number; readonly keep: number } | undefined;
}

export interface Replayed {
  readonly outcomes: readonly Outcome[];
  /** Fetches that the log has no answer for. */
  readonly unknown: number;
}

/** Runs the requests of a log through a policy, each at its time. Rejects with a PolicyFailure where it does not load. */
export async function replayPolicy(recording: Recording, policies: Policies): Promise<Replayed> {
  const { requests } = recording;
  const start = requests.find(({ time }) => time !== undefined)?.time;
  const world = new PolicyWorld(start);
  const origins = new RecordedOrigins(recording, () => world.host.now());
  world.backends.rest = (request) => origins.answer(request);
  // No log says what probes were answered; that a fetch failed it does.
  world.backends.arePolled = false;
  const outcomes: Outcome[] = [];
  try {
    await world.loadPolicies(policies);
    for (const request of requests) {
      const wait = (request.time ?? -Infinity) - world.host.now();
      if (wait > 0) await world.advance(wait);
      origins.begin(request);
      world.trace.take();
      world.backends.takeReceived();
      const response = await world.request(asSent(request)).catch(() => undefined);
      outcomes.push(outcomeOf(world, response));
    }
  } finally {
    await world.end();
  }
  return { outcomes, unknown: origins.unknown };
}

const ofBody = new Set(["content-length", "transfer-encoding"]);

function asSent({ method, url, proto, headers, body, client }: RecordedRequest) {
  return {
    ...{ method, url, proto, headers: without(headers, ofBody) },
    ...(body !== undefined && { body }),
    client: { address: client ?? "127.0.0.1", port: 40_000 },
  };
}

function outcomeOf(world: PolicyWorld, response: MemoryResponse | undefined): Outcome {
  const { delivered, lastTask } = world;
  const isShared = delivered && !delivered.isPrivate && !delivered.hitForMiss;
  return {
    status: response?.status,
    reason: response?.reason ?? "",
    headers: response?.headers ?? [],
    body: response?.body ?? "",
    cache: cacheIn(world.trace.take()),
    hash: lastTask?.req.hashInput,
    fetches: world.backends.takeReceived().map(({ name, request: { method, url, headers } }) => ({
      ...{ backend: name, request: `${method} ${url}`, headers },
    })),
    times: isShared ? { ttl: delivered.ttl, grace: delivered.grace, keep: delivered.keep } : undefined,
  };
}
