import { describe, expect, test } from "vitest";
import { header, HttpHeaders } from "../../src/runtime/http/index.js";
import { VclReturn } from "../../src/runtime/values/failure.js";
import type { VclSub } from "../../src/runtime/vcl/vpi.js";
import { ip } from "../../src/runtime/values/ip.js";
import * as std from "../../src/vmod/std/index.js";
import { matchGlob } from "../../src/vmod/std/fnmatch.js";
import { formatTime } from "../../src/vmod/std/strftime.js";
import { makeBackend, makeTask } from "../support/vmod-task.js";

const task = makeTask("client", "vcl_recv");

describe("numbers", () => {
  test("random scales the host's random number", () => {
    task.host.randoms.push(0.5, 0);
    expect(std.random(task, 8, 10)).toBe(9);
    expect(std.random(task, 8, 10)).toBe(8);
  });

  test.each([
    [2.5, 3],
    [-2.5, -3],
    [2.4, 2],
    [0.49999999999999994, 0],
  ])("round(%d) is %d: halves go away from zero", (value, rounded) => {
    expect(std.round(task, value)).toBe(rounded);
  });
});

describe("conversions", () => {
  test.each([
    ["1.0", 1],
    [" -5 ", -5],
    ["999999999999999", 999999999999999],
  ])("integer(%j) is %d", (s, value) => {
    expect(std.integer(task, { s })).toBe(value);
  });

  test.each(["1.5", "+1", "0x10", "1e3", "", "1 2", "1000000000000000"])(
    "integer(%j) takes the fallback",
    (s) => {
      expect(std.integer(task, { s, fallback: 7 })).toBe(7);
    },
  );

  test("integer cuts fractions off toward zero, and refuses what no INT holds", () => {
    expect(std.integer(task, { real: -1.9 })).toBe(-1);
    expect(std.integer(task, { duration: 2.7 })).toBe(2);
    expect(std.integer(task, { bool: true })).toBe(1);
    expect(() => std.integer(task, { real: 1e15 })).toThrow("std.integer: conversion failed");
    expect(() => std.integer(task, { time: Number.NaN })).toThrow("std.integer: conversion failed");
  });

  test("exactly one source must be given, and an unset header counts as given", () => {
    expect(() => std.integer(task, { fallback: 1 })).toThrow("std.integer: not enough arguments");
    expect(std.real(task, { integer: -0 })).toBe(0);
    expect(() => std.real(task, { s: "1", integer: 1 })).toThrow("std.real: too many arguments");
    expect(std.integer(task, { s: undefined, fallback: 3 })).toBe(3);
    expect(() => std.integer(task, { s: undefined })).toThrow("conversion failed");
  });

  test("the failure of integer and real says what is wrong with the text", () => {
    expect(() => std.integer(task, { s: "x" })).toThrow("std.integer: conversion failed: Invalid number");
    expect(() => std.real(task, { s: "1234567890123456" })).toThrow("conversion failed: Too many digits");
  });

  test.each([
    ["1.23456", 1.234],
    [".5", 0.5],
    ["-.5", -0.5],
    ["1.", 1],
  ])("real(%j) is %d: further digits are dropped", (s, value) => {
    expect(std.real(task, { s })).toBe(value);
  });

  test.each([
    ["10ms", 0.01],
    ["1.5 h ", 5400],
    ["1y", 31_536_000],
    ["-2w", -1_209_600],
  ])("duration(%j) is %d seconds", (s, value) => {
    expect(std.duration(task, { s })).toBe(value);
  });

  test.each(["10", "1m30s", "1H", "s"])("duration(%j) takes the fallback", (s) => {
    expect(std.duration(task, { s, fallback: -1 })).toBe(-1);
  });

  test.each([
    ["1", 1],
    ["1.0", 1],
    ["1.5k", 1536],
    ["2KB", 2048],
    ["3b", 3],
    ["1g", 1_073_741_824],
  ])("bytes(%j) is %d", (s, value) => {
    expect(std.bytes(task, { s })).toBe(value);
  });

  test.each(["1.5", "1.5b", "-1", "1.", ".5k", "10%", "100000p"])("bytes(%j) takes the fallback", (s) => {
    expect(std.bytes(task, { s, fallback: 0 })).toBe(0);
  });

  test("bytes of a number is cut off, and cannot be negative", () => {
    expect(std.bytes(task, { real: 1.9 })).toBe(1);
    expect(() => std.bytes(task, { integer: -1 })).toThrow("std.bytes: conversion failed");
  });

  test.each([
    ["Sun, 06 Nov 1994 08:49:37 GMT", 784111777],
    ["Sunday, 06-Nov-94 08:49:37 GMT", 784111777],
    ["Sun Nov  6 08:49:37 1994", 784111777],
    ["1994-11-06T08:49:37", 784111777],
    ["1000.5", 1000.5],
  ])("time(%j) is %d", (s, value) => {
    expect(std.time(task, { s })).toBe(value);
  });

  test.each(["0", "-5", "1994-11-06T08:49:37Z", "Mon, 06 Nov 1994 08:49:37 GMT"])(
    "time(%j) takes the fallback",
    (s) => {
      expect(std.time(task, { s, fallback: 5 })).toBe(5);
    },
  );

  test("time of a negative number is returned as it is", () => {
    expect(std.time(task, { real: -1.5 })).toBe(-1.5);
  });
});

