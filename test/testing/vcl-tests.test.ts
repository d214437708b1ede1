import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import type { CaseResult } from "../../src/cli/test/results.js";
import { TestRun } from "../../src/cli/test/test-files.js";
import { temporaryFolder, vclc } from "../support/cli.js";

const policy = `vcl 4.1;
import std;
probe p { .interval = 5s; .window = 2; .threshold = 2; .initial = 2; }
backend default { .host = "a.example"; .first_byte_timeout = 3s; }
backend api { .host = "a.example"; .probe = p; }
sub vcl_recv {
    if (req.url ~ "^/api") { set req.backend_hint = api; }
    if (req.url == "/pass") { return (pass); }
    if (req.url == "/pipe") { return (pipe); }
    if (req.url == "/gone") { return (synth(410, "Gone")); }
    std.log("url: " + req.url);
}
sub vcl_backend_response { set beresp.ttl = 1m; set beresp.grace = 1h; set beresp.keep = 2h; }
`;
const head =
  'vcl 4.1; import assert; import testing;\nsub vcl_init { new web = testing.origin("default"); new api = testing.origin(); }\n';

/** Runs these tests of the policy above, and answers with what became of each, by its name. */
async function resultsOf(
  tests: string,
  files: Readonly<Record<string, string>> = {},
): Promise<Readonly<Record<string, CaseResult>>> {
  const folder = temporaryFolder();
  for (const [name, text] of Object.entries({ "p.vcl": policy, ...files, "p.test.vcl": tests }))
    writeFileSync(join(folder, name), text);
  const run = new TestRun({ colored: false });
  const file = join(folder, "p.test.vcl");
  const found = run.list(file);
  const results: (readonly [string, CaseResult])[] = [];
  if ("result" in found) results.push([found.result.name, found.result]);
  else
    for (const [index, { name }] of found.tests.entries()) results.push([name, await run.run(file, index)]);
  return Object.fromEntries(results);
}

/** Runs one test; empty when it passed, else each expectation that was not met, or why it could not be run. */
async function unmetIn(
  body: string,
  files: Readonly<Record<string, string>> = {},
): Promise<readonly string[]> {
  const result = (await resultsOf(`${head}sub test_it { ${body} }`, files))["test_it"];
  if (!result) throw new Error("no result");
  if (result.problem !== undefined) return [result.problem];
  return result.failures.flatMap(({ unmet }) =>
    unmet.map(({ what, expected, got }) => `${what}: expected ${expected}, got ${got}`),
  );
}

type Files = Readonly<Record<string, string>>;

