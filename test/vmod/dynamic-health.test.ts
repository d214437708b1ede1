import { expect, test } from "vitest";
import { request, settled } from "../../src/host/memory/index.js";
import { Instance } from "../../src/runtime/instance.js";
import { DnsHost, passing, vmods, world } from "../support/dns-world.js";
import { loadVcl } from "../support/vmod-vcl.js";

/** Asks for the health of `d` before anything else, and answers with it and the seconds that it took. */
const asking = (args: string, which: string, init = ""): string => `
sub vcl_init { new d = dynamic.director(${args}); ${init} }
sub vcl_recv { return (synth(200, "" + std.healthy(${which}))); }`;

async function asked(
  vcl: string,
  prepare: (host: DnsHost) => void = () => undefined,
): Promise<readonly [health: string, seconds: number]> {
  const host = new DnsHost();
  host.names.set("foo.com", ["192.0.2.1"]);
  prepare(host);
  const instance = new Instance(host);
  await loadVcl(instance, "boot", vmods, vcl);
  const began = host.now();
  let seconds = NaN;
  const response = request(instance).then(({ reason }) => {
    seconds = host.now() - began;
    return reason;
  });
  await host.clock.advance(60);
  return [await response, Math.round(seconds * 1000) / 1000];
}

const slow = (host: DnsHost): void => void (host.delay = 0.3);

test.each([
  ["the director itself, made by the request", "", 'd.backend("foo.com")', ""],
  ["the director itself, made in vcl_init", "", "d.backend(req.http.Host)", 'd.backend("example.com");'],
  [
    "one below another",
    "",
    "l.backend()",
    'new l = directors.fallback(); l.add_backend(d.backend("foo.com"));',
  ],
])(
  "S0-43 std.healthy waits for the first answer, exactly as a fetch does: %s",
  async (_, args, which, init) => {
    const vcl = asking(
      args,
      which,
      init.replace(/^d\.backend.*/, 'if (!d.backend("example.com")) { return (fail("no")); }'),
    );
    const prepare = (host: DnsHost): void => {
      slow(host);
      host.names.set("example.com", ["192.0.2.1"]);
    };
    expect(await asked(vcl, prepare)).toEqual(["true", 0.3]);
  },
);

test("S0-43 a choice made at once waits as well: the member of a hash director, and of a shard director", async () => {
  const init =
    'new l = directors.hash(); l.add_backend(d.backend("none.com"), 1); l.add_backend(d.backend("foo.com"), 1); ' +
    'new s = directors.shard(); s.add_backend(d.backend("none.com"), "a"); s.add_backend(d.backend("foo.com"), "b"); s.reconfigure();';
  for (const call of [
    'l.backend("x")',
    "s.backend(by = KEY, key = 1)",
    "s.backend(by = KEY, key = 4000000000)",
  ]) {
    const vcl = `sub vcl_init { new d = dynamic.director(); ${init} }
      sub vcl_recv { set req.backend_hint = ${call}; return (pass); }
      sub vcl_deliver { return (synth(200, "")); } sub vcl_synth { set resp.reason = req.backend_hint; return (deliver); }`;
    const prepare = (host: DnsHost): void => {
      slow(host);
      host.names.set("none.com", []);
    };
    expect(await asked(vcl, prepare), call).toEqual(["d(foo.com:http)", 0.3]);
  }
});

test.each(["dispatch", "vcl"])(
  "S0-43 S0-44 a policy that knows nothing of dynamic waits as the VCL does that sets the hint: %s",
  async (action) => {
    const host = new DnsHost();
    slow(host);
    host.names.set("foo.com", ["192.0.2.1"]);
    host.stuck.add("stuck.com");
    const instance = new Instance(host);
    const { dynamic, ...others } = vmods;
    await loadVcl(
      instance,
      "plain",
      others,
      `sub vcl_recv { return (synth(200, "" + std.healthy(req.backend_hint))); }`,
    );
    await loadVcl(
      instance,
      "own",
      { ...others, dynamic },
      `sub vcl_init { new d = dynamic.director(first_lookup_timeout = 2s); }
       sub vcl_recv { return (synth(200, "" + std.healthy(d.backend("foo.com")))); }`,
    );
    await instance.label("policy", action === "dispatch" ? "plain" : "own");
    await loadVcl(
      instance,
      "main",
      { ...others, ...(action === "dispatch" && { dynamic }) },
      action === "vcl"
        ? "sub vcl_recv { return (vcl(policy)); }"
        : `sub vcl_init { new d = dynamic.director(first_lookup_timeout = 2s); }
           sub vcl_recv { set req.backend_hint = d.backend(req.http.Name); return (dispatch(policy)); }`,
    );
    const asked = async (name: string): Promise<unknown> => {
      const began = host.now();
      const response = request(instance, { url: "/", headers: [["Name", name]] }).then(({ reason }) => [
        reason,
        Math.round((host.now() - began) * 10) / 10,
      ]);
      await host.clock.advance(10);
      return await response;
    };
    expect(await asked("foo.com")).toEqual(["true", 0.3]);
    if (action === "dispatch") expect(await asked("stuck.com")).toEqual(["false", 2]);
  },
);

