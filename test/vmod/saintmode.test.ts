import { describe, expect, test } from "vitest";
import { Instance } from "vclc/runtime";
import { MemoryHost, request } from "../../src/host/memory/index.js";
import { vclModule } from "../support/proxy.js";

/** An instance with a policy before two origins, which fail for the paths that a test names. */
async function run(subs: string, init = "new sm = saintmode.saintmode(a, 2);") {
  const host = new MemoryHost();
  const failing = new Set<string>();
  for (const name of ["a", "b"]) {
    host.origin(`192.0.2.${name === "a" ? 1 : 2}:80`, ({ url }) =>
      name === "a" && failing.has(url) ? { status: 500 } : { body: name },
    );
  }
  const instance = new Instance(host);
  const load = async (name: string, text = subs): Promise<void> => {
    await instance.load(
      name,
      vclModule(`vcl 4.1; import saintmode; import directors;
        backend a { .host = "192.0.2.1"; } backend b { .host = "192.0.2.2"; }
        sub vcl_init { ${init} new fb = directors.fallback(); fb.add_backend(sm.backend()); fb.add_backend(b); }
        sub vcl_recv { if (req.url == "/status") { return (synth(200)); } set req.backend_hint = fb.backend(); return (pass); }
        ${text}`),
    );
    await instance.use(name);
  };
  await load("boot");
  const get = async (url: string) => request(instance, { url });
  return { host, instance, failing, load, get };
}

const denying = `
sub vcl_backend_response {
  if (beresp.status == 500) { saintmode.denylist(10s); return (retry); }
}
sub vcl_deliver { set resp.http.count = sm.denylist_count(); }
sub vcl_synth { set resp.body = saintmode.status(); return (deliver); }`;

describe("saintmode", () => {
  test("the backend is sick for an object that it failed at, for a time, and for no other", async () => {
    const { host, failing, get } = await run(denying);
    failing.add("/bad");
    expect((await get("/bad")).body).toBe("b");
    expect((await get("/good")).body).toBe("a");
    failing.clear();
    expect((await get("/bad")).body).toBe("b");
    expect((await get("/bad")).header("count")).toBe("1");
    await host.clock.advance(11);
    expect((await get("/bad")).body).toBe("a");
    expect((await get("/bad")).header("count")).toBe("0");
  });

  test("with threshold objects on the list it is sick for all; 0 turns that off", async () => {
    const { failing, get } = await run(denying);
    failing.add("/1").add("/2");
    await get("/1");
    expect((await get("/x")).body).toBe("a");
    await get("/2");
    expect((await get("/x")).body).toBe("b");
    const off = await run(denying, "new sm = saintmode.saintmode(a, 0);");
    off.failing.add("/1").add("/2");
    await off.get("/1");
    await off.get("/2");
    expect((await off.get("/x")).body).toBe("a");
  });

  test("status() is JSON of every object of the VCL; the old names work too", async () => {
    const { failing, get } = await run(
      denying.replace("denylist(10s)", "blacklist(10s)").replace("denylist_count", "blacklist_count"),
    );
    failing.add("/1");
    expect((await get("/1")).header("count")).toBe("1");
    expect(JSON.parse((await get("/status")).body)).toEqual({
      saintmode: [{ name: "sm", backend: "a", count: "1", threshold: "2" }],
    });
  });

  test("a backend without an object around it is left alone, with a record; so is no backend", async () => {
    const { host, get } = await run(`
      sub vcl_backend_fetch { set bereq.backend = b; }
      sub vcl_backend_response { saintmode.denylist(10s); }
      sub vcl_deliver { set resp.http.healthy = sm.is_healthy(); }`);
    expect((await get("/")).header("healthy")).toBe("true");
    expect(host.captured.texts("VCL_Error")).toEqual([
      "saintmode.denylist(): no saintmode object is around b",
    ]);
    await expect(
      run("", "new x = directors.random(); new sm = saintmode.saintmode(x.backend(), 1);"),
    ).rejects.toThrow("sm: saintmode.saintmode() goes around a backend, and x is a director");
  });
});
