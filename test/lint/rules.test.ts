import { describe, expect, test } from "vitest";
import { lintCatalog } from "../../src/diagnostics/catalog/lint.js";
import { rules } from "../../src/lint/rules/index.js";
import { builtinVcl } from "../../src/language/builtin-vcl.js";
import { linted } from "../support/lint.js";

const codes = (text: string) => linted(text).map(({ code }) => code);
const recv = (...statements: string[]) => `sub vcl_recv {\n${statements.join("\n")}\n}\n`;
const response = (...statements: string[]) => `sub vcl_backend_response {\n${statements.join("\n")}\n}\n`;

test("there are at least twenty rules, and every code but those about comments and targets has one", () => {
  const given = Object.keys(lintCatalog).filter((code) => !/^(?:suppression|target)-/.test(code));
  expect(Object.keys(rules).sort()).toEqual(given.sort());
  expect(given.length).toBeGreaterThanOrEqual(20);
});

test("a rule points at what it is about", () => {
  const [found] = linted(recv('if (req.url ~ "^admin") { return (pass); }'));
  const { file, start, end } = found!.span;
  expect(file.text.slice(start, end)).toBe('"^admin"');
  expect(found?.hint).toBe('write "^/admin"');
});

test("the built-in VCL is not inspected when a program extends it", () => {
  expect(codes("sub vcl_req_host { unset req.http.X; }\n")).toEqual([]);
});

