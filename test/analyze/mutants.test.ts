import { describe, expect, test } from "vitest";
import { codesOf } from "../support/analyze.js";
import { reasonFor } from "../support/mutants/reasons.js";

const backend = (fields: string) => `vcl 4.1; backend default { ${fields} }`;
const recv = (body: string) => `vcl 4.1; backend default none; sub vcl_recv { ${body} }`;

const acl = (name: string, entries: string, address = "client.ip") =>
  `vcl 4.1; backend default none; acl ${name} { ${entries} } sub vcl_recv { if (${address} ~ ${name}) { } }`;
const synth = (value: string) => `vcl 4.1; backend default none; sub vcl_synth { set resp.body = ${value}; }`;

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
  [backend('.host = "fe80::1%lo";'), []],
  [backend('.host = "[fe80::1%eth0.7]:80";'), []],
  [backend('.host = "192.0.2.1%lo";'), ["backend-host"]],
  [backend('.host = "fe80::1%";'), ["backend-host"]],
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
  [recv('set req.url = regsub(req.url, "a", "b",);'), ["unexpected-token"]],
  [recv('set req.url = regsuball(req.url, "a", "b",).lower();'), ["unexpected-token"]],
  ['vcl 4.1; import std; backend b none; sub vcl_recv { std.log("x",); }', []],
  ['vcl 4.0; import std as set; backend b none; sub vcl_recv { set.log("x"); set req.url = "/"; }', []],
  ['vcl 4.0; import std as if; backend b none; sub vcl_recv { if.log(if.tolower("x")); if (true) { } }', []],
  [recv('if (req.url ~ "(*UTF8)a") { }'), ["regex-untranslatable"]],
  [recv("return (vcl(now));"), ["symbol-wrong-type"]],
  [recv('set req.http.y = req.http."";'), ["symbol-wrong-type"]],
  [acl("local", '"192.0.2.1";', "local.ip"), []],
  [acl("client", '"192.0.2.1";'), []],
  [acl("a", '"fe80::1%lo"; "fe80::%lo"/64;'), []],
  [acl("a", '"fe80::1%lo"/64;'), ["acl-masked-bits"]],
  [acl("a", '"fe80::1%lo"; ! "fe80::1";'), ["acl-conflict"]],
  [acl("a", '"0x7f.1"; "12345"; " 10"; "1.2.3.4.x"/32;'), []],
  [acl("a", '"0.0.0.0/"; "192.0.2.0/ 24"; "10/8";'), []],
  [acl("a", '"1.2.3.4/";'), ["acl-masked-bits"]],
  [acl("a", '"1.2.3.4/-1"; "1.2.3.4.";'), ["acl-mask-too-wide", "acl-mask-too-wide"]],
  [synth("now + 1"), ["operator-types"]],
  [synth('1 + "a"'), ["operator-types"]],
  [synth('"a" + now + 1'), []],
  [synth(":YR==:"), ["blob-character"]],
  ["vcl 4.1; import std as vcl_x; backend default none;", ["reserved-prefix"]],
  ["vcl 4.0; import std as req; backend b none; sub vcl_recv { req.log(req.url); }", []],
  ['vcl 4.1; import std as storage; backend b none; sub vcl_recv { storage.log("a"); }', []],
  ["vcl 4.1; import std as req; backend b none;", ["symbol-wrong-type"]],
];

describe("programs with one word changed", () => {
  test.each(distilled)("%s", (program, codes) => {
    expect(codesOf(program)).toEqual(codes);
  });

  test("a difference from varnishd 7.1 is excused by its message and by ours, not by the program alone", () => {
    const symbol = "Symbol not found: 'req.trace'\nAt: ('main.vcl' Line 1 Pos 1)";
    expect(reasonFor("", symbol, undefined)).toBe("a variable that is new in the trunk");
    expect(reasonFor("", "Symbol not found: 'req.tracing'", undefined)).toBeUndefined();
    expect(reasonFor("", undefined, "read-only: Variable is read only. (req.http.content-length)")).toContain(
      "protected in the trunk",
    );
    expect(reasonFor("", undefined, "read-only: Variable is read only. (now)")).toBeUndefined();
    expect(reasonFor("req.trace", undefined, undefined)).toBeUndefined();
  });
});
