import { spawnSync } from "node:child_process";
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { temporaryFolder, vclc } from "../support/cli.js";
import { isInstalled } from "../support/installed.js";

const hasLcov = isInstalled("lcov", "--version");
if (!hasLcov) console.warn("SKIPPED: that lcov reads coverage is tested where it is installed");

const policy = `vcl 4.1;
backend default { .host = "a.example"; }
backend api { .host = "a.example"; }
sub vcl_recv {
    if (req.url ~ "^/api") { set req.backend_hint = api; }
    if (req.url == "/never") {
        return (synth(410));
    }
}
`;

function folderWith(files: Readonly<Record<string, string>>): string {
  const folder = temporaryFolder();
  for (const [name, text] of Object.entries(files)) {
    mkdirSync(join(folder, name, ".."), { recursive: true });
    writeFileSync(join(folder, name), text);
  }
  return folder;
}

const passing =
  "name: passes\nbackends: { api: { body: hello } }\nrequest: { url: /api }\nexpectations: { response: { body: hello }, backend: api }\n";
const failing =
  "name: fails\nrequest: { url: / }\nexpectations: { response: { status: 404, headers: { X-No: x } }, backend: api }\n";

describe("vclc test", () => {
  test("the example passes, and what it does not run is told", async () => {
    const folder = temporaryFolder();
    const { code, stdout } = await vclc(["test", "examples/testing", "--coverage", folder]);
    expect(stdout).toMatch(/\n14 passed, 0 failed/);
    expect(stdout).toMatch(/ 100\.0 % +100\.0 % {2}examples\/testing\/shop\.vcl\n/);
    expect(code).toBe(0);
    expect(readFileSync(join(folder, "index.html"), "utf8")).toContain("examples/testing/shop.vcl");
  });

  test("a failure says what was expected, what came, and which lines of VCL led there", async () => {
    const folder = folderWith({ "p.vcl": policy, "p.test.yaml": failing });
    const { code, stdout } = await vclc(["test"], folder);
    expect(code).toBe(1);
    expect(stdout).toContain("p.test.yaml:1:1: GET /\n    status\n      expected 404\n      got      200\n");
    expect(stdout).toContain('    header X-No\n      expected "x"\n      got      none\n');
    expect(stdout).toContain("    backend\n      expected api\n      got      default\n");
    expect(stdout).toContain('p.vcl:5: if (req.url ~ "^/api") { set req.backend_hint = api; }\n');
    expect(stdout).not.toContain("p.vcl:7");
    expect(stdout).toMatch(/VCL_return +hash\n/);
  });

  test("two backends at one address are told apart by their names", async () => {
    const folder = folderWith({ "p.vcl": policy, "p.test.yaml": passing });
    expect(await vclc(["test"], folder)).toMatchObject({ code: 0 });
  });

  test("labels and dispatch: several VCLs in one test", async () => {
    const folder = folderWith({
      "main.vcl":
        'vcl 4.1; backend b none; sub vcl_recv { set req.http.X-From = "main"; return (dispatch(api)); }',
      "api.vcl":
        'vcl 4.1; backend origin { .host = "o"; } sub vcl_recv { set req.backend_hint = origin; } sub vcl_deliver { set resp.http.X-From = req.http.X-From; }',
      "d.test.yaml":
        "name: dispatched\nlabels: { api: api.vcl }\nbackends: { origin: { body: x } }\nrequest: { url: / }\nexpectations: { response: { body: x, headers: { X-From: main } }, backend: origin }\n",
    });
    expect(await vclc(["test"], folder)).toMatchObject({
      code: 0,
      stdout: expect.stringContaining("1 passed"),
    });
  });

  test("probes and time: a backend is sick after its probes have failed, and well again", async () => {
    const vcl = `vcl 4.1;
probe p { .interval = 5s; .window = 2; .threshold = 2; .initial = 2; }
backend default { .host = "a"; .probe = p; }
import std;
sub vcl_recv { if (!std.healthy(req.backend_hint)) { return (synth(503, "Sick")); } return (pass); }
`;
    const spec = `name: health
scenario:
  - { at: 0s, request: { url: / } }
  - { at: 30s, request: { url: / }, backend: { failure_mode: failed }, expectations: { response: { status: 503 } } }
  - { at: 60s, request: { url: / }, expectations: { response: { status: 503, reason: Sick } } }
  - { at: 90s, request: { url: / }, backend: { status: 200 }, expectations: { response: { status: 503, reason: Sick } } }
  - { at: 2m, request: { url: / }, expectations: { backend: { calls: 1 } } }
`;
    const folder = folderWith({ "p.vcl": vcl, "p.test.yaml": spec });
    const { code, stdout } = await vclc(["test"], folder);
    expect(stdout).toContain("1 passed");
    expect(code).toBe(0);
  });

  test("the first probes have been answered before the first request, by what the test says", async () => {
    const vcl = `vcl 4.1;
probe p { }
backend default { .host = "a"; .probe = p; }
backend other { .host = "a"; .probe = p; }
sub vcl_recv { if (req.url == "/other") { set req.backend_hint = other; } }
`;
    const spec = `name: health
backends: { other: { failure_mode: failed } }
scenario:
  - { at: 0s, request: { url: / }, expectations: { backend: default } }
  - { at: 0s, request: { url: /other }, expectations: { response: { status: 503 }, backend: { calls: 0 } } }
`;
    const tests = `vcl 4.1;
import assert;
import testing;
sub vcl_init { new other = testing.origin(); }
sub test_health {
    other.answer(500);
    testing.send("/");
    assert.equal(resp.status, 200);
    testing.send("/other");
    assert.equal(resp.status, 503);
}
`;
    const folder = folderWith({ "p.vcl": vcl, "p.test.yaml": spec, "p.test.vcl": tests });
    const { code, stdout } = await vclc(["test"], folder);
    expect(stdout).toContain("2 passed");
    expect(code).toBe(0);
  });

  test.each([
    ["requets: { url: / }\nname: x\n", "t.test.yaml:1:1: a test has no requets: did you mean request?"],
    ["request: { url: / }\n", "t.test.yaml:1:1: a test needs a name"],
    ["name: x\n", "t.test.yaml:1:1: a test needs a request or a scenario"],
    ["name: x\nrequest: {}\n", "t.test.yaml:2:10: a request needs a url"],
    ["name: x\nscenario:\n  - at: soon\n", 't.test.yaml:3:9: "soon" is no time'],
    [
      "name: x\nscenario:\n  - at: 2s\n  - at: 1s\n",
      "t.test.yaml:4:5: a step cannot be earlier than the one before it",
    ],
    [
      "name: x\nrequest: { url: / }\nbackends: { a: { status: 7 } }\n",
      "t.test.yaml:3:26: status must be between 100 and 999",
    ],
    [
      "name: x\nrequest: { url: / }\nbackends: { a: { failure_mode: slow } }\n",
      "failure_mode is failed or frozen, not slow",
    ],
    ["name: x\nrequest: [\n", "t.test.yaml:3:1: "],
    ["name: x\nrequest: { url: / }\nexpectations: { cache: { hit: maybe } }\n", "hit must be true or false"],
    ["name: x\nrequest: { url: / }\nvcl: gone.vcl\n", "cannot read gone.vcl: No such file or directory"],
    ["name: x\nrequest: { url: / }\nvcl: bad.vcl\n", "bad.vcl:1:"],
    ["name: x\nrequest: { url: / }\nvcl: label.vcl\n", "label.vcl does not load: "],
  ])("%j is refused", async (text, message) => {
    const folder = folderWith({
      "t.test.yaml": text,
      "t.vcl": policy,
      "bad.vcl": "vcl 4.1; backend b none; sub vcl_recv { set req.nosuch = 1; }",
      "label.vcl": "vcl 4.1; backend b none; sub vcl_recv { return (dispatch(none_such)); }",
    });
    const { code, stdout, stderr } = await vclc(["test"], folder);
    expect(stdout).toContain(message);
    expect(code).toBe(1);
    expect(stderr).toBe("");
  });

  test("options: filter, shard, thresholds, and what is no use of them", async () => {
    const folder = folderWith({
      "p.vcl": policy,
      "p.test.yaml": `${passing}---\n${failing}`,
      "q.test.yaml": passing,
      "q.vcl": policy,
    });
    const of = (...args: string[]) => vclc(["test", ...args], folder);
    expect(await of("--filter", "pass")).toMatchObject({
      code: 0,
      stdout: expect.stringContaining("2 passed, 0 failed"),
    });
    expect(await of("--shard", "2/2")).toMatchObject({
      code: 0,
      stdout: expect.stringContaining("1 passed, 0 failed"),
    });
    expect(await of("--filter", "pass", "--threshold", "lines=90")).toMatchObject({
      code: 1,
      stderr: "vclc: coverage of lines is 66.7 %, below 90 %\n",
    });
    expect(await of("--filter", "none")).toMatchObject({
      code: 2,
      stderr: expect.stringContaining("no test matches none"),
    });
    expect(await of("--filter", "(")).toMatchObject({
      code: 2,
      stderr: expect.stringContaining("--filter: "),
    });
    expect(await of("--shard", "3/2")).toMatchObject({
      code: 2,
      stderr: expect.stringContaining("--shard 3/2 is no part"),
    });
    expect(await of("--threshold", "lines=101")).toMatchObject({ code: 2 });
    expect(await of("--coverage-format", "pdf")).toEqual({
      code: 2,
      stdout: "",
      stderr: "vclc: --coverage-format pdf: there are text, lcov and html\n",
    });
    expect(await of("--jobs", "0")).toMatchObject({ code: 2, stdout: "" });
    const [one, two] = [await of("--coverage", "one"), await of("--coverage", "two", "--jobs", "2")];
    const withoutTimes = (text: string): string => text.replace(/\([\d.]+ ms\)/g, "");
    expect(withoutTimes(two.stdout)).toBe(withoutTimes(one.stdout));
    expect(one.stdout).toContain("2 passed, 1 failed");
    const lcov = (name: string): string => readFileSync(join(folder, name, "lcov.info"), "utf8");
    expect(lcov("two")).toBe(lcov("one"));
    expect(await of("nowhere")).toMatchObject({
      code: 2,
      stderr: "vclc: cannot read nowhere: No such file or directory\n",
    });
  });

  test("formats for programs", async () => {
    const folder = folderWith({ "p.vcl": policy, "p.test.yaml": `${passing}---\n${failing}` });
    const tap = (await vclc(["test", "--format", "tap"], folder)).stdout.split("\n");
    expect(tap.slice(0, 4)).toEqual([
      "TAP version 14",
      "ok 1 - p.test.yaml: passes",
      "not ok 2 - p.test.yaml: fails",
      "  ---",
    ]);
    expect(tap.at(-2)).toBe("1..2");
    const json = JSON.parse((await vclc(["test", "--format", "json"], folder)).stdout) as object;
    expect(json).toMatchObject({
      ...{ passed: 1, failed: 1 },
      tests: [
        { name: "passes", passed: true },
        {
          name: "fails",
          line: 6,
          failures: [{ unmet: [{ what: "status", expected: "404", got: "200" }, {}, {}] }],
        },
      ],
    });
    const xml = (await vclc(["test", "--format", "junit"], folder)).stdout;
    expect(xml).toContain('<testsuites name="vclc test" tests="2" failures="1" errors="0">');
    expect(xml).toMatch(
      /<testcase name="fails" classname="p\.test\.yaml" time="\d+\.\d{3}">\s*<failure [^>]*> {2}p\.test\.yaml:6:1: GET \//,
    );
  });

  test.skipIf(!hasLcov)("lcov itself reads what it is given", async () => {
    const folder = folderWith({ "p.vcl": policy, "p.test.yaml": passing });
    await vclc(["test", "--coverage", "cov"], folder);
    const branches = [
      "--rc",
      "lcov_branch_coverage=1",
      "--rc",
      "branch_coverage=1",
      "--ignore-errors",
      "usage,unsupported",
    ];
    const { stdout, stderr } = spawnSync("lcov", ["--summary", "cov/lcov.info", ...branches], {
      cwd: folder,
      encoding: "utf8",
    });
    expect(`${stdout}${stderr}`).toMatch(/lines\.+: 66\.7% \(2 of 3 lines\)/);
    expect(`${stdout}${stderr}`).toMatch(/branches\.+: 50\.0% \(2 of 4 branches\)/);
  });

  test("lcov has every line and way, with how often it ran", async () => {
    const folder = folderWith({ "p.vcl": policy, "p.test.yaml": passing });
    await vclc(["test", "--coverage", "cov"], folder);
    const lcov = readFileSync(join(folder, "cov/lcov.info"), "utf8").split("\n");
    expect(lcov.filter((line) => line.startsWith("DA:"))).toEqual(["DA:5,1", "DA:6,1", "DA:7,0"]);
    expect(lcov.filter((line) => line.startsWith("BRDA:")).map((line) => line.replace(/,\d+,/, ","))).toEqual(
      [...["BRDA:5,0,1", "BRDA:5,1,0", "BRDA:6,0,0", "BRDA:6,1,1"]],
    );
    expect(lcov).toContain(`SF:${join(folder, "p.vcl")}`);
  });
});