// What each rule finds is shown by the examples of `vclc explain`, which a test compiles. This is what must pass without a word.
const quiet: readonly (readonly [string, string])[] = [
  ["the built-in VCL as a policy", builtinVcl.replace("vcl 4.0;", "")],
  ["a return in one branch only", recv('if (req.url == "/") { return (pass); }', "unset req.http.Cookie;")],
  [
    "an empty branch behind a function that does something",
    `import std;\n${recv("if (!std.cache_req_body(1MB)) { }")}`,
  ],
  [
    "parameters for shard directors, which are no directors",
    "import directors;\nsub vcl_init { new p = directors.shard_param(); }\n",
  ],
  ["an empty branch with a comment", recv('if (req.url == "/") { # as it is\n} else { return (pass); }')],
  [
    "the same function asked twice, which may answer differently",
    `import std;\n${recv("if (std.random(0, 1) > 0.5) { unset req.http.A; } elsif (std.random(0, 1) > 0.5) { unset req.http.B; }")}`,
  ],
  [
    "two of three branches that do the same",
    recv(
      'if (req.url == "/a") { return (pass); } elsif (req.url == "/b") { unset req.http.X; } else { return (pass); }',
    ),
  ],
  ["a header as a condition", recv("if (req.http.X) { return (pass); }")],
  [
    "a header compared with itself, which says whether it is set",
    recv("if (req.http.X == req.http.X) { return (pass); }"),
  ],
  ["different variables in one ||", recv('if (req.url != "/a" || req.method != "GET") { return (pass); }')],
  [
    "a VMOD of which only an object is used",
    `import directors;\nsub vcl_init { new rr = directors.round_robin(); rr.add_backend(default); }\n${recv("set req.backend_hint = rr.backend();")}`,
  ],
  [
    "a director that another takes its backend from",
    `import directors;\nsub vcl_init { new a = directors.round_robin(); a.add_backend(default); new b = directors.fallback(); b.add_backend(a.backend()); }\n${recv("set req.backend_hint = b.backend();")}`,
  ],
  [
    "a value that is read before it is set again",
    recv('set req.http.X = "a";', 'set req.http.X = req.http.X + "b";'),
  ],
  [
    "a value that a sub could read",
    `sub helper { set req.http.Y = req.http.X; }\n${recv('set req.http.X = "a";', "call helper;", "unset req.http.X;")}`,
  ],
  [
    "a value that a VMOD could read",
    `import std;\n${recv('set req.http.X = "a";', "set req.http.Y = std.random(0, 1);", "unset req.http.X;")}`.replace(
      "std.random(0, 1)",
      'std.getenv("X")',
    ),
  ],
  [
    "a text of the case it is made to have",
    recv('if (req.http.X.lower() == "main" || req.http.X.upper() == "MAIN") { return (pass); }'),
  ],
  [
    "methods that are made up, and those in capitals",
    recv('if (req.method == "Refresh" || req.method == "PATCH") { return (pass); }'),
  ],
  [
    "an empty header that is asked for besides",
    recv('if (!req.http.X || req.http.X == "") { return (pass); }'),
  ],
  [
    "an empty header inside of a branch that asks for it",
    recv("if (req.http.X) {", 'if (req.http.X == "") { return (pass); }', "}"),
  ],
  [
    "an empty header that the policy made",
    recv('set req.http.X = regsub(req.url, "a", "");', 'if (req.http.X == "") { return (pass); }'),
  ],
  [
    "URLs from the slash on, and absolute ones",
    recv(
      'if (req.url ~ "^/a" || req.url ~ "^https?://" || req.url == "*" || req.url ~ "a") { return (pass); }',
    ),
  ],
  ["a status of four digits", recv("return (synth(1404));")],
  [
    "host patterns with care",
    recv(
      'if (req.http.host ~ "^(www\\.)?example\\.com$" || req.http.host ~ "^img[0-9]*" || req.http.host ~ "^.+\\.example\\.com") { return (pass); }',
    ),
  ],
  ["a part of a host name taken away", recv('set req.http.host = regsub(req.http.host, "^www\\.", "");')],
  [
    "patterns that need not match",
    recv(
      'if (req.url ~ "^a*$" || req.url ~ "." || req.url ~ "^/(|index)$" || req.url ~ "\\b") { return (pass); }',
    ),
  ],
  ["groups that are there", recv('set req.url = regsub(req.url, "^/(a)(b)", "/\\2\\1\\0");')],
  [
    "return (hash) in a policy that looks at the headers",
    recv("if (req.http.Authorization || req.http.Cookie) { return (pass); }", "return (hash);"),
  ],
  ["return (hash) behind the built-in sub", recv("call vcl_builtin_recv;", "return (hash);")],
  [
    "return (deliver) of what is not cached",
    response("set beresp.uncacheable = true;", "set beresp.ttl = 2m;", "return (deliver);"),
  ],
  [
    "return (lookup) of a whole hash",
    "sub vcl_hash { hash_data(req.url); hash_data(req.http.host); return (lookup); }\n",
  ],
  ["a ttl of zero that the built-in code turns into a mark", response("set beresp.ttl = 0s;")],
  [
    "a ttl of zero for errors, where grace keeps what there was before",
    response(
      "set beresp.grace = 6h;",
      "if (beresp.status >= 500) {",
      "set beresp.ttl = 0s;",
      "return (deliver);",
      "}",
    ),
  ],
  [
    "a ttl of zero in a background fetch, for which nobody waits",
    response(
      "if (bereq.is_bgfetch && (beresp.http.Set-Cookie || beresp.http.Cache-Control)) {",
      "set beresp.ttl = 0s;",
      "return (deliver);",
      "}",
    ),
  ],
  [
    "texts in order that are no numbers",
    recv('if (req.http.X > "b" || req.http.X < "1a") { return (pass); }'),
  ],
  ["numbers as texts that are equal or not", recv('if (req.http.X == "10") { return (pass); }')],
  ["a short req.grace", recv("set req.grace = 5s;")],
  [
    "Vary on a header that the policy normalizes",
    `${recv('set req.http.User-Agent = "mobile";')}${response('set beresp.http.Vary = "User-Agent";')}`,
  ],
  ["X-Forwarded-For made anew", recv("set req.http.X-Forwarded-For = client.ip;")],
  [
    "a purge with a secret",
    recv('if (req.method == "PURGE" && req.http.X-Key == "secret") { return (purge); }'),
  ],
  [
    "a purge in a sub that is called behind an ACL",
    `acl ours { "10.0.0.0"/8; }\nsub inner { return (purge); }\nsub outer { call inner; }\n${recv('if (req.method == "PURGE" && client.ip ~ ours) { call outer; }')}`,
  ],
  [
    "a purge behind an ACL that refuses the others",
    `acl ours { "10.0.0.0"/8; }\n${recv('if (req.method == "PURGE") { if (client.ip !~ ours) { return (synth(405)); } return (purge); }')}`,
  ],
  [
    "a restart that is counted",
    "sub vcl_deliver { if (resp.status == 503 && req.restarts < 2) { return (restart); } }\n",
  ],
  [
    "a restart that a header keeps from happening twice",
    `${recv("if (!req.http.X-Tried) {", 'set req.http.X-Tried = "1";', "return (restart);", "}")}`,
  ],
  [
    "a restart behind a way out for those that were here before",
    `sub vcl_deliver { if (req.http.X-Tried) { return (deliver); } set req.http.X-Tried = "1"; return (restart); }
`,
  ],
  [
    "a restart in a sub that is called when a header allows it",
    `sub again { return (restart); }
${recv("if (!req.http.X-Tried) {", 'set req.http.X-Tried = "1";', "call again;", "}")}`,
  ],
  [
    "a retry that another URL ends",
    'sub vcl_backend_error { if (bereq.url != "/sorry") { set bereq.url = "/sorry"; return (retry); } }\n',
  ],
  ["everybody but some", 'acl others { "10.0.0.0"/8; ! "0.0.0.0"/0; }\nunused others;\n'],
];