test("S0-44 the wait ends with first_lookup_timeout, and then the director is sick", async () => {
  const vcl = asking("first_lookup_timeout = 2s", 'd.backend("foo.com")');
  expect(await asked(vcl, (host) => host.stuck.add("foo.com"))).toEqual(["false", 2]);
});

test("S0-44 whoever comes later waits for what is left of that time, and nobody after it", async () => {
  const w = await world(asking("first_lookup_timeout = 2s", 'd.backend("foo.com")'));
  w.host.stuck.add("foo.com");
  const first = request(w.instance);
  await w.host.clock.advance(1.5);
  const second = request(w.instance);
  await w.host.clock.advance(0.5);
  expect([(await first).reason, (await second).reason]).toEqual(["false", "false"]);
  expect((await request(w.instance)).reason).toBe("false");
});

test("S0-45 healthy is what resolved to an address whose backend is healthy: no address, no such name, a sick backend", async () => {
  const vcl = (args = ""): string => asking(args, 'd.backend("foo.com")');
  expect(await asked(vcl())).toEqual(["true", 0]);
  expect(await asked(vcl(), (host) => host.names.set("foo.com", []))).toEqual(["false", 0]);
  expect(await asked(vcl(), (host) => host.names.delete("foo.com"))).toEqual(["false", 0]);
  const silent = (host: DnsHost): void => host.refuse("192.0.2.1:80");
  expect(await asked(`probe p { .initial = 0; } ${vcl("probe = p")}`, silent)).toEqual(["false", 0]);
});

test("S0-46 the first request after a load finds the healthy one of two, however slow the names are", async () => {
  const host = new DnsHost();
  slow(host);
  host.names.set("foo.com", ["192.0.2.1"]);
  const instance = new Instance(host);
  await loadVcl(
    instance,
    "boot",
    vmods,
    `sub vcl_init { new d = dynamic.director(); new l = directors.round_robin();
      l.add_backend(d.backend("none.com")); l.add_backend(d.backend("foo.com")); }
    sub vcl_recv { set req.backend_hint = l.backend(); if (!std.healthy(req.backend_hint)) { return (synth(503)); } return (pass); }`,
  );
  const response = request(instance);
  await host.clock.advance(1);
  expect((await response).status).toBe(200);
});

test("S0-43 S0-47 in vcl_init nothing waits: a load with a stuck name is done at once", async () => {
  const host = new DnsHost();
  host.stuck.add("foo.com");
  const instance = new Instance(host);
  const vcl = `sub vcl_init { new d = dynamic.director();
    if (std.healthy(d.backend("foo.com"))) { return (fail("healthy")); } } ${passing}`;
  const began = host.now();
  await loadVcl(instance, "boot", vmods, vcl);
  expect(host.now()).toBe(began);
  expect(host.lookUps).toEqual(["foo.com"]);
});

test("S0-47 backend.list and backend.set_health answer during a stuck look-up; a request that waits gets what the operator said", async () => {
  const w = await world(asking("", 'd.backend("foo.com")'));
  w.host.stuck.add("foo.com");
  const waiting = request(w.instance);
  await settled();
  const began = w.host.now();
  expect((await w.run("backend.list -p *.*"))[0]).toBe(200);
  expect((await w.run("backend.set_health *.* healthy"))[0]).toBe(200);
  expect((await request(w.instance)).reason).toBe("true");
  expect(w.host.now()).toBe(began);
  await w.host.clock.advance(10);
  expect((await waiting).reason).toBe("true");
});

test("what the operator says of a director is known without a wait", async () => {
  const w = await world(asking("", 'd.backend("foo.com")'));
  w.host.stuck.add("foo.com");
  void request(w.instance);
  await settled();
  await w.run("backend.set_health *.d(foo.com:http) sick");
  const began = w.host.now();
  expect((await request(w.instance)).reason).toBe("false");
  expect(w.host.now()).toBe(began);
});

test("a VCL without such directors has subs that do not wait: its hits are answered in one go", async () => {
  const w = await world(passing);
  const { std, directors } = vmods;
  await loadVcl(
    w.instance,
    "plain",
    { std, directors },
    'sub vcl_recv { if (std.healthy(req.backend_hint)) { return (synth(200, "ok")); } }',
  );
  const vcl = w.instance.active;
  expect(vcl?.name).toBe("plain");
  expect(vcl?.body.vcl_recv?.constructor.name).toBe("Function");
});
