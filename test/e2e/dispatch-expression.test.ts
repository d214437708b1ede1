import { fileURLToPath } from "node:url";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import type { ServerResponse } from "node:http";
import { setTimeout as wait } from "node:timers/promises";
import { describe, expect, onTestFinished, test } from "vitest";
import type { VclModule } from "vclc/runtime";
import { shippedVmods } from "../../src/cli/run/load-module.js";
import { loadJavaScript } from "../../src/codegen/load.js";
import { nodeSourceReader } from "../../src/host/node/source-reader.js";
import { loadVmod } from "../../src/host/node/vmod-loader.js";
import * as runtime from "../../src/runtime/index.js";
import { vmodFinder } from "../../src/vcc/find-vmods.js";
import { temporaryFolder } from "../support/cli.js";
import { compiledToLoad } from "../support/compile.js";
import { startOrigin, startProxy, type Proxy } from "../support/proxy.js";

const shipped = fileURLToPath(new URL("../../src/vmod", import.meta.url));

/** A VMOD that finds the label whose name the request says. */
const routeVcc = `$Module route 3 "Labels by name"
$Object table()
$Method VCL .match(STRING name)
$Function VCL wrong()
`;
const route = `export class Table {
  #control;
  constructor(control) { this.#control = control; }
  static create(task) { return new Table(task.control); }
  match(_task, name) { return name === undefined ? undefined : this.#control.label(name); }
}
export function wrong() { return "policy"; }
`;

/** A proxy whose VCLs can import std and route. */
async function world() {
  const folder = temporaryFolder();
  writeFileSync(join(folder, "package.json"), '{ "type": "module" }');
  writeFileSync(join(folder, "route.vcc"), routeVcc);
  writeFileSync(join(folder, "route.js"), route);
  const vmods = vmodFinder(nodeSourceReader, { vmodPath: [folder], shipped });
  const proxy = await startProxy();
  onTestFinished(() => proxy.close());
  const compile = async (name: string, text: string): Promise<VclModule> => {
    const output = compiledToLoad(text, `${name}.vcl`, { reader: nodeSourceReader, vmods });
    const linked = new Map<string, object>();
    for (const { alias, vmod, origin } of output.imports) {
      const load = origin.kind === "path" ? () => loadVmod(origin.path, vmod) : shippedVmods[vmod.name];
      linked.set(alias, (await load?.()) ?? {});
    }
    return loadJavaScript(output, { runtime, vmods: linked });
  };
  const load = async (name: string, text: string): Promise<void> =>
    proxy.instance.load(name, await compile(name, `vcl 4.1; import std; ${text}`));
  return { proxy, load };
}

/** Main dispatches to the label that X-Label names; `policy` answers 299. */
async function routed(action: "dispatch" | "vcl") {
  const { proxy, load } = await world();
  await load("answers", "backend n none; sub vcl_recv { return (synth(299, req.http.X-Main)); }");
  await proxy.instance.label("policy", "answers");
  await load(
    "main",
    `import route; backend n none; sub vcl_init { new r = route.table(); }
    sub vcl_recv {
      set req.http.X-Main = "main";
      if (req.url == "/wrong") { return (${action}(route.wrong())); }
      return (${action}(r.match(req.http.X-Label)));
    }`,
  );
  await proxy.instance.use("main");
  const ask = async (label?: string, url = "/"): Promise<[number, string]> => {
    proxy.records.length = 0;
    const { status, reason } = await proxy.get(
      url,
      label === undefined ? {} : { headers: { "X-Label": label } },
    );
    return [status, reason];
  };
  const error = (): string | undefined =>
    proxy.records.find((record) => record.includes(" VCL_Error "))?.replace(/^\d+ VCL_Error /, "");
  return { proxy, load, ask, error };
}

