import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { temporaryFolder, vclc, type CliResult } from "../support/cli.js";

const routes = `groups:
  api: { endpoints: ["127.0.0.1:1"] }
  canary: { endpoints: ["127.0.0.1:2"] }
hosts:
  api.example.com:
    - name: beta
      match: { path: { prefix: /v2 }, method: [GET, POST], headers: { X-Beta: "1" }, query: { debug: { regex: "[01]" } } }
      split: [{ group: api, weight: 9 }, { group: canary }]
      label: api_policy
    - { name: second, match: { path: { prefix: /v2 } }, group: api, label: api_policy }
    - { name: exact, match: { path: { exact: /v2 } }, redirect: { path: /v3 } }
    - { name: odd, match: { path: { regex: "/x+" } }, group: api, label: api_policy }
  "*.example.com":
    - { name: rest, match: { method: GET }, group: api, label: www_policy }
`;

function run(
  args: readonly string[],
  files: Readonly<Record<string, string>> = { "r.yaml": routes },
): Promise<CliResult> {
  const folder = temporaryFolder();
  for (const [name, text] of Object.entries(files)) writeFileSync(join(folder, name), text);
  return vclc(args, folder);
}

describe("vclc routes check", () => {
  test("a good file: nothing to say, exit code 0", async () => {
    expect(await run(["routes", "check", "r.yaml"])).toEqual({ code: 0, stdout: "", stderr: "" });
  });

  test("mistakes have file, line, column and reason; exit code 1, and 2 where a file cannot be read", async () => {
    const files = {
      "good.yaml": routes,
      "group.yaml": "groups: {}\nhosts:\n  h:\n    - { group: x, label: y }\n",
      "syntax.json": '{ "groups": {}, "hosts": [',
      "empty.yaml": "",
      "deep.yaml": `hosts:\n  a: ${"[".repeat(200)}`,
    };
    const names = Object.keys(files);
    const { code, stdout, stderr } = await run(["routes", "check", ...names], files);
    expect(stdout.split("\n").map((line) => line.replace(/(error: .{20}).*/, "$1"))).toEqual([
      'group.yaml:4:16: error: there is no group "x',
      "syntax.json:1:27: error: Flow sequence in blo",
      "empty.yaml:1:1: error: the file must be a m",
      "deep.yaml:2:106: error: more than 100 lists ",
      "",
    ]);
    expect([code, stderr]).toEqual([1, ""]);
    expect(await run(["routes", "check", "none.yaml"], files)).toEqual({
      code: 2,
      stdout: "",
      stderr: "vclc: cannot read none.yaml: No such file or directory\n",
    });
    expect((await run(["routes", "check"])).code).toBe(2);
  });
});

const named = `routes:
  - name: shop
    hostnames: [shop.example.com, "*.shop.example.com"]
    vclPath: shop.vcl
`;

describe("the simpler form of a file of routes", () => {
  test("check looks for its VCLs, explain says which label and VCL a host gets", async () => {
    const files = { "r.yaml": named, "shop.vcl": "vcl 4.1; backend default none;" };
    expect(await run(["routes", "check", "r.yaml"], files)).toEqual({ code: 0, stdout: "", stderr: "" });
    expect(await run(["routes", "check", "r.yaml"], { "r.yaml": named })).toEqual({
      code: 1,
      stdout: 'r.yaml:2:5: error: route "shop": there is no file shop.vcl\n',
      stderr: "",
    });
    expect(await run(["routes", "explain", "r.yaml", "--host", "A.shop.example.com"], files)).toEqual({
      code: 0,
      stdout:
        "host    *.shop.example.com\nroute   shop (r.yaml:2:5)\nlabel   shop, which is shop.vcl\nwhy     it fits everything\n",
      stderr: "",
    });
  });
});

describe("vclc routes explain", () => {
  const explain = (...args: string[]): Promise<CliResult> => run(["routes", "explain", "r.yaml", ...args]);

  test("S4-117 which route wins, why, and why each other one does not", async () => {
    const beta = [
      "--host",
      "API.example.com:80",
      "--path",
      "/v2/a?x=1",
      "--header",
      "x-beta: 1",
      "--query",
      "debug=0",
    ];
    expect(await explain(...beta)).toEqual({
      code: 0,
      stdout: `host    api.example.com
route   beta (r.yaml:6:7)
label   api_policy
group   api (weight 9), canary (weight 1)
why     it fits: path prefix /v2, method GET or POST, header x-beta "1", query parameter debug regex [01]
others
  exact (r.yaml:11:7) does not fit: its path is exact /v2
  second (r.yaml:10:7) fits too, but beta has a method
  odd (r.yaml:12:7) does not fit: its path is regex /x+
`,
      stderr: "",
    });
    const { stdout } = await explain("--host", "api.example.com", "--path", "/v2", "--method", "PUT");
    expect(stdout).toContain("route   exact (r.yaml:11:7)\nanswer  302, a redirect\n");
    expect(stdout).toContain("beta (r.yaml:6:7) does not fit: its method is GET or POST\n");
    expect(stdout).toContain("second (r.yaml:10:7) fits too, but exact has a more exact kind of path\n");
  });

  test("no route is 404 and exit code 1; a host that the file does not have", async () => {
    const none = await explain("--host", "www.example.com", "--method", "POST");
    expect(none.code).toBe(1);
    expect(none.stdout).toBe(
      "host    *.example.com\nroute   none: the answer is 404\nothers\n  rest (r.yaml:14:7) does not fit: its method is GET\n",
    );
    expect((await explain("--host", "elsewhere.org")).stdout).toBe(
      "host    none fits elsewhere.org\nroute   none: the answer is 404\n",
    );
  });

  test("wrong usage is told in one line", async () => {
    expect((await explain()).stderr).toMatch(/^vclc: required option '--host <name>' not specified\n$/);
    for (const args of [
      ["--path", "x"],
      ["--header", "nothing"],
    ]) {
      const { code, stderr } = await explain("--host", "h", ...args);
      expect(code).toBe(2);
      expect(stderr).toMatch(/^vclc: --\w+ [^\n]*\n$/);
    }
  });
});

describe("vclc warm with a file of routes", () => {
  const files = {
    "r.yaml": routes,
    "main.vcl":
      'vcl 4.1;\nimport routing;\nbackend dummy none;\nsub vcl_init { new router = routing.from_yaml("r.yaml"); }\nsub vcl_recv { return (dispatch(router.match(req))); }\n',
    "policy.vcl": "vcl 4.1;\nbackend dummy none;\n",
  };

  test("S4-119 a route that dispatches to a label that does not exist is an error at its place in the file", async () => {
    const api = ["warm", "main.vcl", "--label", "api_policy=policy.vcl"];
    const { code, stdout } = await run(api, files);
    expect(code).toBe(1);
    expect(stdout).toContain("r.yaml:14:64: error: No label named www_policy [missing-label]");
    expect(stdout).toContain("route rest dispatches to it");
    expect(stdout.match(/error:/g)).toHaveLength(1);
    expect(await run([...api, "--label", "www_policy=policy.vcl"], files)).toEqual({
      code: 0,
      stdout: "",
      stderr: "",
    });
  });
});
