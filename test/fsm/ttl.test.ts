import { describe, expect, it } from "vitest";
import { computeFreshness } from "../../src/runtime/fsm/ttl.js";
import { HttpHeaders } from "../../src/runtime/http/index.js";
import { defaultParameters } from "../../src/runtime/parameters.js";
import { World } from "./world.js";

const now = 1_735_689_600;
const date = (offset: number): string => new Date((now + offset) * 1000).toUTCString();

function freshness(headers: Record<string, string>, status = 200): Record<string, number> {
  const { ttl, grace, origin } = computeFreshness(
    new HttpHeaders(Object.entries(headers)),
    status,
    now,
    defaultParameters,
  ).freshness;
  return { ttl, grace, age: now - origin };
}

describe("freshness of a response", () => {
  const cases: readonly (readonly [string, Record<string, string>, number])[] = [
    ["nothing said: default_ttl", {}, 120],
    ["max-age", { "Cache-Control": "max-age=10" }, 10],
    ["s-maxage goes before max-age", { "Cache-Control": "max-age=10, s-maxage=20" }, 20],
    ["a negative number counts as 0", { "Cache-Control": "max-age=-5" }, 0],
    ["what is no number counts as 0", { "Cache-Control": "max-age=soon" }, 0],
    ["so does nothing behind =", { "Cache-Control": "max-age=" }, 0],
    ["a name without = counts for nothing", { "Cache-Control": "s-maxage, max-age=10" }, 10],
    ["too large a number is the largest", { "Cache-Control": "max-age=99999999999" }, 4294967295],
    ["max-age goes before Expires", { "Cache-Control": "max-age=10", Expires: date(60) }, 10],
    ["Expires with a Date that agrees counts from now", { Expires: date(60), Date: date(5) }, 60],
    ["Expires with a Date that does not agree counts from it", { Expires: date(60), Date: date(-100) }, 160],
    ["Expires without Date counts from now", { Expires: date(60) }, 60],
    ["Expires before Date is 0", { Expires: date(-200), Date: date(-100) }, 0],
    ["Expires in the past is 0", { Expires: date(-3) }, 0],
    [
      "Expires at the beginning of the epoch counts for nothing",
      { Expires: "Thu, 01 Jan 1970 00:00:00 GMT" },
      120,
    ],
    ["Expires a second later is in the past", { Expires: "Thu, 01 Jan 1970 00:00:01 GMT" }, 0],
    ["Expires that is no date counts for nothing", { Expires: "0" }, 120],
  ];
  for (const [title, headers, ttl] of cases) {
    it(title, () => expect(freshness(headers)["ttl"]).toBe(ttl));
  }

  it("by status: some always, some when told, all others never", () => {
    for (const status of [200, 203, 204, 300, 301, 304, 404, 410, 414]) {
      expect(freshness({}, status)["ttl"]).toBe(120);
    }
    for (const status of [302, 307]) {
      expect(freshness({}, status)["ttl"]).toBe(-1);
      expect(freshness({ "Cache-Control": "max-age=5" }, status)["ttl"]).toBe(5);
    }
    for (const status of [201, 400, 500, 503]) {
      expect(freshness({ "Cache-Control": "max-age=5" }, status)["ttl"]).toBe(-1);
    }
  });

  it("Age counts back; what is no number counts for nothing", () => {
    expect(freshness({ Age: "30" })["age"]).toBe(30);
    expect(freshness({ Age: "-1" })["age"]).toBe(0);
    expect(freshness({ Age: "x" })["age"]).toBe(0);
  });

  it("stale-while-revalidate is the grace, where the response can be cached", () => {
    expect(freshness({ "Cache-Control": "max-age=1, stale-while-revalidate=77" })["grace"]).toBe(77);
    expect(freshness({ "Cache-Control": "stale-while-revalidate=77" }, 500)["grace"]).toBe(10);
    expect(freshness({})["grace"]).toBe(10);
  });
});

describe("beresp.ttl, grace and keep", () => {
  it("ttl is what is left: the age counts in, and nothing is negative", async () => {
    const seen: unknown[] = [];
    const world = new World(
      {
        vcl_backend_response({ beresp }) {
          seen.push([beresp.ttl, beresp.age]);
          beresp.ttl = 50;
          seen.push(beresp.ttl);
          beresp.ttl = -500;
          beresp.grace = -1;
          beresp.keep = Number.NaN;
          seen.push([beresp.ttl + beresp.age, beresp.grace, beresp.keep]);
        },
      },
      { origin: () => ({ headers: { Age: "100", "Cache-Control": "max-age=100" } }) },
    );
    await world.get();
    expect(seen).toEqual([[0, 100], 50, [0, 0, 0]]);
    expect(world.log("TTL")[0]).toBe(`RFC 100 10 0 ${now} ${now - 100} ${now} 0 100 cacheable`);
    expect(world.log("TTL")[1]).toBe(`VCL 150 10 0 ${now - 100} cacheable`);
  });

  it("uncacheable cannot be taken back", async () => {
    const world = new World({
      vcl_backend_response({ beresp }) {
        beresp.uncacheable = true;
        beresp.uncacheable = false;
        expect(beresp.uncacheable).toBe(true);
      },
    });
    await world.get();
    expect(world.log("VCL_Error")).toEqual(["Ignoring attempt to reset beresp.uncacheable"]);
  });
});
