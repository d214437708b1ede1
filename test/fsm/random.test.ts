import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { settled, type OriginResponse } from "../../src/host/memory/index.js";
import { World } from "./world.js";

const response: fc.Arbitrary<OriginResponse> = fc.record(
  {
    status: fc.constantFrom(200, 200, 200, 304, 404, 500),
    latency: fc.constantFrom(0, 0.5, 1, 3),
    body: fc.constantFrom("", "short", "x".repeat(5000)),
    failure: fc.constantFrom(undefined, undefined, undefined, undefined, "refused"),
    breaks: fc.constantFrom(undefined, undefined, undefined, "reset"),
    headers: fc.constantFrom(
      {},
      { "Cache-Control": "max-age=0" },
      { "Cache-Control": "max-age=2", ETag: '"1"' },
      { Vary: "X-V" },
    ),
  },
  { requiredKeys: [] },
) as fc.Arbitrary<OriginResponse>;

const step = fc.record({
  url: fc.constantFrom("/a", "/b"),
  variant: fc.constantFrom("1", "2"),
  method: fc.constantFrom("GET", "GET", "GET", "HEAD", "POST", "PURGE"),
  wait: fc.constantFrom(0, 0, 0.3, 1, 5),
  leaves: fc.boolean(),
});

const actions = fc.record({
  hit: fc.constantFrom("deliver", "deliver", "pass", "restart", "fail"),
  miss: fc.constantFrom("fetch", "fetch", "pass", "restart", "fail"),
  fetch: fc.constantFrom("fetch", "fetch", "abandon", "fail"),
  response: fc.constantFrom(undefined, undefined, "deliver", "retry", "pass", "abandon"),
  deliver: fc.constantFrom("deliver", "deliver", "restart", "fail"),
  stream: fc.boolean(),
});

describe("whatever backends, clients and VCL do", () => {
  it("every request is answered, nobody waits for ever, and nothing is held afterwards", async () => {
    const runs = fc.asyncProperty(
      fc.array(response, { minLength: 1, maxLength: 6 }),
      fc.array(step, { minLength: 1, maxLength: 20 }),
      fc.array(actions, { minLength: 1, maxLength: 4 }),
      async (responses, steps, policies) => {
        let fetches = 0;
        let calls = 0;
        const policy = () => policies[calls++ % policies.length]!;
        const world = new World(
          {
            vcl_recv: ({ req }) => (req.method === "PURGE" ? "purge" : undefined),
            vcl_hit: () => policy().hit,
            vcl_miss: () => policy().miss,
            vcl_deliver: () => policy().deliver,
            vcl_backend_fetch: () => policy().fetch,
            vcl_backend_response({ beresp }) {
              const { stream, response: action } = policy();
              beresp.do_stream = stream;
              beresp.keep = 5;
              return action;
            },
          },
          { origin: () => responses[fetches++ % responses.length]!, storage: 20_000 },
        );
        const started = [];
        for (const { url, variant, method, wait, leaves } of steps) {
          const running = world.start({ url, method, headers: { "X-V": variant } });
          started.push(running);
          await world.advance(wait);
          if (leaves) running.exchange.leave();
        }
        for (let i = 0; i < 20; i++) await world.advance(30);
        await Promise.all(started.map(({ done }) => done));
        await settled();
        for (const [index, { exchange }] of started.entries()) {
          if (!steps[index]?.leaves) expect(exchange.head).toBeDefined();
        }
        expect(world.vcl.references).toBe(0);
        expect(world.log("Error").filter((text) => text.startsWith("Internal"))).toEqual([]);
        expect(world.storage.used_space).toBeLessThanOrEqual(20_000);
      },
    );
    await fc.assert(runs, { numRuns: 200, timeout: 3000 });
  }, 60_000);
});
