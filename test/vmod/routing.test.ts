import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { describe, expect, onTestFinished, test } from "vitest";
import { runCommand, type Reply } from "../../src/runtime/command/index.js";
import * as routing from "../../src/vmod/routing/index.js";
import { planRoutes } from "../../src/vmod/routing/route-plan.js";
import { RouteTable } from "../../src/vmod/routing/route-table.js";
import type { RoutedRequest } from "../../src/vmod/routing/route.js";
import { temporaryFolder } from "../support/cli.js";
import { addVmod, startOrigin, startProxy, type Origin, type Proxy } from "../support/proxy.js";

addVmod("routing", routing);

async function origin(name: string): Promise<Origin> {
  const started = await startOrigin((request, response) => {
    const { host, "x-tenant": tenant, "x-debug": debug } = request.headers;
    response.end(`${name} ${host} ${request.url} ${String(tenant)} ${String(debug)}`);
  });
  onTestFinished(() => started.close());
  return started;
}

const main = (path: string, more = ""): string => `vcl 4.1; import routing; backend dummy none;
  sub vcl_init { new router = routing.from_yaml("${path}"); }
  sub vcl_recv { ${more} return (dispatch(router.match(req))); }
  sub vcl_synth { set resp.http.Location = router.location(); set resp.body = "" + resp.status + " " + router.route(); return (deliver); }`;
const policy = (name: string): string => `vcl 4.1; backend dummy none;
  sub vcl_recv { set req.http.X-Policy = "${name}"; return (pass); }
  sub vcl_deliver { set resp.http.policy = "${name}"; }`;

/** A proxy with a main VCL over a file of routes, and two policies. */
async function running(
  text: string,
): Promise<{ proxy: Proxy; path: string; change(text: string): Promise<void> }> {
  const path = join(temporaryFolder(), "routes.yaml");
  writeFileSync(path, text);
  const proxy = await startProxy();
  onTestFinished(() => proxy.close());
  for (const name of ["api", "www"]) {
    await proxy.load(`${name}_vcl`, policy(name));
    await proxy.instance.label(`${name}_policy`, `${name}_vcl`);
  }
  await proxy.load("main", main(path));
  await proxy.instance.use("main");
  return {
    proxy,
    path,
    async change(changed) {
      writeFileSync(path, changed);
      await pause(400);
    },
  };
}

/** The command that asks how routing fares. */
function status({ instance }: Proxy, name = "routing.status"): Promise<Reply> {
  const compiler = { file: () => Promise.reject(new Error()), text: () => Promise.reject(new Error()) };
  const control = { instance, compiler, sources: new WeakMap(), pid: 1, program: "vclc" };
  return runCommand(control, [name]);
}

/** `status policy: body` */
async function ask(
  proxy: Proxy,
  host: string,
  url: string,
  headers: Record<string, string> = {},
): Promise<string> {
  const { status, headers: fields, body } = await proxy.get(url, { headers: { Host: host, ...headers } });
  return `${status} ${String(fields["policy"])}: ${body.replace(/<[^]*/, "")}`;
}