describe("addresses", () => {
  const options = { resolve: true };

  test.each([
    ["192.0.2.1", "192.0.2.1", 80],
    ["192.0.2.1:81", "192.0.2.1", 81],
    ["192.0.2.1 https", "192.0.2.1", 443],
    ["[::1]", "::1", 80],
    ["[::1]:8080", "::1", 8080],
    ["[::1] 8080", "::1", 8080],
    ["2001:db8::1:80", "2001:db8::1:80", 80],
    ["::ffff:192.0.2.3", "192.0.2.3", 80],
    ["1.2.3", "1.2.0.3", 80],
    ["192.0.2.1:", "192.0.2.1", 0],
  ])("ip(%j) is %s with port %d", async (s, text, port) => {
    const found = await std.ip(task, { s, ...options });
    expect([found.text, found.port]).toEqual([text, port]);
  });

  test("p is the port where the text has none", async () => {
    expect((await std.ip(task, { s: "192.0.2.1", p: "https", ...options })).port).toBe(443);
    expect((await std.ip(task, { s: "192.0.2.1:81", p: "443", ...options })).port).toBe(81);
  });

  test("a host name is looked up, the first address counts", async () => {
    expect((await std.ip(task, { s: "example.com:8080", ...options })).text).toBe("192.0.2.7");
  });

  test("names and services are not looked up without resolve", async () => {
    const fallback = ip("192.0.2.99");
    expect(await std.ip(task, { s: "example.com", fallback, resolve: false })).toBe(fallback);
    expect(await std.ip(task, { s: "192.0.2.1", p: "http", fallback, resolve: false })).toBe(fallback);
  });

  test("what is no address takes the fallback, or fails the VCL", async () => {
    const fallback = ip("192.0.2.99");
    expect(await std.ip(task, { s: "nowhere.example", fallback, ...options })).toBe(fallback);
    expect(await std.ip(task, { s: undefined, fallback, ...options })).toBe(fallback);
    await expect(async () => std.ip(task, { s: "nowhere.example", ...options })).rejects.toThrow("std.ip");
    expect(() => std.ip(task, { s: "192.0.2.1", fallback: undefined, ...options })).toThrow(
      "invalid fallback",
    );
  });

  test("port is the port of the address, 0 for none", () => {
    expect(std.port(task, ip("192.0.2.1", 81))).toBe(81);
    expect(std.port(task, undefined)).toBe(0);
  });
});

