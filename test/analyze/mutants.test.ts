import { describe, expect, test } from "vitest";
import { codesOf } from "../support/analyze.js";
import { reasonFor } from "../support/mutants/reasons.js";

const backend = (fields: string) => `vcl 4.1; backend default { ${fields} }`;
const recv = (body: string) => `vcl 4.1; backend default none; sub vcl_recv { ${body} }`;

/** Programs with one word changed on which this compiler and Varnish once disagreed, or nearly, and what is wrong with them. */
const distilled: readonly (readonly [string, readonly string[]])[] = [
  [backend('.host = "127.0.0.1"; .port = "";'), []],
  [backend('.host = "127.0.0.1"; .port = " +80";'), []],
  [backend('.host = "127.0.0.1"; .port = "99999";'), []],
  [backend('.host = "127.0.0.1"; .port = "80 ";'), ["backend-host"]],
  [backend('.host = "127.0.0.1"; .port = "-1";'), ["backend-host"]],
  [backend('.host = "127.0.0.1:";'), []],
  [backend('.host = "127.0.0.1:"; .port = "";'), ["backend-host"]],
  [backend('.host = "127.0.0.1:8 0";'), ["backend-host"]],
  [backend('.host = ""; .port = "80";'), []],
  [backend('.host = ""; .port = "";'), []],
  [backend('.host = "";'), ["backend-host"]],
  [backend('.host = ":";'), []],
  [backend('.host = "[::1]:";'), []],
  [backend('.host = "[]:80";'), ["backend-host"]],
  [backend('.host = "[::1";'), ["backend-host"]],
  [backend('.host = "0x7f.1";'), []],
  [backend('.host = "256.1.1.1";'), ["backend-host"]],
  [recv('set req.http.x = "a" + -true;'), ["negation-type"]],
  [recv("set req.http.x = now <= -1s;"), ["unknown-token"]],
  [recv("set req.http.content-length = 1;"), ["read-only"]],
  [recv("unset req.http.transfer-encoding;"), ["not-unsettable"]],
  [recv("set req.trace = true;"), []],
  [recv("set req.http.x = req.xid + 1;"), []],
  [recv("unset req.grace;"), []],
  [recv("if (param.default_ttl > 1s) { }"), []],
  [recv("if (req.is_hitmiss) { }"), ["not-available"]],
];

describe("programs with one word changed", () => {
  test.each(distilled)("%s", (program, codes) => {
    expect(codesOf(program)).toEqual(codes);
  });

  test("a difference from varnishd 7.1 is excused by its message and by ours, not by the program alone", () => {
    const symbol = "Symbol not found: 'req.trace'\nAt: ('main.vcl' Line 1 Pos 1)";
    expect(reasonFor("", symbol, undefined)).toBe("a variable that is new in the trunk");
    expect(reasonFor("", "Symbol not found: 'req.tracing'", undefined)).toBeUndefined();
    expect(reasonFor("", undefined, "read-only: Variable is read only: req.http.content-length")).toContain(
      "protected in the trunk",
    );
    expect(reasonFor("", undefined, "read-only: Variable is read only: now")).toBeUndefined();
    expect(reasonFor("req.trace", undefined, undefined)).toBeUndefined();
  });
});
