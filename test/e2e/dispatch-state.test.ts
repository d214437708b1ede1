import { describe, expect, test } from "vitest";
import { Instance, type VclModule } from "vclc/runtime";
import { shippedVmods } from "../../src/cli/run/load-module.js";
import { loadJavaScript } from "../../src/codegen/load.js";
import { MemoryHost, request, type MemoryRequest } from "../../src/host/memory/index.js";
import * as runtime from "../../src/runtime/index.js";
import { compiledToLoad } from "../support/compile.js";

async function vclModule(text: string): Promise<VclModule> {
  const output = compiledToLoad(text);
  const vmods = new Map<string, object>();
  for (const { alias, vmod } of output.imports) vmods.set(alias, (await shippedVmods[vmod.name]?.()) ?? {});
  return loadJavaScript(output, { runtime, vmods });
}

const imports = (version: string): string => `vcl ${version}; import std; import var; import cookie; `;

/** An instance whose main VCL runs `main` and then switches to one that runs `policy`; both can import std, var and cookie. */
async function switching(
  main: string,
  policy: string,
  action: "dispatch" | "vcl" = "dispatch",
  version = "4.1",
) {
  const host = new MemoryHost();
  const instance = new Instance(host);
  host.origin("192.0.2.1:80", async (asked) => ({
    body: `first ${asked.method} ${asked.url} ${await asked.text()} ${asked.header("x-forwarded-for")}`,
  }));
  host.origin("192.0.2.2:80", () => ({ body: "second" }));
  const head = imports(version);
  await instance.load("policy", await vclModule(`${head} backend own { .host = "192.0.2.2"; } ${policy}`));
  await instance.label("label", "policy");
  const recv = `sub vcl_recv { ${main} return (${action}(label)); }`;
  await instance.load("main", await vclModule(`${head} backend first { .host = "192.0.2.1"; } ${recv}`));
  await instance.use("main");
  const get = (wanted: MemoryRequest = {}) => request(instance, wanted);
  return { host, instance, get };
}

/** The policy that answers with the value of an expression in vcl_recv, as its reason. */
const show = (expression: string): string =>
  `sub vcl_recv { return (synth(700, "<" + ${expression} + ">")); }`;

const asked: MemoryRequest = {
  url: "/asked",
  headers: [
    ["Host", "example.com"],
    ["X-Kept", "kept"],
    ["X-Gone", "gone"],
    ["X-Two", "1"],
    ["X-Two", "2"],
    ["Cookie", "a=1; b=2"],
  ],
};

/** What main does, what the policy reads, what it finds after dispatch, and after vcl. */
const survivors: readonly (readonly [
  statement: string,
  read: string,
  dispatched: string,
  selected: string,
])[] = [
  ['set req.url = "/set";', "req.url", "/set", "/asked"],
  ['set req.method = "PURGE";', "req.method", "PURGE", "GET"],
  ['set req.http.X-Kept = "changed";', "req.http.X-Kept", "changed", "kept"],
  ['set req.http.X-New = "new";', "req.http.X-New", "new", ""],
  ["unset req.http.X-Gone;", "req.http.X-Gone", "", "gone"],
  ['std.collect(req.http.X-Two, "+");', "req.http.X-Two", "1+2", "1"],
  ["set req.backend_hint = first;", "req.backend_hint", "first", "own"],
  ["", "req.backend_hint", "first", "own"],
  ["set req.ttl = 7s;", "req.ttl", "7.000", "-1.000"],
  ["set req.max_age = 7s;", "req.max_age", "7.000", "-1.000"],
  ["set req.grace = 8s;", "req.grace", "8.000", "-1.000"],
  ["set req.hash_always_miss = true;", "req.hash_always_miss", "true", "false"],
  ["set req.hash_ignore_busy = true;", "req.hash_ignore_busy", "true", "false"],
  ["set req.hash_ignore_vary = true;", "req.hash_ignore_vary", "true", "false"],
  ["set req.storage = storage.s0;", "req.storage", "storage.s0", ""],
  ["set req.trace = true;", "req.trace", "true", "false"],
  ['set client.identity = "me";', "client.identity", "me", "192.0.2.99"],
  ["set sess.timeout_idle = 9s;", "sess.timeout_idle", "9.000", "9.000"],
  ["set sess.send_timeout = 9s;", "sess.send_timeout", "9.000", "9.000"],
  ['var.set("v", "task");', 'var.get("v")', "task", ""],
  ["cookie.parse(req.http.Cookie);", 'cookie.get("b")', "2", ""],
  ['cookie.parse(req.http.Cookie); cookie.delete("b");', "cookie.get_string()", "a=1", ""],
];