describe("text", () => {
  test("toupper and tolower change ASCII letters only", () => {
    expect(std.toupper(task, "aZ1\xe4")).toBe("AZ1\xe4");
    expect(std.tolower(task, "aZ1\xc4")).toBe("az1\xc4");
  });

  test("strstr is the rest from the first match, unset without one", () => {
    expect(std.strstr(task, "abcbc", "bc")).toBe("bcbc");
    expect(std.strstr(task, "abc", "")).toBe("abc");
    expect(std.strstr(task, "abc", "x")).toBeUndefined();
    expect(std.strstr(task, undefined, "x")).toBeUndefined();
  });

  test.each([
    ["/foo?b=2&a=1", "/foo?a=1&b=2"],
    ["/foo?&", "/foo?"],
    ["/foo?b", "/foo?b"],
    ["/foo", "/foo"],
    ["/foo?ab&a&abc&a", "/foo?ab&a&abc&a"],
    ["/foo?c=1&&b=2#frag", "/foo?b=2#frag&c=1"],
    ["/foo&b?a", "/foo&b?a"],
  ])("querysort(%j) is %j", (url, sorted) => {
    expect(std.querysort(task, url)).toBe(sorted);
  });

  test("collect joins all fields of a name into the first one", () => {
    const headers = new HttpHeaders([
      ["Cookie", "a=1"],
      ["Host", "h"],
      ["cookie", "b=2"],
    ]);
    std.collect(task, header(headers, "Cookie"), "; ");
    expect(headers.get("cookie")).toBe("a=1; b=2");
    headers.add("Cookie", "c=3");
    std.collect(task, header(headers, "Cookie"), "");
    expect(headers.get("cookie")).toBe("a=1; b=2, c=3");
  });

  test("collect fails for a stored object", () => {
    const headers = new HttpHeaders([["A", "1"]]);
    const hit = makeTask("client", "vcl_hit", { obj: { http: headers } });
    expect(() => std.collect(hit, header(headers, "A"), ", ")).toThrow("header argument cannot be used here");
  });

  test.each([
    ["*.html", "a.html", true],
    ["/a/*", "/a/b", true],
    ["/a/*", "/a/b/c", false],
    ["/a/?", "/a//", false],
    ["/[a-c]*[!x]", "/bcd", true],
    ["[[:digit:]]x", "1x", true],
    ["[]a]b", "]b", true],
    ["a\\*b", "a*b", true],
    ["a\\*b", "axb", false],
    ["*", ".hidden", true],
    ["[a", "[a", true],
    ["", "", true],
    ["**a*", "bab", true],
    ["a\\", "a\\", false],
  ])("fnmatch(%j, %j) is %j", (pattern, subject, matches) => {
    expect(std.fnmatch(task, pattern, subject, true, false, false)).toBe(matches);
  });

  test("fnmatch's switches let a star match slashes, make a backslash plain, and guard leading dots", () => {
    expect(matchGlob("/a/*", "/a/b/c", { pathname: false, noescape: false, period: false })).toBe(true);
    expect(matchGlob("a\\*", "a\\b", { pathname: true, noescape: true, period: false })).toBe(true);
    expect(matchGlob("*/x", ".a/x", { pathname: true, noescape: false, period: true })).toBe(false);
    expect(matchGlob("/*", "/.a", { pathname: true, noescape: false, period: true })).toBe(false);
    expect(matchGlob(".*", ".a", { pathname: true, noescape: false, period: true })).toBe(true);
  });

  test("fnmatch fails the VCL for an unset text", () => {
    expect(() => std.fnmatch(task, "a", undefined, true, false, false)).toThrow(
      "std.fnmatch(): subject is NULL",
    );
    expect(() => std.fnmatch(task, undefined, "a", true, false, false)).toThrow(
      "std.fnmatch(): pattern is NULL",
    );
  });

  test("a hostile pattern takes no exponential time", () => {
    expect(
      matchGlob("*a".repeat(30), "a".repeat(2000) + "b", { pathname: true, noescape: false, period: false }),
    ).toBe(false);
  });

  test.each([
    ["%a %A %b %B %d %e %H:%M:%S %Y", "Sun Sunday Nov November 06  6 08:49:37 1994"],
    ["%j %U %W %V %G %u %w", "310 45 44 44 1994 7 0"],
    ["%F|%T|%D|%R|%r|%c", "1994-11-06|08:49:37|11/06/94|08:49|08:49:37 AM|Sun Nov  6 08:49:37 1994"],
    ["%s %y %C %I %p %z %Z %% %Q %-d %k", "784111777 94 19 08 AM +0000 GMT % %Q 6  8"],
    ["", ""],
  ])("strftime(%j) is %j", (format, text) => {
    expect(formatTime(784111777.9, format)).toBe(text);
  });
});

describe("files", () => {
  test("a file is read once and kept while a call site holds it", async () => {
    const reading = makeTask("client", "vcl_recv");
    reading.host.files.set("/a", "one");
    const [first, second] = [{ value: undefined }, { value: undefined }] as {
      value: unknown;
      fini?: () => void;
    }[];
    expect(await std.fileread(reading, first!, "/a")).toBe("one");
    reading.host.files.set("/a", "two");
    expect(await std.fileread(reading, second!, "/a")).toBe("one");
    first!.fini?.();
    expect(await std.fileread(reading, second!, "/a")).toBe("one");
    second!.fini?.();
    expect(await std.fileread(reading, { value: undefined }, "/a")).toBe("two");
  });

  test("a call site that asks for another file drops the one it had", async () => {
    const reading = makeTask("client", "vcl_recv");
    reading.host.files.set("/a", "one").set("/b", "bee");
    const site = { value: undefined };
    await std.fileread(reading, site, "/a");
    expect(await std.fileread(reading, site, "/b")).toBe("bee");
    reading.host.files.set("/a", "two");
    expect(await std.fileread(reading, site, "/a")).toBe("two");
  });

  test("a file that cannot be read is unset, and tried again", async () => {
    const reading = makeTask("client", "vcl_recv");
    expect(await std.fileread(reading, { value: undefined }, "/none")).toBeUndefined();
    expect(await std.fileread(reading, { value: undefined }, undefined)).toBeUndefined();
    reading.host.files.set("/none", "\x00\xff");
    const blob = await std.blobread(reading, { value: undefined }, "/none");
    expect([...(blob?.bytes ?? [])]).toEqual([0, 255]);
  });

  test("file_exists asks the host", async () => {
    task.host.files.set("/here", "");
    expect(await std.file_exists(task, "/here")).toBe(true);
    expect(await std.file_exists(task, "/gone")).toBe(false);
    expect(await std.file_exists(task, undefined)).toBe(false);
  });
});