describe("what tests in VCL can do", () => {
  const abilities: readonly (readonly [what: string, body: string, files?: Files, objects?: string])[] = [
    [
      "a request, its response and its body",
      'web.answer(201, "made"); web.set_header("X-A", "1"); testing.send("/x"); assert.equal(resp.status, 201); assert.equal(resp.http.X-A, "1"); assert.equal(testing.body(), "made");',
    ],
    [
      "req is what is sent, and stays",
      'set req.http.X-B = "b"; set req.url = "/api/1"; testing.send(); testing.send(method = "POST", body = "a=1"); assert.equal(req.method, "GET"); assert.equal(api.bereq_header("X-B"), "b"); assert.equal(api.bereq_url(), "/api/1"); assert.equal(api.bereq_method(), "POST"); assert.equal(api.bereq_body(), "a=1"); assert.equal(api.calls(), 1); assert.equal(web.calls(), 0); assert.unset(api.bereq_header("X-C"));',
    ],
    [
      "obj is the object in the cache, as it is now",
      'testing.send("/"); assert.equal(obj.hits, 0); testing.advance(10s); testing.send("/"); assert.equal(obj.hits, 1); assert.about(obj.age, 10s); testing.advance(10s); assert.about(obj.ttl, 40s); assert.equal(obj.grace, 1h); assert.equal(obj.keep, 2h);',
    ],
    [
      "what ends after a minute has ended a minute later",
      'testing.send("/"); testing.advance(1m); assert.less(obj.ttl, 0);',
    ],
    [
      "hit, miss, pass, pipe, synth",
      'testing.send("/"); assert.equal(testing.cache(), "miss"); testing.send("/"); assert.equal(testing.cache(), "hit"); testing.send("/pass"); assert.equal(testing.cache(), "pass"); testing.send("/pipe"); assert.equal(testing.cache(), "pipe"); testing.send("/gone"); assert.equal(testing.cache(), "synth"); assert.equal(testing.ran("vcl_synth"), 1); assert.equal(testing.ran("vcl_backend_fetch"), 0);',
    ],
    [
      "hit-for-miss",
      'testing.send("/"); assert.equal(testing.cache(), "miss"); testing.send("/"); assert.equal(testing.cache(), "hitmiss");',
      {
        "p.vcl":
          'vcl 4.1; backend default { .host = "a"; } sub vcl_backend_response { set beresp.uncacheable = true; set beresp.ttl = 9s; }',
      },
    ],
    [
      "delay and time-outs",
      'web.delay(2s); testing.send("/"); assert.equal(resp.status, 200); web.fail(silent); testing.send("/2"); assert.equal(resp.status, 503); web.fail(reset); testing.send("/3"); assert.equal(resp.status, 503); web.answer(); testing.send("/4"); assert.equal(resp.status, 200);',
    ],
    [
      "health as the operator says, and as probes find it",
      'api.set_health(sick); testing.send("/api/1"); assert.equal(resp.status, 503); assert.equal(testing.fetches(), 0); api.set_health(auto); testing.send("/api/1"); assert.equal(resp.status, 200); api.fail(reset); testing.advance(1m); testing.send("/api/2"); assert.equal(resp.status, 503); assert.equal(api.calls(), 0);',
    ],
    [
      "the log, and nothing of the requests before",
      'testing.send("/a"); testing.send("/b"); assert.equal(testing.log(), "url: /b");',
    ],
    [
      "commands of the operator",
      'testing.send("/"); testing.command("ban req.url == /"); testing.send("/"); assert.equal(testing.cache(), "miss");',
    ],
    [
      "an origin for one path, and its echo",
      'count.echo(); web.answer(200, "rest"); testing.send("/count?x=1"); assert.contains(testing.body(), {""path":"/count""}); testing.send("/"); assert.equal(testing.body(), "rest");',
      {},
      'sub vcl_init { new count = testing.origin("default", path = "/count"); } ',
    ],
    [
      "where a request comes from",
      'testing.send("/", client = "192.0.2.7"); assert.equal(web.bereq_header("X-Forwarded-For"), "192.0.2.7");',
    ],
    [
      "every comparison",
      'assert.true(1 == 1); assert.false(1 == 2); assert.equal(req.http.none, req.http.nothing); assert.not_equal("a", "b"); assert.set(req.http.host); assert.match("abc", "^a"); assert.not_match("abc", "^b"); assert.not_contains("abc", "d"); assert.starts_with("abc", "ab"); assert.ends_with("abc", "bc"); assert.less(1s, 2); assert.more("10", "9"); assert.about(1.5s, 1, 0.5);',
    ],
  ];

  for (const [what, body, files = {}, objects = ""] of abilities) {
    test(what, async () => {
      const result = await resultsOf(`${head}${objects}sub test_it { ${body} }`, files);
      expect(result["test_it"]).toMatchObject({ failures: [] });
      expect(result["test_it"]?.problem).toBeUndefined();
    });
  }

  test("each test has a world of its own, and a title from the comment above it", async () => {
    const body = 'testing.send("/"); assert.equal(testing.cache(), "miss");';
    const results = await resultsOf(
      `${head}# Pages are fetched. And more.\nsub test_one { ${body} }\n\nsub test_two { ${body} }\n/* A third\n * one */\nsub test_three { ${body} }\nsub helper { ${body} }\nsub test_four { call helper; }`,
    );
    expect(Object.keys(results)).toEqual(["Pages are fetched", "test_two", "A third one", "test_four"]);
    expect(Object.values(results).flatMap(({ failures }) => failures)).toEqual([]);
    expect(results["test_two"]?.place).toEqual({ line: 6, column: 1 });
  });

  test("one that asserts nothing on its way is none", async () => {
    const results = await resultsOf(
      `${head}sub test_empty { }\nsub test_early { if (true) { return (deliver); } assert.fail(); }\n`,
    );
    for (const { failures } of Object.values(results))
      expect(failures[0]?.unmet).toMatchObject([{ expected: "an assert on the way", got: "none" }]);
    expect(Object.keys(results)).toHaveLength(2);
  });

  test("several VCLs with labels, named by vcl_init or by the test", async () => {
    const files = {
      "main.vcl":
        'vcl 4.1; backend b none; sub vcl_recv { set req.http.X-From = "main"; return (dispatch(shop)); }',
      "a.vcl":
        'vcl 4.1; backend api { .host = "o"; } sub vcl_recv { set req.backend_hint = api; } sub vcl_deliver { set resp.http.X-Of = "a"; }',
    };
    const send =
      'testing.send("/"); assert.equal(api.bereq_header("X-From"), "main"); assert.equal(resp.http.X-Of, "a");';
    expect(
      await unmetIn(`testing.label("shop", "a.vcl"); testing.policy("main.vcl"); ${send}`, files),
    ).toEqual([]);
    const inInit = `${head}sub vcl_init { testing.label("shop", "a.vcl"); testing.policy("main.vcl"); }\nsub test_it { ${send} }`;
    expect((await resultsOf(inInit, files))["test_it"]).toMatchObject({ failures: [] });
    expect(await unmetIn(`testing.policy("main.vcl"); ${send}`, files)).toEqual([
      expect.stringMatching(/main\.vcl does not load: [^]*shop/),
    ]);
  });
});

