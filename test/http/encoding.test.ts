import { describe, expect, test } from "vitest";
import {
  allowsGzip,
  askForInclude,
  codingWeight,
  washAcceptEncoding,
} from "../../src/runtime/http/accept-encoding.js";
import { nowEncoded, nowPlain, varyOnEncoding, weakenEtag } from "../../src/runtime/http/encoding-headers.js";
import { HttpHeaders } from "../../src/runtime/http/index.js";

const fields = (http: HttpHeaders) => [...http].map(([name, value]) => `${name}: ${value}`);

describe("Accept-Encoding", () => {
  test.each([
    ["gzip", true],
    ["GZIP", true],
    ["x-gzip", true],
    ["x-gzip;q=0", true],
    ["gzip;q=0.001", true],
    ["deflate, gzip;q=1.0, *;q=0.5", true],
    ["br , gzip", true],
    ["gzip ; q=0.5", true],
    ["gzip;q=0", false],
    ["gzip; q=0", false],
    ["gzip;q=0.000", false],
    ["gzip;q=x", false],
    ["gzip;level=1", false],
    ["*", false],
    ["br, deflate", false],
    ["identity", false],
    ["gzipped", false],
    ["", false],
    [undefined, false],
  ])("%s: gzip %s", (value, allowed) => {
    expect(allowsGzip(value)).toBe(allowed);
  });

  test("says a weight for each coding", () => {
    expect(codingWeight("br;q=0.5, zstd", "br")).toBe(0.5);
    expect(codingWeight("br;q=0.5, zstd", "zstd")).toBe(1);
    expect(codingWeight("br", "zstd")).toBeUndefined();
  });

  test("of a request becomes gzip or nothing", () => {
    const washed = (value: string) => {
      const http = new HttpHeaders([["Accept-Encoding", value]]);
      washAcceptEncoding(http);
      return fields(http);
    };
    expect(washed("deflate, GZIP")).toEqual(["Accept-Encoding: gzip"]);
    expect(washed("gzip")).toEqual(["Accept-Encoding: gzip"]);
    expect(washed("br")).toEqual([]);
  });

  test("of an include is what the parent can hold", () => {
    const http = new HttpHeaders([["Accept-Encoding", "br"]]);
    askForInclude(http, true);
    expect(fields(http)).toEqual(["Accept-Encoding: gzip"]);
    askForInclude(http, false);
    expect(fields(http)).toEqual([]);
  });
});

describe("headers of a body that was packed or unpacked", () => {
  test("Vary: several fields are joined, and Accept-Encoding is added unless it is there", () => {
    const varied = (...values: string[]) => {
      const http = new HttpHeaders(values.map((value) => ["Vary", value] as const));
      varyOnEncoding(http);
      return http.all("vary");
    };
    expect(varied()).toEqual(["Accept-Encoding"]);
    expect(varied("Cookie")).toEqual(["Cookie, Accept-Encoding"]);
    expect(varied("Cookie", "X-A")).toEqual(["Cookie, X-A, Accept-Encoding"]);
    expect(varied("Cookie, accept-encoding")).toEqual(["Cookie, accept-encoding"]);
    expect(varied("*")).toEqual(["*, Accept-Encoding"]);
  });

  test("ETag: weak, with or without quotes, once", () => {
    for (const [etag, weak] of [
      ['"abc"', 'W/"abc"'],
      ["abc", "W/abc"],
      ['W/"abc"', 'W/"abc"'],
    ] as const) {
      const http = new HttpHeaders([["ETag", etag]]);
      weakenEtag(http);
      expect(http.get("etag")).toBe(weak);
    }
  });

  test("packed and plain", () => {
    const http = new HttpHeaders([
      ["Content-Length", "5"],
      ["ETag", '"a"'],
      ["Age", "1"],
    ]);
    nowEncoded(http, "gzip");
    expect(fields(http)).toEqual([
      "Age: 1",
      'ETag: W/"a"',
      "Content-Encoding: gzip",
      "Vary: Accept-Encoding",
    ]);
    nowPlain(http);
    expect(fields(http)).toEqual(["Age: 1", 'ETag: W/"a"', "Vary: Accept-Encoding"]);
  });
});