describe("the request", () => {
  test("healthy is the backend's health, false for none", () => {
    expect(std.healthy(task, makeBackend("a"))).toBe(true);
    expect(std.healthy(task, makeBackend("a", { healthy: false }))).toBe(false);
    expect(std.healthy(task, undefined)).toBe(false);
  });

  test("log writes one VCL_Log record of at most 254 bytes", () => {
    const logging = makeTask("client", "vcl_recv");
    std.log(logging, "x".repeat(300));
    std.log(logging, undefined);
    expect(logging.records).toEqual([`VCL_Log ${"x".repeat(254)}`, "VCL_Log "]);
  });

  test("timestamp needs a label", () => {
    const logging = makeTask("client", "vcl_recv");
    std.timestamp(logging, "");
    std.timestamp(logging, undefined);
    std.timestamp(logging, "Mark");
    expect(logging.records).toEqual(["Timestamp Mark"]);
  });

  test("syntax compares with the version of this VCL", () => {
    expect([4.0, 4.1, 4.2].map((version) => std.syntax(task, version))).toEqual([true, true, false]);
  });

  test("getenv is unset where there is no such variable", () => {
    expect(std.getenv(task, "HOME")).toBe("/home/v");
    expect([std.getenv(task, "NONE"), std.getenv(task, ""), std.getenv(task, undefined)]).toEqual([
      undefined,
      undefined,
      undefined,
    ]);
  });

  test("now is the host's clock, not the task's", () => {
    task.host.time = 1234.5;
    expect(std.now(task)).toBe(1234.5);
  });

  test("ban tells whether the expression is right, ban_error what was wrong", () => {
    const banning = makeTask("client", "vcl_recv", {
      ban: (text: string | undefined) => (text === undefined ? "Null argument" : undefined),
    });
    expect(std.ban_error(banning)).toBe("");
    expect(std.ban(banning, undefined)).toBe(false);
    expect(std.ban_error(banning)).toBe("Null argument");
    expect(banning.records).toEqual(["VCL_Error ban(): Null argument"]);
    expect(std.ban(banning, "req.url == /")).toBe(true);
    expect(std.ban_error(banning)).toBe("");
  });

  test("cache_req_body never asks for a negative size", async () => {
    const sizes: number[] = [];
    const caching = makeTask("client", "vcl_recv", {
      cacheRequestBody: async (n: number) => sizes.push(n) > 0,
    });
    expect(await std.cache_req_body(caching, -1)).toBe(true);
    expect(sizes).toEqual([0]);
  });

  test("rollback is for req and bereq", () => {
    const done: string[] = [];
    const [req, resp, bereq] = [{}, {}, {}];
    const client = makeTask("client", "vcl_deliver", { req, resp, rollback: () => done.push("client") });
    const backend = makeTask("backend", "vcl_backend_error", { bereq, rollback: () => done.push("backend") });
    std.rollback(client, req as never);
    std.rollback(backend, bereq as never);
    expect(done).toEqual(["client", "backend"]);
    expect(() => std.rollback(client, resp as never)).toThrow("only req and bereq");
  });

  test("late_100_continue and rfc_ttl hand on to the task", () => {
    let asked = false;
    std.late_100_continue(task, true);
    expect(task.late100Continue).toBe(true);
    std.rfc_ttl(makeTask("backend", "vcl_backend_response", { rfcTtl: () => (asked = true) }));
    expect(asked).toBe(true);
    expect(() => std.set_ip_tos(task, 1)).not.toThrow();
  });

  test("timed_call tells how long a sub took, and passes on the action that it returns", async () => {
    const timing = makeTask("client", "vcl_recv");
    const sub = (action?: "pass"): VclSub => ({
      name: "slow",
      methods: ["vcl_recv"],
      run: () => {
        timing.host.time += 2;
        return action;
      },
    });
    expect(await std.timed_call(timing, sub())).toBe(2);
    await expect(std.timed_call(timing, sub("pass"))).rejects.toBeInstanceOf(VclReturn);
    await expect(std.timed_call(makeTask("backend", "vcl_backend_fetch"), sub())).rejects.toThrow(
      "not allowed",
    );
  });
});