describe("routing", () => {
  test("S4-111 the VMOD stands on what everybody's VMODs have: the runtime's door and svc beside it", () => {
    const files = readdirSync("src/vmod/routing").filter((name) => name.endsWith(".ts"));
    const imported = files.flatMap((name) =>
      [...readFileSync(join("src/vmod/routing", name), "utf8").matchAll(/from "([^"]+)"/g)].map(
        (match) => match[1],
      ),
    );
    const allowed = /^(?:yaml|\.\/[\w.-]+|\.\.\/\.\.\/runtime\/index\.js|\.\.\/svc\/[\w-]+\.js)$/;
    expect(imported.length).toBeGreaterThan(5);
    expect(imported.filter((name) => !allowed.test(name ?? ""))).toEqual([]);
  });

  test("S4-112 S4-113 S4-114 S4-115 S4-116 S4-117 S4-122 a file makes global directors, sets the hint and chooses the label", async () => {
    const [api, canary, www] = (await Promise.all(["api", "canary", "www"].map(origin))) as [
      Origin,
      Origin,
      Origin,
    ];
    const { proxy } = await running(`
groups:
  api: { endpoints: ["127.0.0.1:${api.port}"] }
  canary: { endpoints: ["127.0.0.1:${canary.port}"] }
  www: { endpoints: ["127.0.0.1:${www.port}"] }
hosts:
  api.example.com:
    - name: beta
      match: { path: { prefix: /v2 }, headers: { X-Beta: 1 } }
      rewrite: { path: { prefix: /inner }, host: inner.example.com }
      set_headers: { X-Tenant: beta }
      remove_headers: [X-Debug]
      group: canary
      label: api_policy
    - { group: api, label: api_policy }
  "*.example.com":
    - { match: { path: { exact: /old } }, redirect: { path: /new, status: 301 } }
    - { group: www, label: www_policy }
`);
    expect(await ask(proxy, "api.example.com", "/v1?x=1")).toBe(
      "200 api: api api.example.com /v1?x=1 undefined undefined",
    );
    expect(await ask(proxy, "API.example.com:80", "/v2/x?y=1", { "X-Beta": "1", "X-Debug": "on" })).toBe(
      "200 api: canary inner.example.com /inner/x?y=1 beta undefined",
    );
    expect(await ask(proxy, "api.example.com", "/v2x", { "X-Beta": "1" })).toMatch(/^200 api: api /);
    expect(await ask(proxy, "deep.www.example.com", "/")).toMatch(
      /^200 www: www deep\.www\.example\.com \/ /,
    );
    const moved = await proxy.get("/old?q=1", { headers: { Host: "www.example.com" } });
    expect([moved.status, moved.headers["location"]]).toEqual([301, "http://www.example.com/new?q=1"]);
    expect(await ask(proxy, "elsewhere.org", "/")).toMatch(/^404 undefined: 404/);
    // Any VCL can use what the file has registered.
    await proxy.load(
      "other",
      "vcl 4.1; backend d none; sub vcl_recv { set req.backend_hint = global.canary; return (pass); }",
    );
    await proxy.instance.use("other");
    expect((await proxy.get("/direct")).body).toMatch(/^canary /);
  });

  test("S4-118 S4-123 a change is followed without any VCL being loaded; a bad one changes nothing and is told", async () => {
    const [one, two] = (await Promise.all(["one", "two"].map(origin))) as [Origin, Origin];
    const text = (port: number, more = ""): string =>
      `groups: { g: { endpoints: ["127.0.0.1:${port}"] } }\nhosts: { "*": [{ group: g, label: api_policy }${more}] }\n`;
    const { proxy, change } = await running(text(one.port));
    expect(await ask(proxy, "a", "/")).toMatch(/^200 api: one /);
    await change(text(two.port));
    expect(await ask(proxy, "a", "/")).toMatch(/^200 api: two /);
    expect((await status(proxy)).body).toMatch(/^\/.*routes\.yaml: serves what was read at .* GMT; good\n$/);
    await change(text(two.port, ", { group: nobody, label: x }"));
    expect((await status(proxy)).body).toMatch(/; bad since: line 2: there is no group "nobody"\n$/);
    expect(await ask(proxy, "a", "/")).toMatch(/^200 api: two /);
    expect(
      proxy.records.some((record) =>
        /routing: .*routes\.yaml: line 2: there is no group "nobody"; the last good state serves on/.test(
          record,
        ),
      ),
    ).toBe(true);
    await change(`${text(two.port)}default: { label: www_policy, group: g }\n`);
    expect(await ask(proxy, "a", "/")).toMatch(/^200 api: two /);
    await change(
      `groups: { g: { endpoints: ["127.0.0.1:${one.port}"] } }\nhosts: {}\ndefault: { label: www_policy, group: g }\n`,
    );
    expect(await ask(proxy, "a", "/")).toMatch(/^200 www: one /);
  });

  test("S4-114 a VCL whose file is missing or bad does not load; the reason names file and line", async () => {
    const proxy = await startProxy();
    onTestFinished(() => proxy.close());
    const path = join(temporaryFolder(), "routes.yaml");
    const load = (name: string): Promise<unknown> => proxy.load(name, main(path));
    await expect(load("one")).rejects.toThrow(`routing.from_yaml: ${path}: no such file or directory`);
    writeFileSync(path, "groups: {}\nhosts:\n  a: [{ group: g, label: x }]\n");
    await expect(load("two")).rejects.toThrow(`${path}: line 3: there is no group "g"`);
  });

  test("a command about a VMOD that nobody uses is none", async () => {
    const proxy = await startProxy();
    onTestFinished(() => proxy.close());
    expect((await status(proxy)).status).toBe(101);
    expect((await status(proxy, "nobody.status")).body).toMatch(/^Unknown request/);
  });

  test("S4-118 main is loaded again while the file serves, and each stays what it is", async () => {
    const one = await origin("one");
    const { proxy, path } = await running(
      `groups: { g: { endpoints: ["127.0.0.1:${one.port}"] } }\nhosts: { "*": [{ group: g, label: api_policy }] }\n`,
    );
    await proxy.load("main2", main(path));
    await proxy.instance.use("main2");
    await proxy.instance.discard("main");
    expect(await ask(proxy, "a", "/")).toMatch(/^200 api: one /);
  });

  test("S4-119 S4-120 a label that is not there is 503, and the log says so", async () => {
    const one = await origin("one");
    const { proxy } = await running(
      `groups: { g: { endpoints: ["127.0.0.1:${one.port}"] } }\nhosts: { "*": [{ group: g, label: nobody }] }\n`,
    );
    expect((await proxy.get("/")).status).toBe(503);
    expect(proxy.records.some((record) => record.includes("VCL_Error") && record.includes("nobody"))).toBe(
      true,
    );
  });

  test("S4-120 a label that the file names is not discarded, unless what reads the file goes with it", async () => {
    const one = await origin("one");
    const text = (label: string): string =>
      `groups: { g: { endpoints: ["127.0.0.1:${one.port}"] } }\nhosts: { "*": [{ group: g, label: ${label} }] }\n`;
    const { proxy, change } = await running(text("api_policy"));
    const discard = (...names: string[]): Promise<void> => proxy.instance.discard(...names);
    await expect(discard("api_policy", "api_vcl")).rejects.toThrow(
      "Cannot discard VCL label api_policy, other VCLs depend on it:\n\tmain",
    );
    expect(await ask(proxy, "a", "/")).toMatch(/^200 api: one /);
    await change(text("www_policy"));
    await discard("api_policy", "api_vcl");
    await expect(discard("www_policy")).rejects.toThrow("depend on it:\n\tmain");
    expect(await ask(proxy, "a", "/")).toMatch(/^200 www: one /);
    await proxy.load("other", "vcl 4.1; backend d none;");
    await proxy.instance.use("other");
    await discard("main", "www_policy", "www_vcl");
  });

  test("a split spreads requests by weight", async () => {
    const [one, two] = (await Promise.all(["one", "two"].map(origin))) as [Origin, Origin];
    const { proxy } = await running(`
groups: { a: { endpoints: ["127.0.0.1:${one.port}"] }, b: { endpoints: ["127.0.0.1:${two.port}"] } }
hosts: { "*": [{ split: [{ group: a, weight: 9 }, { group: b }], label: api_policy }] }`);
    for (let round = 0; round < 100; round++) await proxy.get("/");
    expect(one.requests.length + two.requests.length).toBe(100);
    expect(two.requests.length).toBeGreaterThan(0);
    expect(two.requests.length).toBeLessThan(35);
  });

  test("members of a group: weights in turn, by hash, the least busy", async () => {
    const [one, two] = (await Promise.all(["one", "two"].map(origin))) as [Origin, Origin];
    const group = (policyName: string): string =>
      `groups: { g: { policy: ${policyName}, endpoints: [{ address: "127.0.0.1:${one.port}", weight: 3 }, "127.0.0.1:${two.port}"] } }\nhosts: { "*": [{ group: g, label: api_policy }] }\n`;
    const { proxy, change } = await running(group("round_robin"));
    const who = async (url: string): Promise<string> =>
      (await proxy.get(url)).body.split(" ", 1)[0] as string;
    const picked = [];
    for (let round = 0; round < 8; round++) picked.push(await who("/"));
    expect(picked.join(" ")).toBe("one one two one one one two one");
    await change(group("hash"));
    const urls = Array.from({ length: 40 }, (_, index) => `/${index}`);
    const first = await Promise.all(urls.map(who));
    expect(await Promise.all(urls.map(who))).toEqual(first);
    const toTwo = first.filter((name) => name === "two").length;
    expect(toTwo).toBeGreaterThan(2);
    expect(toTwo).toBeLessThan(20);
    await change(group("least_connections"));
    expect(new Set(await Promise.all(urls.map(who)))).toEqual(new Set(["one", "two"]));
  });

  test("match_text leaves the request alone; reload and last_error", async () => {
    const one = await origin("one");
    const path = join(temporaryFolder(), "routes.json");
    const content = {
      groups: { g: { endpoints: [`127.0.0.1:${one.port}`] } },
      hosts: { "a.example": [{ set_headers: { "X-Tenant": "t" }, group: "g", label: "api_policy" }] },
    };
    writeFileSync(path, JSON.stringify(content));
    const proxy = await startProxy();
    onTestFinished(() => proxy.close());
    await proxy.load("api_vcl", policy("api"));
    await proxy.instance.label("api_policy", "api_vcl");
    await proxy.load(
      "main",
      `vcl 4.1; import routing; backend dummy none; sub vcl_init { new r = routing.from_json("${path}"); }
       sub vcl_recv {
         if (req.url == "/reload") { r.reload(); return (synth(200)); }
         if (req.url == "/error") { return (synth(200)); }
         return (dispatch(r.match_text("a.example", req.url)));
       }
       sub vcl_synth { set resp.body = r.last_error(); return (deliver); }`,
    );
    await proxy.instance.use("main");
    expect((await proxy.get("/x", { headers: { Host: "other" } })).body).toBe(
      "one other /x undefined undefined",
    );
    expect((await proxy.get("/error")).body).toBe("(null)");
    writeFileSync(path, "{");
    await proxy.get("/reload");
    await pause(300);
    expect((await proxy.get("/error")).body).toMatch(/^line 1: /);
  });
});

