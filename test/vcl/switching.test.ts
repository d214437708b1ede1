import { describe, expect, test } from "vitest";
import { Instance } from "vclc/runtime";
import { MemoryHost, request, type MemoryResponse } from "../../src/host/memory/index.js";
import { vclModule } from "../support/proxy.js";

/** An instance over two origins that answer with their name, the URL and the headers they got. */
async function world() {
  const host = new MemoryHost();
  for (const [last, name] of [
    [1, "tenant"],
    [2, "api"],
  ] as const) {
    host.origin(`192.0.2.${last}:80`, ({ url, headers }) => ({
      body: JSON.stringify([name, url, headers.filter(([field]) => field !== "X-Varnish")]),
    }));
  }
  const instance = new Instance(host);
  await instance.control.run(async (registry) =>
    registry.register("api", await instance.control.addBackend("api", { host: "192.0.2.2" })),
  );
  return { host, instance };
}

/** All that a client sees, without the transactions' numbers. */
function seen({ status, reason, headers, body }: MemoryResponse): string {
  const fields = headers.filter(([name]) => name !== "X-Varnish");
  return JSON.stringify([status, reason, fields, body.replace(/XID: \d+/, "")]);
}

describe("what vcl() and dispatch() are for", () => {
  test("S4-75: a configuration that knows nothing of main answers by vcl(label) as if it were the active one", async () => {
    const { instance } = await world();
    const tenant = `vcl 4.1; backend b { .host = "192.0.2.1"; }
sub vcl_recv { if (req.url == "/hello") { return (synth(200, req.http.Host)); } }
sub vcl_deliver { set resp.http.X-Grace = req.grace; set resp.http.X-Identity = client.identity; }`;
    await instance.load("tenant", vclModule(tenant));
    await instance.label("tenant_label", "tenant");
    const main = `vcl 4.1; backend none none;
sub vcl_recv {
  set req.http.Host = "main"; set req.url = "/main"; set req.grace = 7s; set client.identity = "main";
  set req.http.X-Main = "1"; unset req.http.Cookie; set req.backend_hint = global.api;
  return (vcl(tenant_label));
}`;
    await instance.load("main", vclModule(main));
    for (const url of ["/hello", "/page", "/page?x=1"]) {
      const headers = { Cookie: "a=b", "X-Forwarded-For": "198.51.100.1" };
      await instance.use("tenant");
      const direct = await request(instance, { url, headers });
      await instance.use("main");
      expect(seen(await request(instance, { url, headers }))).toBe(seen(direct));
    }
    await instance.shutdown();
  });

  test("S4-76: main and policy cannot work together by vcl(label), which drops what main chose; by dispatch(label) they do", async () => {
    const { instance } = await world();
    await instance.load("pure", vclModule("vcl 4.1; backend dummy none; sub vcl_recv { return (pass); }"));
    await instance.label("policy", "pure");
    const answers: string[] = [];
    for (const action of ["vcl", "dispatch"]) {
      const main = `vcl 4.1; backend none none;
sub vcl_recv { set req.backend_hint = global.api; set req.url = "/chosen"; return (${action}(policy)); }`;
      await instance.load(action, vclModule(main));
      await instance.use(action);
      const { status, body } = await request(instance, { url: "/" });
      answers.push(`${status} ${status === 200 ? String((JSON.parse(body) as unknown[]).slice(0, 2)) : ""}`);
    }
    expect(answers).toEqual(["503 ", "200 api,/chosen"]);
    await instance.shutdown();
  });

  test("S4-85: dispatch has a return code of its own, which vcl_recv answers with and the log tells", async () => {
    const { host, instance } = await world();
    await instance.load(
      "pure",
      vclModule("vcl 4.1; backend dummy none; sub vcl_recv { return (synth(299)); }"),
    );
    await instance.label("policy", "pure");
    for (const action of ["vcl", "dispatch"]) {
      const main = `vcl 4.1; backend none none; sub vcl_recv { return (${action}(policy)); }`;
      await instance.load(action, vclModule(main));
      await instance.use(action);
      await request(instance, { url: "/" });
    }
    expect(host.captured.texts("VCL_return").filter((text) => /^(vcl|dispatch)$/.test(text))).toEqual([
      "vcl",
      "dispatch",
    ]);
    await instance.shutdown();
  });
});
