import { expect, test } from "vitest";
import { ip, type Priv } from "../../src/runtime/index.js";
import { request } from "../../src/host/memory/index.js";
import * as vars from "../../src/vmod/var/index.js";
import { makeBackend, makeTask } from "../support/vmod-task.js";
import { loadVcl, reasonOf, runVcl } from "../support/vmod-vcl.js";

const task = makeTask("client", "vcl_recv");

const fresh = (): Priv => ({ value: undefined });

test("every type comes back as it was set", () => {
  const priv = fresh();
  const backend = makeBackend("b");
  vars.set(task, priv, "s", "text");
  vars.set_int(task, priv, "i", 42);
  vars.set_real(task, priv, "r", 1.5);
  vars.set_duration(task, priv, "d", 60);
  vars.set_ip(task, priv, "ip", ip("192.0.2.1"));
  vars.set_backend(task, priv, "b", backend);
  expect([vars.get(task, priv, "s"), vars.get_string(task, priv, "s")]).toEqual(["text", "text"]);
  expect([vars.get_int(task, priv, "i"), vars.get_real(task, priv, "r")]).toEqual([42, 1.5]);
  expect(vars.get_duration(task, priv, "d")).toBe(60);
  expect(vars.get_ip(task, priv, "ip")).toEqual(ip("192.0.2.1"));
  expect(vars.get_backend(task, priv, "b")).toBe(backend);
});

test("what was never set, or with another type, is not there: NULL or 0", () => {
  const priv = fresh();
  vars.set_int(task, priv, "x", 42);
  for (const key of ["x", "y", undefined]) {
    expect([
      vars.get(task, priv, key),
      vars.get_ip(task, priv, key),
      vars.get_backend(task, priv, key),
    ]).toEqual([undefined, undefined, undefined]);
    expect([vars.get_real(task, priv, key), vars.get_duration(task, priv, key)]).toEqual([0, 0]);
  }
  vars.set(task, priv, "x", "text");
  expect(vars.get_int(task, priv, "x")).toBe(0);
});

test("an unset string is set as an empty one, no address fails, no key does nothing", () => {
  const priv = fresh();
  vars.set(task, priv, "s", undefined);
  expect(vars.get(task, priv, "s")).toBe("");
  expect(() => vars.set_ip(task, priv, "ip", undefined)).toThrow("var.set_ip(): no address");
  vars.set(task, priv, undefined, "x");
  vars.global_set(task, undefined, "x");
  expect(vars.global_get(task, undefined)).toBeUndefined();
});

test("clear removes the task's variables and leaves the global ones", () => {
  const priv = fresh();
  vars.clear(task, priv);
  vars.set(task, priv, "s", "1");
  vars.global_set(task, "s", "2");
  vars.clear(task, priv);
  expect([vars.get(task, priv, "s"), vars.global_get(task, "s")]).toEqual([undefined, "2"]);
  vars.global_set(task, "s", undefined);
  expect(vars.global_get(task, "s")).toBeUndefined();
});

test("in VCL: arithmetic, text and conditions", async () => {
  const statements = `
    var.set_int("ten", 10); var.set("foo", "bar"); var.set_duration("d", 1m); var.set_ip("ip", server.ip);
    var.set_backend("be", default);
    if (var.get("none")) { return (synth(500)); }
    return (synth(200, var.get_int("ten") + 5 + " " + var.get("foo") + " " + var.get_duration("d") + " " + var.get_ip("ip") + " " + var.get_backend("be")));`;
  expect(await reasonOf({ var: vars }, statements)).toBe("15 bar 60.000 127.0.0.1 default");
});

test("variables belong to one task, global ones to all, also of the next VCL", async () => {
  const vcl = `
    sub vcl_recv {
      set req.http.before = var.get("x") + "/" + var.global_get("x");
      var.set("x", "task"); var.global_set("x", "global");
      return (pass);
    }
    sub vcl_backend_response { set beresp.http.fetch = var.get("x") + "/" + var.global_get("x"); }
    sub vcl_deliver { set resp.http.client = req.http.before + " " + var.get("x"); }`;
  const { instance } = await runVcl({ var: vars }, vcl);
  const values = async () => {
    const { headers } = await request(instance, { url: "/" });
    return ["fetch", "client"].map((name) => headers.find(([found]) => found === name)?.[1]);
  };
  expect(await values()).toEqual(["/global", "/ task"]);
  await loadVcl(instance, "next", { var: vars }, vcl);
  expect(await values()).toEqual(["/global", "/global task"]);
});