describe("nothing is said of", () => {
  test.each(quiet)("%s", (_, text) => {
    expect(codes(text)).toEqual([]);
  });
});

// Cases beyond the examples of `vclc explain`.
const found: readonly (readonly [string, string, string])[] = [
  [
    "behind an if whose branches all return",
    "unreachable-code",
    recv('if (req.url == "/") { return (pass); } else { return (pipe); }', "unset req.http.X;"),
  ],
  ["an empty else", "empty-branch", recv('if (req.url == "/") { return (pass); } else { }')],
  ["a literal", "constant-condition", recv("if (!true && req.http.X) { return (pass); }")],
  [
    "a variable compared with itself",
    "constant-condition",
    recv("if (req.url != (req.url)) { return (pass); }"),
  ],
  [
    "two texts at once",
    "contradictory-comparison",
    recv('if (req.http.X && req.url == "/a" && req.url == "/b") { return (pass); }'),
  ],
  [
    "set, then unset",
    "overwritten-value",
    recv('set req.http.X = "a";', 'set req.http.Y = "b";', "unset req.http.X;"),
  ],
  [
    "std.tolower",
    "wrong-case",
    `import std;\n${recv('if (std.tolower(req.http.X) != "Main") { return (pass); }')}`,
  ],
  ["!= of an empty text", "compared-with-empty", recv('if (req.http.X != "") { return (pass); }')],
  ["a URL without its slash", "url-without-slash", recv('if (req.url == "admin") { return (pass); }')],
  [
    "something before the beginning",
    "regex-never-matches",
    recv('if (req.url ~ "(a^b|c^)") { return (pass); }'),
  ],
  ["all of it", "regex-always-matches", recv('if (req.url ~ "^.*$") { return (pass); }')],
  [
    "a purge in a sub that anybody can have called",
    "purge-unguarded",
    `sub inner { return (purge); }\nsub outer { call inner; }\n${recv('if (req.method == "PURGE") { call outer; }')}`,
  ],
  [
    "std.ban",
    "ban-unguarded",
    `import std;\n${recv('if (std.ban("req.url == /")) { return (synth(200)); }')}`.replace(
      "if (std.ban",
      'if (req.method == "BAN" && std.ban',
    ),
  ],
  [
    "a restart that depends on what does not change",
    "restart-unguarded",
    'sub vcl_deliver { if (req.http.X && resp.status == 503) { set req.http.Y = "1"; return (restart); } }\n',
  ],
  [
    "a restart beside a condition on what changes",
    "restart-unguarded",
    'sub vcl_deliver { if (req.http.Y) { set req.http.Y = "1"; } if (resp.status == 503) { return (restart); } }\n',
  ],
  [
    "a ttl of zero whose own grace is of no use",
    "zero-ttl",
    response("set beresp.ttl = 0s;", "set beresp.grace = 1h;", "return (deliver);"),
  ],
  ["a number made a text", "number-as-text", recv('if (req.http.X > "" + 10) { return (pass); }')],
  ["a number on the left", "number-as-text", recv('if ("1.5" <= req.http.X) { return (pass); }')],
  ["a retry", "restart-unguarded", "sub vcl_backend_error { return (retry); }\n"],
];

