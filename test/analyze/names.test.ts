import { describe, expect, test } from "vitest";
import { check, codesOf, factsOf, inRecv } from "../support/analyze.js";

/** The hints of what is wrong with a text. */
const hintsOf = (text: string) => check(text).diagnostics.map(({ hint }) => hint);

describe("names", () => {
  test("symbols are found in any case, and a header keeps the spelling it is first met in", () => {
    const facts = factsOf(inRecv("SET REQ.URL = REQ.HTTP.fOo; set req.http.FOO = Std.ToLower(req.url);"));
    const targets = [...facts.targets.values()];
    expect(targets).toContainEqual({ kind: "variable", name: "req.url", type: "STRING" });
    expect(targets).toContainEqual({ kind: "header", message: "req", header: "fOo" });
  });

  test("the same header of two messages has two spellings", () => {
    const text = inRecv('set req.http.A = "1";') + "sub vcl_deliver { set resp.http.a = req.http.a; }";
    const targets = [...factsOf(text).targets.values()].filter((target) => target.kind === "header");
    expect(targets.slice(0, 2).map(({ message, header }) => `${message} ${header}`)).toEqual([
      "req A",
      "resp a",
    ]);
  });

  test("backends, probes, ACLs and subs may be named before they are declared", () => {
    const text = inRecv("set req.backend_hint = later; if (client.ip ~ list) { call sub1; }");
    expect(codesOf(`${text}backend later none; acl list { } sub sub1 { }`)).toEqual([]);
  });

  test("a forward reference holds only where its type is wanted, and not before a dot", () => {
    expect(codesOf(inRecv("set req.http.x = later;") + "backend later none;")).toEqual(["symbol-not-found"]);
    expect(codesOf(inRecv("set req.backend_hint = later.resolve();") + "backend later none;")).toEqual([
      "symbol-not-found",
    ]);
  });

  test("objects and modules are known only after the text that makes them, and the message says where that is", () => {
    const text = `vcl 4.1; backend default none; sub vcl_recv { std.log("x"); o.wait(); } import std; import debug;
      sub vcl_init { if (true) { new o = debug.thing("o"); } }`;
    const { diagnostics } = check(text);
    expect(diagnostics.map(({ code }) => code)).toEqual(["symbol-not-found", "symbol-not-found"]);
    expect(diagnostics.every(({ related }) => related?.length === 1)).toBe(true);
  });

  test("every storage is taken: which there are is known at load time", () => {
    expect(codesOf(inRecv("set req.storage = storage.anything; if (storage.x.happy) { }"))).toEqual([]);
  });

  test("a variable of another language version says which versions know it", () => {
    expect(check(inRecv("set req.esi = false;")).diagnostics[0]?.message).toContain("VCL syntax <= 4.0");
    expect(hintsOf(inRecv("if (req.esi) { }"))).toEqual(["req.esi is only available when VCL syntax <= 4.0"]);
  });

  test("in VCL 4.0 a keyword of the top level is no symbol, and the message says where it is one", () => {
    const { diagnostics } = check("vcl 4.0; backend default none; sub vcl_recv { if (sub) { } }");
    expect(diagnostics.map(({ message }) => message)).toEqual([
      "Symbol not found: 'sub' (only available when 4.1 <= VCL syntax)",
    ]);
  });

  test("VCL 4.0 may use keywords of the top level and vcl_ names", () => {
    expect(codesOf("vcl 4.0; backend acl none; sub vcl_recv { set req.backend_hint = acl; }")).toEqual([]);
    expect(codesOf("vcl 4.0; backend vcl_b none;")).toEqual([]);
    expect(codesOf("vcl 4.1; backend acl none;")).toEqual(["name-must-have-type"]);
  });

  test("in VCL 4.0 a module may have any name but those of the subs that the built-in VCL calls", () => {
    const named = (alias: string) => codesOf(`vcl 4.0; backend default none; import std as ${alias};`);
    expect(named("vcl_req_host")).toEqual(["symbol-wrong-type"]);
    expect(named("vcl_builtin_recv")).toEqual(["symbol-wrong-type"]);
    expect(named("vcl_recv")).toEqual([]);
    expect(named("vcl_own")).toEqual([]);
  });

  test("a sub may be called default, a backend and a probe as well", () => {
    const text =
      "vcl 4.1; backend default none; probe default { } sub default { } sub vcl_recv { call default; }";
    expect(codesOf(text)).toEqual([]);
  });

  test("one module may have two names; one name may not have two modules", () => {
    const head = "vcl 4.1; backend default none;";
    expect(codesOf(`${head} import std; import std; import std as other;`)).toEqual([]);
    expect(codesOf(`${head} import std as x; import directors as x;`)).toEqual(["vmod-other-import"]);
  });

  test("a module of one's own called global owns its members (S4-49)", () => {
    const text = 'vcl 4.1; import std as global; backend default none; sub vcl_recv { global.log("x"); }';
    expect(codesOf(text)).toEqual([]);
    expect(codesOf(text.replace('log("x")', "nothing()"))).toEqual(["symbol-not-found"]);
    const why =
      "global.* is what VMOD std has here; for global directors, import it under another name: import std as NAME;";
    expect(hintsOf(text.replace('log("x")', "nothing()"))).toEqual([why]);
    expect(hintsOf(text.replace("log(", "lgo("))).toEqual([`did you mean 'global.log'? ${why}`]);
  });

  test("hints name an import that is missing, the nearest name, or what VCL 4 says instead", () => {
    const head = "vcl 4.1; backend default none; sub vcl_recv {";
    expect(hintsOf(`${head} std.log("x"); }`)).toEqual(["needs `import std;` before it"]);
    expect(hintsOf(`${head} set req.backend_hnt = default; }`)).toEqual(["did you mean 'req.backend_hint'?"]);
    expect(hintsOf(`${head} if (req.urll) { } }`)).toEqual(["did you mean 'req.url'?"]);
    expect(hintsOf(inRecv("std.tolowre(req.url);"))).toEqual(["did you mean 'std.tolower'?"]);
  });

  test("hints suggest only what can be used in the sub that they are for", () => {
    const head = "vcl 4.1; backend default none;";
    const set = "{ set bereq.backend_hint = default; }";
    expect(hintsOf(`${head} sub vcl_backend_fetch ${set}`)).toEqual(["did you mean 'bereq.backend'?"]);
    expect(hintsOf(`${head} sub vcl_recv ${set}`)).toEqual(["did you mean 'req.backend_hint'?"]);
    expect(hintsOf(`${head} sub vcl_recv { set req.backend = default; }`)).toEqual([
      "since VCL 4 it is req.backend_hint",
    ]);
    expect(hintsOf(`${head} sub vcl_fetch { }`)[0]).toMatch(/^did you mean 'vcl_backend_response'/);
    expect(hintsOf(`${head} sub vcl_error { }`)[0]).toMatch(/^did you mean 'vcl_synth'/);
  });
});
