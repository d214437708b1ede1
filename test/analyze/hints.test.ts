import { describe, expect, test } from "vitest";
import { check, inRecv } from "../support/analyze.js";

/** Statements of vcl_recv and the advice that comes with what is wrong with them. */
const advice: readonly (readonly [string, string | undefined])[] = [
  ['set req.htp.host = "x";', "did you mean 'req.http.host'?"],
  ["set req.http.x = rep.http.y;", "did you mean 'req.http.y'?"],
  ['set req.backend_hint = "default_one";', "write default_one without quotes"],
  ['set req.backend_hint = "one two";', "name a declared backend, or call a director's .backend()"],
  ['set req.ttl = "10s";', "write 10s without quotes"],
  ["set req.ttl = 10;", "a duration needs a unit: 10s, 5m, 1h"],
  ["set req.ttl = req.http.x;", "convert it with std.duration()"],
  ['if (req.restarts > "3") { }', "write 3 without quotes"],
  ["if (req.restarts > req.http.x) { }", "convert it with std.integer()"],
  ["if (req.http.x == 5) { }", 'make a string of the right side: "" + …'],
  ['if (client.ip ~ "10.0.0.0") { }', "declare an acl with the addresses, and name it here"],
  [
    "if (req.url ~ req.http.x) { }",
    "a pattern is a literal; std.strstr() and std.fnmatch() take computed texts",
  ],
  ["return (Pass);", "did you mean 'pass'?"],
  [
    "return (nosuchthing);",
    "legal returns of vcl_recv are: dispatch, fail, hash, pass, pipe, purge, restart, synth, vcl",
  ],
  ['req.url = "x";', "write set req.url = …;"],
  ['req.http.a += "x";', "write set req.http.a += …;"],
  ["return pass;", "write return (pass);"],
  ["if (req.http.a and req.http.b) { }", "use && for 'and'"],
  ['if (req.http.a == "x" and req.http.b) { }', "use && for 'and'"],
  ["if not (req.http.a) { }", "write if (!…)"],
];

describe("what is wrong comes with what may be right", () => {
  test.each(advice)("%s", (statement, hint) => {
    const [first] = check(inRecv(statement)).diagnostics;
    expect(first?.hint).toBe(hint);
  });
});
