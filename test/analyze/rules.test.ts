import { describe, expect, test } from "vitest";
import { check, codesOf, factsOf, inRecv } from "../support/analyze.js";

const head = "vcl 4.1;\nbackend default none;\n";
const subNamed = (text: string, name: string) => factsOf(text).subs.find((sub) => sub.name === name);

describe("rules over the call graph", () => {
  test("an action is legal only when every method sub that reaches it allows it", () => {
    const helper = "sub helper { return (pass); }";
    expect(codesOf(`${head}${helper} sub vcl_recv { call helper; } sub vcl_hit { call helper; }`)).toEqual(
      [],
    );
    const { diagnostics } = check(
      `${head}${helper} sub vcl_recv { call helper; } sub vcl_deliver { call helper; }`,
    );
    expect(diagnostics.map(({ message }) => message)).toEqual([
      "Invalid return \"pass\" from subroutine 'vcl_deliver'",
    ]);
    expect(diagnostics[0]?.related).toHaveLength(1);
  });

  test("every wrong use is reported once, in source order, with the calls that lead to it", () => {
    const text = `${head}sub a { set beresp.ttl = 1s; call b; } sub b { if (obj.hits > 1) { } }
      sub vcl_recv { call a; call b; }`;
    const { diagnostics } = check(text);
    expect(diagnostics.map(({ code }) => code)).toEqual(["not-settable-here", "not-available"]);
    expect(diagnostics[1]?.related).toHaveLength(1);
  });

  test("a hook is reached from the built-in sub that calls it", () => {
    expect(codesOf(`${head}sub vcl_req_host { set beresp.ttl = 1s; }`)).toEqual(["not-settable-here"]);
    expect(codesOf(`${head}sub vcl_beresp_stale { set beresp.ttl = 1s; return; }`)).toEqual([]);
  });

  test("recursion is found through any chain of calls, once for each circle", () => {
    expect(
      codesOf(`${head}sub a { call b; } sub b { call c; } sub c { call a; } sub vcl_recv { call a; }`),
    ).toEqual(["recursion"]);
    expect(codesOf(`${head}sub vcl_recv { call vcl_recv; }`)).toEqual(["recursion"]);
  });

  test("ten thousand subs in one chain are no problem", () => {
    const subs = Array.from({ length: 10_000 }, (_, i) => `sub s${i} { call s${i + 1}; }`).join("\n");
    expect(codesOf(`${head}${subs} sub s10000 { } sub vcl_recv { call s0; }`)).toEqual([]);
  });

  test("method subs are not called", () => {
    expect(codesOf(`${head}sub vcl_miss { call vcl_pass; }`)).toEqual(["method-sub-call"]);
  });

  test("PRIV_TOP and $Restrict bind a function to the subs that have what it needs", () => {
    const text = (sub: string, call: string) => `${head}import std; import debug; sub ${sub} { ${call} }`;
    expect(codesOf(text("vcl_backend_fetch", 'debug.top("x");'))).toEqual(["not-available"]);
    expect(codesOf(text("vcl_deliver", 'debug.top("x");'))).toEqual([]);
    expect(codesOf(text("vcl_hit", "std.cache_req_body(1KB);"))).toEqual(["not-available"]);
  });

  test("a function and a variable of the other side in one call are one mistake, reported at the variable", () => {
    const { diagnostics } = check(
      `${head}import std; sub vcl_pipe { std.rollback(bereq); std.rollback(req); }`,
    );
    expect(diagnostics.map(({ message }) => message)).toEqual([
      "Not available in subroutine 'vcl_pipe'. (bereq)",
      "Not available in subroutine 'vcl_pipe'. (std.rollback)",
    ]);
  });

  test("a statement ends with the call of a function; what an object's method answers may be asked on", () => {
    const text = (body: string) =>
      `${head}import std; import directors; sub vcl_init { new d = directors.hash(); } sub vcl_recv { ${body} }`;
    const { diagnostics } = check(text('std.toupper("x").lower();'));
    expect(diagnostics.map(({ message }) => message)).toEqual(["Expected ';' got '.'"]);
    expect(codesOf(text('std.toupper("x").lower().upper();'))).toEqual(["unexpected-token"]);
    expect(codesOf(text('d.backend("x").resolve();'))).toEqual([]);
    expect(codesOf(text("req.url.lower().upper();"))).toEqual(["symbol-not-usable"]);
  });

  test("unused declarations are errors, or warnings where that is asked for", () => {
    const text = `${head}backend other none; sub helper { } acl list { } probe p { }`;
    expect(codesOf(text)).toEqual(["unused", "unused", "unused", "unused"]);
    const { program, diagnostics } = check(text, { unused: "warning" });
    expect(program).toBeDefined();
    expect(diagnostics.every(({ severity }) => severity === "warning")).toBe(true);
  });

  test("the first backend is used as the default, unless another one is called so", () => {
    expect(codesOf("vcl 4.1; backend first none;")).toEqual([]);
    expect(codesOf("vcl 4.1; backend first none; backend default none;")).toEqual(["unused"]);
  });

  test("a program has at least one backend; `none` will do (S4-52, S4-53)", () => {
    expect(codesOf("vcl 4.1;")).toEqual(["no-backend"]);
    expect(codesOf("vcl 4.1; backend dummy none;")).toEqual([]);
  });

  test("a wrong name makes no other name unused, undefined or missing", () => {
    expect(codesOf(inRecv("set req.backend_hint = baackend;") + "backend backend1 none;")).toEqual([
      "undefined",
    ]);
    expect(
      codesOf("vcl 4.1; import nosuch; backend default none; sub vcl_recv { nosuch.a(); nosuch.b(); }"),
    ).toEqual(["vmod-not-found"]);
    expect(codesOf(`${head}sub vcl_recv { if (client.ip ~ x) { } } backend x none;`)).toEqual([
      "name-must-have-type",
    ]);
  });

  test("ten mistakes give ten diagnostics, in source order", () => {
    const text = inRecv(
      [
        "set req.url = 5 * 1.5;",
        "set req.nothing = 1;",
        "set req.grace = 10;",
        'set req.http.x -= "y";',
        "unset req.url;",
        'set client.ip = "1.2.3.4";',
        'if (req.restarts == "1") { std.log(); }',
        "return (nowhere);",
        "call nobody;",
      ].join("\n"),
    );
    const { diagnostics } = check(text);
    expect(diagnostics).toHaveLength(10);
    const places = diagnostics.map(({ span }) => span.start);
    expect(places).toEqual([...places].sort((one, other) => one - other));
  });

  test("a sub used as a value runs where all that it does is legal", () => {
    const text = `${head}import debug; sub helper { set req.url = "/"; hash_data("x"); }
      sub vcl_hash { debug.call(helper); }`;
    expect([...(subNamed(text, "helper")?.reachedFrom ?? [])]).toEqual(["vcl_hash"]);
    expect(codesOf(text.replace('hash_data("x");', "set beresp.ttl = 1s;"))).toEqual(["impossible-sub"]);
  });
});