describe("what tests in VCL say", () => {
  test("each expectation has its line; those up to the next request are looked at", async () => {
    const results = await resultsOf(
      `${head}include "help.vcl";\nsub test_it {\n  testing.send("/x");\n  assert.equal(resp.status, 404, "no page");\n  call help;\n  assert.true(resp.status == 404);\n  testing.send("/never");\n  assert.fail();\n}`,
      { "help.vcl": 'sub help {\n  assert.match(resp.reason,\n    "^No");\n}\n' },
    );
    const [failure] = results["test_it"]?.failures ?? [];
    expect(failure?.step).toBe("GET /x at 0s");
    expect(failure?.unmet.map(({ at = "", ...rest }) => ({ ...rest, at: at.replace(/^.*\//, "") }))).toEqual([
      {
        at: "p.test.vcl:6",
        what: 'assert.equal(resp.status, 404, "no page") (no page)',
        expected: "404",
        got: "200",
      },
      { at: "help.vcl:2", what: "assert.match(resp.reason, …", expected: "a match of ^No", got: '"OK"' },
      { at: "p.test.vcl:8", what: "assert.true(resp.status == 404)", expected: "true", got: "false" },
    ]);
    const steps =
      failure?.trace.flatMap((entry) => ("step" in entry ? [entry.step.span.file.name] : [])) ?? [];
    expect(new Set(steps.map((name) => name.replace(/^.*\//, "")))).toEqual(new Set(["p.vcl"]));
  });

  test.each([
    ['assert.equal("a", req.http.none);', 'expected none, got "a"'],
    ['assert.not_equal("a", "a");', 'expected something other than "a", got "a"'],
    ["assert.set(req.http.none);", "expected a value, got none"],
    ["assert.unset(req.url);", 'expected none, got "/"'],
    ['assert.not_match("abc", "b");', 'expected no match of b, got "abc"'],
    ['assert.contains(req.http.none, "b");', 'expected something with "b", got none'],
    ['assert.not_contains("abc", "b");', 'expected nothing with "b", got "abc"'],
    ['assert.starts_with("abc", "b");', 'expected something that begins with "b", got "abc"'],
    ['assert.ends_with("abc", "b");', 'expected something that ends with "b", got "abc"'],
    ['assert.less("x", "2");', 'expected less than 2, got "x"'],
    ["assert.more(2, 2);", "expected more than 2, got 2"],
    ["assert.about(3, 1, 1);", "expected 1, or 1 more or less, got 3"],
    ['assert.fail("no");', 'assert.fail("no") (no): expected not to come here, got came here'],
    ['assert.equal("K\u00c3\u00a4se", "");', 'expected "", got "Käse"'],
    ["assert.equal(obj.hits, 0);", "no obj: "],
    ["return (restart);", "expected a test that ends where its sub does, got return (restart)"],
    ['return (fail("why"));', "expected no failure, got why"],
    ['testing.send("/"); testing.policy("q.vcl");', "the policy is named before the first request"],
    ['testing.policy("gone.vcl"); testing.send();', "gone.vcl: No such file or directory"],
    ["testing.advance(-1s);", "time does not go back"],
    ['testing.command("vcl.load a b");', "testing.command(): vcl.load a b: a test has ban"],
    ['testing.command("ban nonsense");', "testing.command(): ban nonsense: "],
    ['assert.equal(testing.ran("vcl_mis"), 0);', "no sub of a request"],
  ])("%s says %j", async (body, message) => {
    const text = Buffer.from(body, "latin1").toString("utf8");
    expect((await unmetIn(text)).join("\n")).toContain(message);
  });

  test.each([
    [`${head}sub test_it { set beresp.ttl = 1s; }`, "beresp.ttl cannot be set from subroutine 'vcl_deliver'"],
    [`${head}sub test_it {`, "a block is not closed"],
    [`${head}sub tset_it { }`, "Unused sub tset_it"],
    [head, "a test is a sub whose name begins with test_"],
    [`${head}sub vcl_init { return (fail("not today")); } sub test_it { }`, "p.test.vcl does not load: "],
  ])("%j cannot be run: %s", async (text, message) => {
    const [result] = Object.values(await resultsOf(text));
    expect(result?.problem).toContain(message);
  });
});

test("vclc test: coverage is of the policy, --filter knows titles and names; vclc check takes tests for programs, vclc run does not run them", async () => {
  const folder = temporaryFolder();
  writeFileSync(join(folder, "p.vcl"), policy);
  writeFileSync(
    join(folder, "p.test.vcl"),
    `${head}# A title\nsub test_one { testing.send("/gone"); assert.set(resp.http.X-Varnish); }\nsub test_two { assert.fail(); }\n`,
  );
  const { code, stdout } = await vclc(["test", "--coverage", "--filter", "title|_one"], folder);
  expect(stdout).toMatch(/^p\.test\.vcl\n {2}✓ A title \([\d.]+ ms\)\n\n1 passed, 0 failed/);
  expect(stdout).toContain("p.vcl");
  expect(stdout.match(/%/g)).toHaveLength(2);
  expect(code).toBe(0);
  expect(await vclc(["check", "p.test.vcl"], folder)).toEqual({ code: 0, stdout: "", stderr: "" });
  expect(await vclc(["run", "-f", "p.test.vcl"], folder)).toMatchObject({
    stderr: "vclc: VMOD assert is for tests: vclc test runs them\n",
  });
});
