import { once } from "node:events";
import { writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { temporaryFolder, vclc, type CliResult } from "../support/cli.js";

/** Runs `vclc warm` in a folder with these files. */
function warm(args: readonly string[], files: Readonly<Record<string, string>>): Promise<CliResult> {
  const folder = temporaryFolder();
  for (const [name, text] of Object.entries(files)) writeFileSync(join(folder, name), text);
  return vclc(["warm", ...args], folder);
}

/** `FILE:LINE:COLUMN code` of each diagnostic. */
function places({ stdout }: CliResult): string[] {
  return [...stdout.matchAll(/^(\S+:\d+:\d+): (?:error|warning): .* \[([a-z-]+)\]$/gm)].map(
    ([, place = "", code = ""]) => `${place} ${code}`,
  );
}

const policy = "vcl 4.1;\nbackend dummy none;\n";
const main = `vcl 4.1;
backend dummy none;
sub vcl_recv {
  set req.backend_hint = global.api;
  return (dispatch(api_policy));
}
`;

describe("vclc warm", () => {
  test("a main file with its labels, and global directors that production will have: nothing to say, exit code 0", async () => {
    const args = ["main.vcl", "--label", "api_policy=api.vcl", "--global", "api,web"];
    const result = await warm(args, { "main.vcl": main, "api.vcl": policy });
    expect(result).toEqual({ code: 0, stdout: "", stderr: "" });
  });

  test("S4-43 S4-44 S4-46 S4-90: all that is wrong is told at once, at its place, with both places of a collision", async () => {
    const bad = `vcl 4.1;
import svc;
backend api none;
backend origin { .host = "nowhere.invalid"; }
acl office { "office.invalid"; }
sub vcl_init {
  new first = svc.endpoint_watcher(file = "good.yaml");
  new second = svc.endpoint_watcher(file = "none.yaml");
}
sub vcl_recv {
  if (client.ip ~ office) { set req.backend_hint = origin; }
  if (req.url == "/api") { set req.backend_hint = api; }
  set req.backend_hint = global.api;
  if (req.url == "/web") { set req.backend_hint = global.web; }
  return (dispatch(api_policy));
}
`;
    const result = await warm(["main.vcl"], {
      "main.vcl": bad,
      "good.yaml": 'services: {api: {endpoints: ["127.0.0.1:1"]}}',
    });
    expect(places(result)).toEqual([
      "main.vcl:4:26 unresolved-host",
      "main.vcl:5:14 unresolved-host",
      "main.vcl:8:3 failed-initialization",
      "main.vcl:13:33 colliding-global-director",
      "main.vcl:14:58 missing-global-director",
      "main.vcl:15:20 missing-label",
    ]);
    expect(result.stdout).toContain("The backend is declared here: main.vcl:3:9");
    expect(result.stdout).toContain("none.yaml: no such file or directory");
    expect(result).toMatchObject({ code: 1, stderr: "\n6 errors\n" });
    expect(places(await warm(["main.vcl", "--no-dns"], { "main.vcl": bad }))).not.toContain(
      "main.vcl:4:26 unresolved-host",
    );
  });

  test("the path of a backend must be a socket where there is something; what is not there yet may come", async () => {
    const backends = (path: string): string =>
      `vcl 4.1;\nbackend b { .host_header = "x"; .path = "${path}"; }\nsub vcl_recv { set req.backend_hint = b; }\n`;
    const result = await warm(["main.vcl"], { "main.vcl": backends("/dev/null") });
    expect(result.code).toBe(1);
    expect(result.stdout).toContain("main.vcl:2:41: error: Backend b: Not a socket: /dev/null.");
    for (const path of ["/nowhere/x.sock", "@abstract"]) {
      expect(await warm(["main.vcl"], { "main.vcl": backends(path) })).toMatchObject({ code: 0, stdout: "" });
    }
    const socket = join(temporaryFolder(), "s");
    const server = createServer().listen(socket);
    await once(server, "listening");
    expect(await warm(["main.vcl"], { "main.vcl": backends(socket) })).toMatchObject({ code: 0, stdout: "" });
    server.close();
  });

  test("a file of commands: what would be refused is told at its line, and a VCL that does not load hides nothing after it", async () => {
    const result = await warm(["-I", "start.cli", "--global", "web"], {
      "main.vcl": main,
      "bad.vcl": "vcl 4.1;\nbackend b none;\nsub vcl_recv { set req.x = 1; }\n",
      "start.cli": [
        "# policies first",
        "vcl.load api bad.vcl",
        "vcl.label api_policy api",
        "-vcl.use nosuch",
        "vcl.label l nosuch",
        "vcl.load main main.vcl",
        "vcl.use main",
        "vcl.discard main",
        "vcl.load more none.vcl",
        "vcl.state api lukewarm",
        "vcl.discard main2 nosuch",
        "vcl.lod api api.vcl",
        "vcl.load api",
        "param.set default_ttl 10",
        "param.set default_ttl soon",
        "-param.set nosuch 1",
        "backend.set_health nosuch sick",
        "vcl.load again bad.vcl",
        "",
      ].join("\n"),
    });
    expect(places(result)).toEqual([
      "start.cli:5:1 refused-command",
      "start.cli:8:1 refused-command",
      "start.cli:9:1 refused-command",
      "start.cli:10:1 refused-command",
      "start.cli:11:1 refused-command",
      "start.cli:12:1 refused-command",
      "start.cli:13:1 refused-command",
      "start.cli:15:1 refused-command",
      "start.cli:17:1 refused-command",
      "bad.vcl:3:20 symbol-not-found",
      "main.vcl:4:33 missing-global-director",
    ]);
    expect(result.stdout).toContain("vcl.label l: No VCL named nosuch known");
    expect(result.stdout).toContain("vcl.lod api: Unknown request. Type 'help' for more info.");
    expect(result.stdout).toContain("vcl.load api: Too few parameters");
    expect(result.stdout).toContain("backend.set_health nosuch: No Backends matches");
    expect(result.stdout).toContain("vcl.discard main: Cannot discard active VCL program main");
    expect(result.code).toBe(1);
  });

  test("directors that a VMOD registers in vcl_init need no declaration; probes are not sent", async () => {
    const text = main
      .replace("backend dummy", "import svc;\nbackend dummy")
      .replace(
        "sub vcl_recv",
        'sub vcl_init { new c = svc.endpoint_watcher(file = "e.yaml"); }\nsub vcl_recv',
      );
    const args = ["main.vcl", "--label", "api_policy=api.vcl"];
    const endpoints = 'services: {api: {probe: "/", endpoints: ["127.0.0.1:1"]}}';
    const files = { "main.vcl": text, "api.vcl": policy, "e.yaml": endpoints };
    expect(await warm(args, files)).toEqual({ code: 0, stdout: "", stderr: "" });
  });

  test("sources of services over the network are not asked, and what VCL says of them is looked at", async () => {
    const vcl = `vcl 4.1;
import svc;
backend dummy none;
sub vcl_init {
  new mesh = svc.consul("cart search=search-v2");
  new pods = svc.kubernetes("api");
  new keys = svc.etcd("shop");
  new names = svc.dns("web=web.example.com:80");
}
sub vcl_recv {
  if (req.url == "/") { set req.backend_hint = global.cart; }
  if (req.url == "/s") { set req.backend_hint = global.search; }
  if (req.url == "/a") { set req.backend_hint = global.api; }
  if (req.url == "/k") { set req.backend_hint = global.shop; }
  if (req.url == "/w") { set req.backend_hint = global.web; }
}
`;
    expect(await warm(["main.vcl"], { "main.vcl": vcl })).toEqual({ code: 0, stdout: "", stderr: "" });
    const result = await warm(["main.vcl"], {
      "main.vcl": vcl.replace('"shop"', '"shop", url = "etcd:2379"'),
    });
    expect(places(result)[0]).toBe("main.vcl:7:3 failed-initialization");
    expect(result.stdout).toContain('keys: "etcd:2379" is no URL. Write http://HOST:PORT, or https');
  });

  test("the formats are those of check; wrong usage and unreadable files have exit code 2", async () => {
    const json = await warm(["--format", "json", "main.vcl", "--global", "api"], { "main.vcl": main });
    expect(JSON.parse(json.stdout)).toMatchObject({
      file: "main.vcl",
      ok: false,
      diagnostics: [{ code: "missing-label", start: { line: 5, column: 20 } }],
    });
    const github = await warm(["--format", "github", "main.vcl", "--global", "api"], { "main.vcl": main });
    expect(github.stdout).toContain("::error file=main.vcl,line=5");
    for (const args of [[], ["a.vcl", "-I", "b"], ["nosuch.vcl"], ["main.vcl", "--label", "x"]]) {
      const result = await warm(args, { "main.vcl": main });
      expect(result).toMatchObject({ code: 2, stdout: "" });
      expect(result.stderr).toMatch(/^vclc: [^\n]+\n$/);
    }
  });
});
