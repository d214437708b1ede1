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
  ["if (req.http.x > 5) { }", "import std; and write std.integer(req.http.x, 0) > …"],
  ["if (req.http.x <= 5s) { }", "import std; and write std.duration(req.http.x, 0s) <= …"],
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
  [
    "set beresp.tl = 1s;",
    "did you mean 'beresp.ttl'? It is legal in: vcl_backend_refresh, vcl_backend_response, vcl_backend_error",
  ],
  ['if (str.len("x") > 0) { }', "needs `import str;` before it"],
  ["set req.http.x = std.real2integer(1.5, 0);", "write std.integer(real=…, fallback=…)"],
  ["set global.api = default;", "VCL only uses global directors; VMODs register and replace them"],
  ["set req.backend_hint = defualt_;", "did you mean 'default'?"],
  ["set req.backend_hint = globl.api;", "did you mean 'global.api'?"],
  ["set req.backend_hint = nothing.like.it;", undefined],
  ['return (dispatch("label_api"));', "write label_api without quotes"],
  ["if not (req.http.a) { }", "write if (!…)"],
  ["std.log;", "a function is called with (): std.log(…);"],
  ["req.url;", undefined],
];

describe("what is wrong comes with what may be right", () => {
  test.each(advice)("%s", (statement, hint) => {
    const [first] = check(inRecv(statement)).diagnostics;
    expect(first?.hint).toBe(hint);
  });
});

describe("names that are not defined or found are told what is like them", () => {
  const hintOf = (text: string) => check(`vcl 4.1;\nbackend b none;\n${text}\n`).diagnostics[0]?.hint;

  test("subs and ACLs, defined before or after", () => {
    expect(hintOf("sub vcl_recv { call normalise; } sub normalize { }")).toBe("did you mean 'normalize'?");
    expect(hintOf('acl intern { "10.0.0.1"; } sub vcl_recv { if (client.ip ~ intren) { } }')).toBe(
      "did you mean 'intern'?",
    );
    expect(hintOf("sub vcl_recv { call normalise; } sub other { }")).toBeUndefined();
  });

  test("VMODs, and where they are looked for", () => {
    expect(hintOf("import direcotrs;")).toBe("did you mean 'directors'?");
    expect(hintOf("import somethingelse;")).toBe(
      "--vmod-path names the folders that VMODs are in: somethingelse.vcc",
    );
    expect(hintOf('import std from "/nowhere.vcc";')).toBeUndefined();
  });

  test("what is of another dialect is said to be", () => {
    const other = (of: string) => expect.stringContaining(`is of ${of}, which this is not`) as string;
    const field = (text: string) => hintOf(`backend f { .host = "127.0.0.1"; .${text}; }`);
    expect(field("ssl = 1")).toEqual(other("Fastly's VCL and Varnish Enterprise's VCL"));
    expect(field('ssl_cert_hostname = "x"')).toContain("the tls VMOD has backends use TLS");
    expect(field('share_key = "x"')).toEqual(other("Fastly's VCL"));
    expect(field("last_byte_timeout = 5s")).toEqual(other("Varnish Enterprise's VCL"));
    expect(field("max_conections = 5")).toBe("did you mean '.max_connections'?");
    const inSub = (text: string) => hintOf(`sub vcl_recv { ${text} }`);
    expect(inSub("declare local var.x STRING;")).toEqual(other("Fastly's VCL"));
    expect(inSub('set var.x = "1";')).toEqual(other("Fastly's VCL"));
    expect(inSub("set req.http.X = fastly_info.state;")).toEqual(other("Fastly's VCL"));
    expect(inSub('set req.http.X = var.get("x");')).toBe("needs `import var;` before it");
    expect(inSub('add req.http.X = "1";')).toBe("write set, or header.append() of the header VMOD");
  });

  test("a whole program of another dialect is told to be one, and nothing else", () => {
    const signs = [
      'table hosts {\n  "a": "b",\n}\n',
      "sub vcl_recv {\n  declare local var.x STRING;\n}\n",
      "sub vcl_recv {\n#FASTLY recv\n  error 600;\n}\n",
      'sub vcl_recv {\n  set var.x = "a";\n}\n',
      'sub kind STRING {\n  return "a";\n}\n',
    ];
    for (const text of signs) {
      const { diagnostics } = check(text);
      expect(diagnostics.map(({ code }) => code)).toEqual(["other-dialect"]);
      expect(diagnostics[0]?.message).toContain("This is Fastly's VCL, which vclc does not compile");
    }
    const own = check('backend b { .host = "192.0.2.1"; }\n').diagnostics;
    expect(own.map(({ code }) => code)).toEqual(["version-missing"]);
  });

  test("no function of another VMOD that it has not either", () => {
    const inSub = (text: string) => hintOf(`import str; import std; import cookie; sub vcl_recv { ${text} }`);
    expect(inSub('set req.http.X = str.nosuch("x");')).toBeUndefined();
    expect(inSub('set req.http.X = sdt.nosuch("x");')).toBeUndefined();
    expect(inSub('cookie.filter_except("a");')).toBe("write cookie.keep(…)");
  });

  test("entries of ACLs without quotes", () => {
    expect(hintOf('table redirects { "a": "b" }')).toBe(
      "table is of Fastly's VCL, which this is not: use a VMOD",
    );
    expect(hintOf('import std; sub vcl_recv { set req.http.a = stdd.tolower("A"); }')).toBe(
      "did you mean 'std.tolower'?",
    );
    expect(hintOf("acl a { 10.0.0.0/8; }")).toBe('addresses and names stand in quotes: "192.0.2.0"/24');
  });
});