describe("rules find", () => {
  test.each(found)("%s: %s", (_, code, text) => {
    expect(codes(text)).toContain(code);
  });
});

test("Accept-Encoding: what forces gzip is told apart from what changes nothing", () => {
  const messages = (text: string) => linted(text).map(({ message }) => message);
  const set = 'set req.http.Accept-Encoding = "gzip";';
  const forced = ["Clients that do not take gzip get it all the same"];
  const idle = ["This changes nothing: before vcl_recv, Accept-Encoding is made gzip, or unset"];
  expect(messages(recv(set))).toEqual(forced);
  expect(messages(recv(`if (req.url ~ "x") { ${set} }`))).toEqual(forced);
  expect(messages(recv(`if (req.http.Accept-Encoding ~ "gzip") { ${set} }`))).toEqual(idle);
  expect(messages(`sub zip { ${set} }\n${recv("if (req.can_gzip) { call zip; }")}`)).toEqual(idle);
});

describe("every one of many equal sites is told, and an ignore silences its own", () => {
  const times = (count: number, of: (n: number) => string) => Array.from({ length: count }, (_, n) => of(n));
  test.each([
    ["hash-skips-builtin", (lines: string[]) => recv(...lines), "hash"],
    ["deliver-skips-builtin", (lines: string[]) => response(...lines), "deliver"],
    ["hash-incomplete", (lines: string[]) => `sub vcl_hash { ${lines.join("\n")} }\n`, "lookup"],
    ["restart-unguarded", (lines: string[]) => recv(...lines), "restart"],
  ] as const)("%s", (code, sub, action) => {
    const subject = action === "deliver" ? "bereq.url" : "req.url";
    const site = (n: number) => `if (${subject} == "/${n}") { return (${action}); }`;
    const own = (text: string) => linted(text).filter((one) => one.code === code);
    expect(own(sub(times(60, site)))).toHaveLength(60);
    const ignored = (n: number) => (n === 7 ? `# vclc-ignore ${code}: meant\n${site(n)}` : site(n));
    const left = own(sub(times(60, ignored)));
    expect(left).toHaveLength(59);
    expect(left.map(({ span }) => span.file.text.slice(0, span.start).includes('"/7"'))).toContain(true);
  });

  test("req-grace-only", () => {
    const lines = [
      "set req.grace = 1h;",
      "set req.grace = 2h; # vclc-ignore req-grace-only: meant",
      "set req.grace = 3h;",
    ];
    expect(codes(recv(...lines))).toEqual(["req-grace-only", "req-grace-only"]);
  });
});

test("a chain of twenty thousand branches is walked once", () => {
  const arms = Array.from({ length: 20_000 }, (_, n) => `if (req.url == "/${n}") { return (hash); }`);
  expect(codes(recv(arms.join(" else ")))).toContain("diagnostics-left-out");
});

test("rules look at a chain of five thousand subs once, not once for each", () => {
  const sub = (_: unknown, n: number) =>
    `sub s${n} { if (req.http.A) { set req.http.A = "1"; } else { call s${n + 1}; } }`;
  const chain = Array.from({ length: 5000 }, sub).join("\n");
  expect(codes(`${chain}\nsub s5000 { return (restart); }\n${recv("call s0;")}`)).toEqual([]);
});