describe.each(["dispatch", "vcl"] as const)("return (%s(expression))", (action) => {
  test(`S4-115 S4-117 ${action}: the label that a VMOD answers with is switched to`, async () => {
    const { proxy, load, ask } = await routed(action);
    expect(await ask("policy")).toEqual([299, action === "dispatch" ? "main" : "Unknown HTTP Status"]);
    await load("other", "backend n none; sub vcl_recv { return (synth(298)); }");
    await proxy.instance.label("later", "other");
    expect((await ask("later"))[0]).toBe(298);
    await proxy.instance.label("later", "answers");
    expect((await ask("later"))[0]).toBe(299);
  });

  test(`S4-119 S4-120 ${action}: a label that is not there, or no more, is 503, and the log says why`, async () => {
    const { proxy, load, ask, error } = await routed(action);
    expect((await ask("nobody"))[0]).toBe(503);
    expect(error()).toBe(`Illegal return(${action}): No label named nobody`);
    // The name of a VCL is no label.
    expect((await ask("answers"))[0]).toBe(503);
    expect(error()).toBe(`Illegal return(${action}): No label named answers`);
    await load("other", "backend n none; sub vcl_recv { return (synth(298)); }");
    await proxy.instance.label("gone", "other");
    expect((await ask("gone"))[0]).toBe(298);
    await proxy.instance.discard("gone", "other");
    expect((await ask("gone"))[0]).toBe(503);
    expect(error()).toBe(`Illegal return(${action}): No label named gone`);
    expect((await ask("policy"))[0]).toBe(299);
  });

  test(`${action}: a label of the very VCL is 503, and so are no label and a wrong answer`, async () => {
    const { proxy, ask, error } = await routed(action);
    await proxy.instance.label("self", "main");
    expect((await ask("self"))[0]).toBe(503);
    expect(error()).toBe(`Illegal return(${action}): Label self points to main, the VCL it is given in`);
    expect((await ask())[0]).toBe(503);
    expect(error()).toBe(`return(${action}) without a label`);
    expect((await ask("policy", "/wrong"))[0]).toBe(503);
    expect(error()).toBe('VMOD function route.wrong() answered with the string "policy", its .vcc says VCL');
  });
});

/** Waits until a record says so. */
async function logged(proxy: Proxy, text: string): Promise<void> {
  await expect.poll(() => proxy.records.some((record) => record.includes(text))).toBe(true);
}

test("S4-97: a background fetch after dispatch keeps both VCLs, the backend's and the policy's, until it has ended", async () => {
  const { proxy, load } = await world();
  let held: ServerResponse | undefined;
  const origin = await startOrigin((_, response) => {
    if (origin.requests.length === 1) response.end("first");
    else held = response;
  });
  onTestFinished(() => origin.close());
  const told = (name: string): string => `sub vcl_fini { std.log("end of ${name}"); }`;
  await load(
    "policy1",
    `backend n none; ${told("policy1")}
    sub vcl_backend_response { set beresp.ttl = 50ms; set beresp.grace = 1h; std.log("policy1 has " + bereq.is_bgfetch); }`,
  );
  await proxy.instance.label("policy", "policy1");
  await load(
    "main1",
    `backend slow { .host = "127.0.0.1"; .port = "${origin.port}"; } ${told("main1")}
    sub vcl_recv { return (dispatch(policy)); }`,
  );
  await proxy.instance.use("main1");
  expect((await proxy.get("/")).body).toBe("first");
  await wait(100);
  // Stale, and what makes it fresh outlives this request.
  expect((await proxy.get("/")).body).toBe("first");
  await expect.poll(() => held !== undefined).toBe(true);
  await load("next", "backend n none; sub vcl_backend_fetch { return (fail); }");
  await proxy.instance.use("next");
  const ended = proxy.instance.discard("main1", "policy1", "policy");
  await ended;
  await wait(50);
  expect(proxy.records.filter((record) => record.includes("end of"))).toEqual([]);
  held?.end("second");
  await logged(proxy, "policy1 has true");
  await logged(proxy, "end of main1");
  await logged(proxy, "end of policy1");
  expect((await proxy.get("/")).body).toBe("second");
});

test("S4-97: a VCL that a fetch after dispatch still needs is busy, not cold", async () => {
  const { proxy, load } = await world();
  let held: ServerResponse | undefined;
  const origin = await startOrigin((_, response) => void (held = response));
  onTestFinished(() => origin.close());
  await load("policy1", "backend n none; sub vcl_recv { return (pass); }");
  await proxy.instance.label("policy", "policy1");
  await load(
    "main1",
    `backend slow { .host = "127.0.0.1"; .port = "${origin.port}"; } sub vcl_recv { return (dispatch(policy)); }`,
  );
  await proxy.instance.use("main1");
  const answer = proxy.get("/");
  await expect.poll(() => held !== undefined).toBe(true);
  await load("next", "backend n none;");
  await proxy.instance.use("next");
  await proxy.instance.setState("main1", "cold");
  const row = (): string | undefined =>
    proxy.instance.list().find(({ name }) => name === "main1")?.temperature;
  expect(row()).toBe("busy");
  held?.end("done");
  expect((await answer).body).toBe("done");
  await expect.poll(row).toBe("cold");
});