/** What older VCL wrote, the sub it stood in, and the advice. */
const former: readonly (readonly [sub: string, statement: string, hint: string])[] = [
  ["vcl_recv", "return (lookup);", "since VCL 4 it is return (hash); legal returns of vcl_recv are: "],
  ["vcl_recv", "return (deliver);", "since VCL 4 it is return (hash) to look the object up, or "],
  ["vcl_recv", "return (error);", "since VCL 4 it is return (synth(status, reason)); legal returns"],
  ["vcl_hash", "return (hash);", "since VCL 4 it is return (lookup); legal returns of vcl_hash are: "],
  ["vcl_pass", "return (pass);", "since VCL 4 it is return (fetch); legal returns of vcl_pass are: "],
  ["vcl_hit", "return (fetch);", "since VCL 4 it is return (pass), or return (restart) with "],
  ["vcl_deliver", "return (hit_for_pass);", "since VCL 4 it is, in vcl_backend_response, return (pass), or "],
  ["vcl_backend_response", "return (hit_for_pass);", "since VCL 4 it is return (pass), or set beresp."],
  ["vcl_backend_response", "return (restart);", "since VCL 4 it is return (retry); legal returns of "],
  ["vcl_hash", "set req.hash = req.url;", "since VCL 4 it is hash_data(…); in vcl_hash"],
  ["vcl_hash", "set req.hash += req.url;", "since VCL 4 it is hash_data(…); in vcl_hash"],
  [
    "vcl_hit",
    "set obj.ttl = 1s;",
    "since VCL 4 objects are not changed: set beresp… in vcl_backend_response",
  ],
  ["vcl_deliver", 'set obj.http.x = "y";', "since VCL 4 objects are not changed: set beresp… in "],
  ["vcl_recv", "set req.url = req.url req.http.x;", "put + between strings, or a ';' between statements"],
  ["vcl_recv", 'set req.url = "a" req.url;', "use + to concatenate strings"],
  ["vcl_recv", 'set req.url = req.url "a";', "use + to concatenate strings"],
  ["vcl_recv", 'set req.url = req.url + "a" "b" + "c"; set req.url = "d";', "use + to concatenate strings"],
];

describe("what older VCL wrote comes with what is written now", () => {
  test.each(former)("%s: %s", (sub, statement, hint) => {
    const text = `vcl 4.1;\nbackend default none;\nsub ${sub} { ${statement} }\n`;
    const { diagnostics } = check(text);
    expect(diagnostics.map((found) => found.hint?.slice(0, hint.length))).toContain(hint);
  });
});