describe("S4-117 S4-121 which route wins", () => {
  const labels = (hosts: string): ((request: Partial<RoutedRequest>) => string | undefined) => {
    const text = `groups: {}\nhosts:\n${hosts}`;
    const table = new RouteTable(planRoutes(text), text);
    return (request) =>
      table.find({ host: "h", url: "/", method: "GET", http: undefined, ...request })?.config.label;
  };
  const fields = (all: Record<string, string>): RoutedRequest["http"] => ({
    get: (name) => all[name.toLowerCase()],
  });

  test("the most specific host, and no other", () => {
    const find = labels(`
  "*": [{ label: any }]
  "*.com": [{ label: com }]
  "*.example.com": [{ label: suffix }]
  www.example.com: [{ match: { path: { exact: /only } }, label: exact }]`);
    expect(find({ host: "www.example.com", url: "/only" })).toBe("exact");
    expect(find({ host: "www.example.com", url: "/other" })).toBeUndefined();
    expect(find({ host: "WWW.Example.COM:8080", url: "/only?x" })).toBe("exact");
    expect(find({ host: "a.b.example.com" })).toBe("suffix");
    expect(find({ host: "example.com" })).toBe("com");
    expect(find({ host: "com" })).toBe("any");
    expect(find({ host: undefined })).toBe("any");
  });

  test("the simpler form: names are labels, a star is one segment of a host", () => {
    const text = `
routes:
  - { name: one, hostnames: [a.example.com, A.example.org], vclPath: one.vcl }
  - { name: two, hostnames: ["*.example.net", "www.*.de"] }`;
    const table = new RouteTable(planRoutes(text), text);
    const find = (host: string | undefined): string | undefined =>
      table.find({ host, url: "/", method: "GET", http: undefined })?.config.label;
    expect(["a.example.com", "a.example.ORG:81", "b.example.net", "www.x.de"].map(find)).toEqual([
      ...["one", "one", "two", "two"],
    ]);
    expect(["b.example.com", "a.b.example.net", "example.net", "*", undefined].map(find)).toEqual([
      ...[undefined, undefined, undefined, undefined, undefined],
    ]);
    expect(table.labels("r").map(({ label, offset }) => [label, text.slice(offset, offset + 3)])).toEqual([
      ["one", "one"],
      ["two", "two"],
    ]);
  });

  test("priority, exact, longest prefix, regular expression, method, headers, query, place", () => {
    const find = labels(`
  h:
    - { label: any }
    - { match: { path: { regex: "/r.*" } }, label: regex }
    - { match: { path: { prefix: /r } }, label: short }
    - { match: { path: { prefix: /r/long/ } }, label: long }
    - { match: { path: { exact: /r/long } }, label: exact }
    - { match: { path: { prefix: /m } }, label: plain }
    - { match: { path: { prefix: /m }, method: POST }, label: method }
    - { match: { path: { prefix: /m }, headers: { A: "1" } }, label: one-header }
    - { match: { path: { prefix: /m }, headers: { A: "1", B: { regex: "[0-9]+" } } }, label: two-headers }
    - { match: { path: { prefix: /m }, query: { q: "a b" } }, label: query }
    - { match: { path: { prefix: /p } }, label: later }
    - { match: { path: { exact: /p/x } }, label: exact-p }
    - { match: { path: { prefix: /p } }, priority: 5, label: prior }`);
    expect(find({ url: "/rest" })).toBe("regex");
    expect(find({ url: "/r" })).toBe("short");
    expect(find({ url: "/r/long" })).toBe("exact");
    expect(find({ url: "/r/long/x" })).toBe("long");
    expect(find({ url: "/m" })).toBe("plain");
    expect(find({ url: "/mm" })).toBe("any");
    expect(find({ url: "/m", method: "POST", http: fields({ a: "1", b: "2" }) })).toBe("method");
    expect(find({ url: "/m", http: fields({ a: "1" }) })).toBe("one-header");
    expect(find({ url: "/m", http: fields({ a: "1", b: "22" }) })).toBe("two-headers");
    expect(find({ url: "/m", http: fields({ a: "1", b: "2x" }) })).toBe("one-header");
    expect(find({ url: "/m?x=1&q=a%20b" })).toBe("query");
    expect(find({ url: "/m?q=a+b&q=c" })).toBe("query");
    expect(find({ url: "/p/x" })).toBe("prior");
  });

  test.each([
    ["groups: {", "line 1:"],
    ["groups: {}\nhosts:\n  h: [{ lable: x }]", 'line 3: unknown field "lable"'],
    ["groups: {}\nhosts:\n  h: [{ group: x, label: y }]", 'line 3: there is no group "x"'],
    ["groups: {}\nhosts:\n  h: [{}]", "line 3: a route has a label to dispatch to, or a redirect"],
    [
      "groups: {}\nhosts:\n  h: [{ label: x, match: { path: { prefix: a } } }]",
      "line 3: prefix begins with /",
    ],
    [
      "groups: {}\nhosts:\n  h: [{ label: x, match: { path: { exact: /a, prefix: /b } } }]",
      "line 3: path is one of",
    ],
    [
      "groups: {}\nhosts:\n  h: [{ label: x, match: { path: { regex: '(' } } }]",
      /line 3: regular expression .*parenthesis/,
    ],
    ["groups: {}\nhosts:\n  h: [{ label: x, match: { method: 'G T' } }]", 'line 3: "G T" is no method'],
    [
      "groups: {}\nhosts:\n  h: [{ label: x, set_headers: { 'a b': c } }]",
      'line 3: "a b" is no name of a header',
    ],
    [
      "groups: {}\nhosts:\n  h: [{ label: x, rewrite: { path: { prefix: /y } } }]",
      "line 3: only a route that matches a prefix",
    ],
    ["groups: {}\nhosts:\n  h: [{ redirect: { status: 200 } }]", "line 3: 200 is no status of a redirect"],
    ["groups: {}\nhosts:\n  'a..b': []", 'line 3: "a..b" is no host'],
    [
      "groups: { g: { endpoints: [a], policy: best } }\nhosts: {}",
      "line 1: policy must be one of fallback, hash",
    ],
  ])("%j is refused with its line", (text, message) => {
    expect(() => planRoutes(text)).toThrow(message);
  });

  test("ten thousand routes on a thousand hosts", () => {
    const lines = Array.from({ length: 1000 }, (_, host) => {
      const routes = Array.from(
        { length: 10 },
        (__, route) => `{ match: { path: { prefix: /p${route} } }, label: l${route} }`,
      );
      return `  h${host}.example.com: [${routes.join(", ")}]`;
    });
    const text = `groups: {}\nhosts:\n${lines.join("\n")}\n`;
    const table = new RouteTable(planRoutes(text), text);
    let found = 0;
    for (let round = 0; round < 20_000; round++) {
      const request = {
        host: `h${round % 1000}.example.com`,
        url: "/p9/x",
        method: "GET",
        http: undefined,
      };
      if (table.find(request)?.config.label === "l9") found++;
    }
    expect(found).toBe(20_000);
  });
});
