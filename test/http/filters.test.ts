import { describe, expect, test } from "vitest";
import {
  HttpHeaders,
  checkConnection,
  filterHeaders,
  noteConnection,
  withoutConnectionNames,
  type FilterClass,
} from "../../src/runtime/http/index.js";

const all = [
  "Connection",
  "HTTP2-Settings",
  "Keep-Alive",
  "Transfer-Encoding",
  "Upgrade",
  "TE",
  "Trailer",
  "Accept-Ranges",
  "Range",
  "Cache-Control",
  "If-Match",
  "If-Modified-Since",
  "If-None-Match",
  "If-Range",
  "If-Unmodified-Since",
  "Content-Range",
  "Proxy-Authenticate",
  "Proxy-Authorization",
  "Age",
  "Content-Length",
  "X-Other",
];

function kept(filter: FilterClass): string[] {
  const headers = new HttpHeaders(all.map((name) => [name, "close"] as const));
  return filterHeaders(headers, filter)
    .toRaw()
    .map(([name]) => name);
}

describe("header copies", () => {
  test("a pass keeps conditional, range and cache headers", () => {
    expect(kept("pass")).toEqual(all.slice(8));
  });
  test("a fetch drops what asks for less than the whole object", () => {
    expect(kept("fetch")).toEqual(["Age", "Content-Length", "X-Other"]);
  });
  test("a cacheable object keeps no range and age headers", () => {
    expect(kept("insert")).toEqual([
      "Cache-Control",
      ...all.filter((name) => name.startsWith("If-")),
      "Content-Length",
      "X-Other",
    ]);
  });
  test("an uncacheable object loses Age and Accept-Ranges", () => {
    const lost = ["Age", "Accept-Ranges"];
    expect(kept("store")).toEqual(all.slice(7).filter((name) => !lost.includes(name)));
  });

  test("headers that Connection names are dropped from every copy", () => {
    const headers = new HttpHeaders([
      ["Connection", "X-Hop, close"],
      ["x-hop", "1"],
      ["X-End", "2"],
    ]);
    noteConnection(headers);
    expect(filterHeaders(headers, "pass").toRaw()).toEqual([["X-End", "2"]]);
    expect(
      withoutConnectionNames(headers)
        .toRaw()
        .map(([name]) => name),
    ).toEqual(["Connection", "X-End"]);
    const refused = new HttpHeaders([
      ["Connection", "X-A, Content-Type, X-B"],
      ["Content-Type", "a"],
      ["X-A", "1"],
      ["X-B", "2"],
    ]);
    noteConnection(refused);
    expect(filterHeaders(refused, "insert").toRaw()).toEqual([
      ["Content-Type", "a"],
      ["X-B", "2"],
    ]);
    headers.set("X-Hop", "of VCL");
    expect(filterHeaders(headers, "pass").get("x-hop")).toBe("of VCL");
  });

  test("order and duplicates stay, and the original is untouched", () => {
    const headers = new HttpHeaders([
      ["B", "1"],
      ["A", "2"],
      ["TE", "x"],
      ["B", "3"],
    ]);
    expect(filterHeaders(headers, "fetch").toRaw()).toEqual([
      ["B", "1"],
      ["A", "2"],
      ["B", "3"],
    ]);
    expect(headers.size).toBe(4);
  });
});

describe("Connection", () => {
  const check = (value: string) => checkConnection(new HttpHeaders([["Connection", value]]));
  test("may not name a header that survives a pass", () => {
    expect(check("Host").bad).toBe(true);
    expect(check("close, cache-control").bad).toBe(true);
  });
  test("may name connection-level and unknown headers", () => {
    expect(check("Keep-Alive, X-Foo, TE").bad).toBe(false);
  });
  test("tells close and keep-alive", () => {
    expect(check("Close")).toEqual({ bad: false, close: true, keepAlive: false, last: "close" });
    expect(check("keep-alive").keepAlive).toBe(true);
    expect(check("close, x, Keep-Alive")).toEqual({
      bad: false,
      close: true,
      keepAlive: true,
      last: "keep-alive",
    });
  });
});
