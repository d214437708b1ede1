import { describe, expect, test } from "vitest";
import { compileVcl } from "../../src/cli/run/compile-vcl.js";

const settings = { unused: "error", vclPath: [] } as const;

/** What varnishd's command port would answer. */
function told(text: string): string {
  return compileVcl({ name: "vcl1", text: `vcl 4.1;\n${text}\n`, settings }, {}, false).diagnosed;
}

describe("answers of vclc varnishd", () => {
  test("have the layout of Varnish's compiler, and our code", () => {
    expect(told("backend b none;\nacl unused_one { }")).toBe(
      [
        "Message from VCC-compiler:",
        "Unused acl unused_one, defined:",
        "('<vcl.inline>' Line 3 Pos 5)",
        "acl unused_one { }",
        "----##########----",
        "",
        "[unused] use it, remove it, or say `unused unused_one;`",
        "",
      ].join("\n"),
    );
  });

  test("show the way of a recursion", () => {
    const text = told(
      "backend b none;\nsub foo { call bar; }\nsub bar { call foo; }\nsub vcl_recv { call foo; }",
    );
    expect(text).toContain("Subroutine recurses on\n('<vcl.inline>' Line ");
    expect(text).toContain("\n\n\n...called from \"foo\"\n('<vcl.inline>' Line 3 Pos 16)\n");
    expect(text).toContain("\n\n\n...called from \"bar\"\n('<vcl.inline>' Line 4 Pos 16)\n");
  });

  const cases: readonly (readonly [vcl: string, words: string])[] = [
    ["/*", "Unterminated /* ... */ comment, starting at\n"],
    ['backend b { .host = "1.1.1.1"; } "', "Unterminated string, starting at\n"],
    ["?", "Syntax error at\n"],
    ["backend b none; sub vcl_synth { set resp.status = --2; }", "Unknown token '--' when looking for INT"],
    ["backend b none; sub vcl_recv { if (req.http.0) { } }", "Expected ID got '0'"],
    ["acl a + b { }", "Expected a flag at:\n"],
    ['backend b { .host = "[0:0:0:0"; }', "IPv6 address lacks ']'"],
    ['backend b { .host = "[0:0:0:0]/0"; }', "IPv6 address has wrong port separator"],
    ['backend b { set .host = "::1"; }', "NB: Backend Syntax has changed:"],
    ['backend b { .host = "::1"; .probe = "x"; }', "Expected '{' or name of probe, got '\"x\"' at\n"],
    ['backend b { .host = "::1"; .port = "1"; .port = "1"; }', "Field 'port' redefined at:\n"],
    ["backend b none; sub vcl_recv { set req.esi = false; }", "(Only available when VCL syntax <= 4.0)"],
  ];
  for (const [vcl, words] of cases) test(words.trim(), () => expect(told(vcl)).toContain(words));
});
