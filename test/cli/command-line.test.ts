import { describe, expect, test } from "vitest";
import { readCommands, splitCommand } from "../../src/runtime/command/index.js";
import { defaultParameters } from "vclc/runtime";
import { ParameterStore } from "../../src/runtime/command/index.js";
import { readListenAddress, readParameter } from "../../src/cli/run/parameters.js";

describe("commands in Varnish's syntax", () => {
  test("words are separated by white space; quotes keep it, and backslashes escape inside them", () => {
    expect(splitCommand("vcl.load  a\tb.vcl ")).toEqual(["vcl.load", "a", "b.vcl"]);
    expect(splitCommand('x "a b" "" "\\n\\r\\t\\"\\\\\\101\\x42"')).toEqual(["x", "a b", "", '\n\r\t"\\AB']);
    expect(splitCommand("")).toEqual([]);
  });

  test("what cannot be read says why, as varnishd does", () => {
    expect(() => splitCommand('x "a')).toThrow("Missing '\"'");
    expect(() => splitCommand('x a"b"')).toThrow("Invalid '\"'");
    expect(() => splitCommand('x "a"b')).toThrow("Missing separator between arguments");
    expect(() => splitCommand('x "\\q"')).toThrow("Invalid backslash sequence");
  });

  test("a text may stand on lines of its own, and must end", () => {
    expect(readCommands("# comment\n\n-vcl.inline a << EOF\nvcl 4.1;\n# kept\nEOF\nvcl.use a\n")).toEqual([
      { line: 3, words: ["vcl.inline", "a", "vcl 4.1;\n# kept\n"], mayFail: true },
      { line: 7, words: ["vcl.use", "a"], mayFail: false },
    ]);
    expect(() => readCommands("vcl.inline a << EOF\nvcl 4.1;\n")).toThrow(
      "line 1: no line EOF ends the text",
    );
  });
});

describe("options of vclc run", () => {
  test("addresses: address:port, [v6]:port, :port, a port alone", () => {
    expect(readListenAddress("127.0.0.1:80")).toEqual({ address: "127.0.0.1", port: 80 });
    expect(readListenAddress("[::1]:80")).toEqual({ address: "::1", port: 80 });
    expect(readListenAddress(":80")).toEqual({ port: 80 });
    expect(readListenAddress("80")).toEqual({ port: 80 });
    for (const wrong of ["", "a", "a:b", ":70000", "::1:80"])
      expect(readListenAddress(wrong)).toBeUndefined();
  });

  test("parameters are numbers, durations, sizes or switches", () => {
    const parameters = new ParameterStore({ ...defaultParameters });
    for (const text of [
      "default_ttl=1m",
      "http_req_size=64k",
      "connect_timeout=0.5",
      "max_restarts=2",
      "vsl_mask=+Debug",
    ]) {
      expect(readParameter(text, parameters)).toBeUndefined();
    }
    expect(parameters.params).toMatchObject({
      default_ttl: 60,
      http_req_size: 65536,
      connect_timeout: 0.5,
      max_restarts: 2,
    });
    expect(parameters.get("vsl_mask")).not.toContain("Debug");
    expect(readParameter("thread_pools=0", parameters)).toBe("parameter thread_pools=0: Must be at least 1");
    expect(readParameter("no_such=1", parameters)).toBe('unknown parameter "no_such"');
    expect(readParameter("x", parameters)).toBe('-p takes NAME=VALUE, not "x"');
  });
});