describe("S4-81: what main has set is there after dispatch, and is not after vcl()", () => {
  test.each(survivors)("%s %s", async (statement, read, dispatched, selected) => {
    const client = { address: "192.0.2.99", port: 4000 };
    for (const [action, wanted] of [
      ["dispatch", dispatched],
      ["vcl", selected],
    ] as const) {
      const { get, instance } = await switching(statement, show(read), action);
      expect((await get({ ...asked, client })).reason, action).toBe(`<${wanted}>`);
      await instance.shutdown();
    }
  });

  test.each([
    ["set req.esi = false;", "req.esi", "false"],
    ['set req.proto = "HTTP/1.0";', "req.proto", "HTTP/1.0"],
  ])("VCL 4.0: %s", async (statement, read, wanted) => {
    const { get, instance } = await switching(statement, show(read), "dispatch", "4.0");
    expect((await get(asked)).reason).toBe(`<${wanted}>`);
    await instance.shutdown();
  });

  test("there is no ESI level but that of the request itself, before and after", async () => {
    const { get, instance } = await switching(
      "set req.http.X-Level = req.esi_level;",
      show("req.http.X-Level + req.esi_level"),
    );
    expect((await get()).reason).toBe("<00>");
    await instance.shutdown();
  });

  test("a request body that main has kept is there for the policy's fetch", async () => {
    const { get, instance } = await switching(
      'std.cache_req_body(1KB); set req.http.X-Size = "kept";',
      "sub vcl_recv { return (pass); }",
    );
    const answer = await get({ method: "POST", url: "/b", headers: { "Content-Length": "4" }, body: "body" });
    expect(answer.body).toMatch(/^first POST \/b body /);
    await instance.shutdown();
  });
});

describe("S4-86 S4-87: what is done once for a request is not done again after dispatch", () => {
  test("X-Forwarded-For and Via name the client and this proxy once", async () => {
    const { get, instance } = await switching("", show('req.http.X-Forwarded-For + "|" + req.http.Via'));
    const client = { address: "192.0.2.99", port: 4000 };
    const { reason } = await get({ headers: { "X-Forwarded-For": "192.0.2.7", Via: "1.1 other" }, client });
    expect(reason).toMatch(/^<192\.0\.2\.7, 192\.0\.2\.99\|1\.1 other, 1\.1 [^,]*>$/);
    await instance.shutdown();
  });

  test("what main has taken away stays away, defaults included", async () => {
    const { get, instance } = await switching(
      "unset req.http.X-Forwarded-For; unset req.http.Via; set req.http.Cache-Control = ^a, b^;".replaceAll(
        "^",
        '"',
      ),
      show('req.http.X-Forwarded-For + "|" + req.http.Via + "|" + req.http.Cache-Control'),
    );
    expect((await get()).reason).toBe("<||a, b>");
    await instance.shutdown();
  });

  test("the request keeps its number, its time and its count of restarts; one VCL_use tells of the switch", async () => {
    const { host, get, instance } = await switching(
      "set req.http.X-Xid = req.xid; set req.http.X-Time = req.time;",
      show(
        '(req.http.X-Xid == "" + req.xid) + " " + (req.http.X-Time == "" + req.time) + " " + req.restarts',
      ),
    );
    expect((await get()).reason).toBe("<true true 0>");
    expect(host.captured.texts("VCL_use")).toEqual(["main", "policy via label"]);
    expect(host.captured.texts("ReqMethod")).toEqual(["GET"]);
    expect(host.captured.texts("VCL_call")).toEqual(["RECV", "RECV", "HASH", "SYNTH"]);
    await instance.shutdown();
  });

  test("S4-99: each vcl_hash adds to the hash once: a policy's own hash is main's no more", async () => {
    const { get, instance } = await switching(
      "",
      "sub vcl_hash { hash_data(^same^); return (lookup); }".replaceAll("^", '"'),
    );
    const bodies = [(await get({ url: "/1" })).body, (await get({ url: "/2" })).body];
    expect(bodies[1]).toBe(bodies[0]);
    await instance.shutdown();
  });
});

describe("S4-96 S4-98: rolling back and the state of VMODs after dispatch", () => {
  test("std.rollback(req) takes what main set, its VMODs' state included", async () => {
    const { get, instance } = await switching(
      'set req.url = "/set"; set req.http.X-New = "new"; var.set("v", "task"); set req.ttl = 7s;',
      `sub vcl_recv {
        std.rollback(req);
        return (synth(700, req.url + "|" + req.http.X-New + "|" + var.get("v") + "|" + req.http.X-Kept));
      }`,
    );
    expect((await get(asked)).reason).toBe("/asked|||kept");
    await instance.shutdown();
  });

  test("a restart in the policy keeps what main and the policy set, and stays in the policy", async () => {
    const { get, instance } = await switching(
      'set req.http.X-New = "main"; var.set("v", "task");',
      `sub vcl_recv {
        if (req.restarts == 0) { set req.http.X-New = req.http.X-New + ",policy"; return (restart); }
        return (synth(700, req.http.X-New + "|" + var.get("v") + "|" + req.restarts));
      }`,
    );
    expect((await get()).reason).toBe("main,policy|task|1");
    await instance.shutdown();
  });

  test("restarts after dispatch end at max_restarts like any others", async () => {
    const { get, instance } = await switching("", "sub vcl_recv { return (restart); }");
    expect((await get()).status).toBe(503);
    await instance.shutdown();
  });
});

test("S4-83 S4-84: main to policy to main: 503, and nothing is held afterwards", async () => {
  const { host, instance, get } = await switching("", "sub vcl_recv { return (pass); }");
  await instance.load(
    "back",
    await vclModule("vcl 4.1; backend n none; sub vcl_recv { return (dispatch(label)); }"),
  );
  await instance.label("round", "back");
  const start = await vclModule("vcl 4.1; backend n none; sub vcl_recv { return (dispatch(round)); }");
  await instance.load("start", start);
  await instance.use("start");
  expect((await get()).status).toBe(503);
  expect(host.captured.texts("VCL_Error")).toEqual(["Illegal return(dispatch): Only from active VCL"]);
  expect(instance.list().map(({ busy }) => busy)).toEqual(instance.list().map(() => 0));
  await instance.shutdown();
});