describe("global directors and dispatch", () => {
  const globals = (body: string) => inRecv(body);

  test("global.NAME stands wherever a BACKEND may, whether or not it exists (S4-41, S4-42, S4-45, S4-54)", () => {
    const body = `set req.backend_hint = global.api-service;
      if (req.backend_hint == global.web || std.healthy(global.api-service)) { set req.http.x = global.web; }`;
    const facts = factsOf(globals(body));
    expect(facts.globals.map(({ name }) => name)).toEqual(["api-service", "web"]);
  });

  test("a backend with the name of a global director is no matter for the compiler (S4-44)", () => {
    expect(codesOf(globals("set req.backend_hint = global.default;"))).toEqual([]);
  });

  test("dispatch and vcl take a label that nobody looks up, or a value of type VCL (S4-89, S4-115)", () => {
    const facts = factsOf(
      globals("if (req.url) { return (dispatch(api_policy)); } return (vcl(old-policy));"),
    );
    expect(facts.labels.map(({ name }) => name)).toEqual(["api_policy", "old-policy"]);
    expect(codesOf(globals("return (dispatch(std.tolower(req.url)));"))).toEqual(["type-mismatch"]);
    expect(codesOf(globals("return (dispatch(default, x));"))).toEqual(["action-arguments"]);
  });

  test("dispatch is legal in vcl_recv alone", () => {
    expect(codesOf(`${head}sub vcl_hit { return (dispatch(x)); }`)).toEqual(["invalid-return"]);
  });

  test("vcl_backend_request is no sub of VCL, and the valid names are listed (S0-30)", () => {
    const [diagnostic] = check(`${head}sub vcl_backend_request { }`).diagnostics;
    expect(diagnostic?.code).toBe("reserved-sub-name");
    expect(diagnostic?.hint).toContain("vcl_backend_fetch");
  });
});

describe("the built-in VCL", () => {
  test("is a program of its own, right in both language versions", async () => {
    const { builtinVcl } = await import("../../src/language/builtin-vcl.js");
    for (const version of ["4.0", "4.1"]) {
      const { program, diagnostics } = check(builtinVcl.replace("vcl 4.0", `vcl ${version}`), {
        builtin: "none",
      });
      expect(diagnostics).toEqual([]);
      expect(program?.subs.every((sub) => !sub.includesBuiltin && !sub.suspends)).toBe(true);
    }
  });

  test("a sub that a policy does not touch is left to the shared module", () => {
    expect(factsOf(`${head}sub vcl_deliver { }`).subs.map(({ name }) => name)).toEqual(["vcl_deliver"]);
  });

  test("a hook that waits makes the method sub wait that leads to it", () => {
    const text = `${head}import debug; sub vcl_beresp_vary { debug.wait(1s); }`;
    expect(subNamed(text, "vcl_backend_response")).toMatchObject({ suspends: true, includesBuiltin: true });
    expect(subNamed(text, "vcl_beresp_range")).toMatchObject({ suspends: false });
  });

  test("a hook that a policy only calls is emitted with it", () => {
    const facts = factsOf(`${head}sub vcl_recv { call vcl_req_host; }`);
    expect(facts.subs.map(({ name }) => name)).toEqual(["vcl_recv", "vcl_req_host"]);
  });
});
