import { describe, expect, test } from "vitest";
import type { Backend } from "vclc/runtime";
import { MemoryHost, request } from "../../src/host/memory/index.js";
import { Instance } from "../../src/runtime/instance.js";
import { ConnectionSlots } from "../../src/runtime/backend/connection-slots.js";
import { bench, handVcl } from "../support/hand-vcl.js";
import { stubHost } from "../support/stub-host.js";
import { backend, probed, SharedWorld } from "../support/shared-world.js";
import { vclModule } from "../support/proxy.js";

const b1 = (who: string, fields = ""): string => backend("b1", "192.0.2.1", probed(who, fields));
const form = "b1(192.0.2.1:80)";

describe("many VCLs, one state", () => {
  test("S2-01: a hundred VCLs are loaded at the same time and warm, and each can be used", async () => {
    const w = new SharedWorld();
    for (let i = 0; i < 100; i++) await w.load(`v${i}`, b1(`v${i}`));
    expect(w.instance.list().map(({ temperature }) => temperature)).toEqual(Array(100).fill("warm"));
    expect(w.shared(form).references.map(({ fullName }) => fullName)).toHaveLength(100);
    await w.advance(0);
    for (let i = 0; i < 100; i += 9) {
      await w.use(`v${i}`);
      expect((await w.get(`/${i}`)).body).toBe("192.0.2.1:80");
    }
  });

  test("S2-03: a thousand probed backends in ten VCLs are a thousand states, each polled once an interval", async () => {
    const w = new SharedWorld();
    const many = Array.from({ length: 1000 }, (_, i) =>
      backend(`b${i}`, `10.0.${i >> 8}.${i & 255}`, probed("x", ".interval = 5s;")),
    ).join("\n");
    const used = `sub vcl_recv { ${Array.from({ length: 1000 }, (_, i) => `set req.backend_hint = b${i};`).join(" ")} }`;
    const module = vclModule(`vcl 4.1;\n${many}\n${used}`);
    for (let i = 0; i < 10; i++) await w.instance.load(`v${i}`, module);
    await w.advance(0);
    expect(w.forms()).toHaveLength(1000);
    expect(new Set(w.seen().map(({ address }) => address)).size).toBe(1000);
    await w.advance(5);
    const polled = w.seen().map(({ address }) => address);
    expect([polled.length, new Set(polled).size]).toEqual([1000, 1000]);
  }, 60_000);

  test("S2-04: vcl_recv is edited, loaded beside the old VCL, and switched forth and back at the cost of nothing", async () => {
    const w = new SharedWorld();
    await w.load("old", b1("x"));
    await w.use("old");
    await w.advance(1);
    await w.load("new", `${b1("x")} sub vcl_recv { set req.http.edited = "1"; }`);
    const state = w.shared(form);
    w.seen();
    for (let i = 0; i < 50; i++) await w.use(i % 2 ? "old" : "new");
    expect(w.shared(form)).toBe(state);
    expect([w.forms().length, w.seen().length, state.history?.good]).toEqual([1, 0, 3]);
    await w.advance(5);
    expect(w.seen()).toHaveLength(1);
  });

  test("S2-06: what an origin gets of polls is the same whether one VCL is loaded or twenty", async () => {
    const pollsWith = async (vcls: number): Promise<number> => {
      const w = new SharedWorld();
      for (let i = 0; i < vcls; i++) await w.load(`v${i}`, b1("x"));
      await w.use("v0");
      await w.advance(100);
      return w.seen().length;
    };
    expect(await pollsWith(20)).toBe(await pollsWith(1));
  });

  test("S2-07: a VCL that is forgotten and never discarded polls nothing, neither what others have nor its own", async () => {
    const w = new SharedWorld({ vcl_cooldown: 600 });
    await w.load(
      "forgotten",
      `${b1("old")} ${backend("gone", "192.0.2.9", probed("old"))}
      sub vcl_recv { set req.backend_hint = gone; }`,
    );
    await w.use("forgotten");
    await w.load("current", b1("new"));
    await w.use("current");
    await w.advance(700);
    w.seen();
    await w.advance(100);
    expect(new Set(w.seen().map(({ address, url }) => `${address} ${url}`))).toEqual(
      new Set(["192.0.2.1:80 /probe-new"]),
    );
  });

  test("S2-08: two VCLs with the same backend have the same state behind it", async () => {
    const w = new SharedWorld();
    await w.load("a", b1("a"));
    await w.load("b", b1("b"));
    const [one, two] = ["a", "b"].map((name) => w.instance.vcl(name)?.director("b1") as Backend);
    expect(one).not.toBe(two);
    expect(one?.shared).toBe(two?.shared);
  });

  test("S2-09: a verdict of probes, and what an operator says, hold in every VCL at once", async () => {
    const w = new SharedWorld();
    await w.load("a", b1("a"));
    await w.load("b", b1("b"));
    const both = (): boolean[] => [w.healthy("a", "b1"), w.healthy("b", "b1")];
    expect(both()).toEqual([false, false]);
    await w.advance(1);
    expect(both()).toEqual([true, true]);
    await w.run("backend.set_health a.b1 sick");
    expect(both()).toEqual([false, false]);
    await w.load("later", b1("later"));
    expect(w.healthy("later", "b1")).toBe(false);
    await w.run("backend.set_health b1 auto");
    expect(both()).toEqual([true, true]);
  });

  test("S2-10: an object that one VCL has refused a backend for is refused in the next VCL too, for its time", async () => {
    const host = new MemoryHost();
    host.origin("192.0.2.1:80", ({ url }) => ({ status: url === "/bad" ? 500 : 200, body: "b1" }));
    const instance = new Instance(host);
    const vcl = (subs: string): string => `vcl 4.1; import saintmode; ${backend("b1")}
      sub vcl_init { new sm = saintmode.saintmode(b1, 0); }
      sub vcl_recv { set req.backend_hint = sm.backend(); return (pass); } ${subs}`;
    const deny = "sub vcl_backend_response { if (beresp.status == 500) { saintmode.denylist(30s); } }";
    await instance.load("a", vclModule(vcl(deny)));
    await instance.use("a");
    expect((await request(instance, { url: "/bad" })).status).toBe(500);
    await instance.load("b", vclModule(vcl("")));
    await instance.use("b");
    expect((await request(instance, { url: "/bad" })).status).toBe(503);
    expect((await request(instance, { url: "/good" })).status).toBe(200);
    const asked = host.requests.length;
    await host.clock.advance(31);
    expect((await request(instance, { url: "/bad" })).status).toBe(500);
    expect(host.requests).toHaveLength(asked + 1);
  });

  test("S2-12: counters go on over a switch, under a name that stays", async () => {
    const w = new SharedWorld();
    await w.load("a", `${b1("a", ".initial = 3;")} sub vcl_recv { return (pass); }`);
    await w.use("a");
    for (let i = 0; i < 3; i++) await w.get();
    await w.load("b", `${b1("b", ".initial = 3;")} sub vcl_recv { return (pass); }`);
    await w.use("b");
    for (let i = 0; i < 2; i++) await w.get();
    await w.instance.discard("a");
    const counters = w.instance.sharedBackends.counters();
    expect(counters.get("VBE.b1(192.0.2.1:80).req")).toBe(5);
    expect(counters.get("VBE.b1(192.0.2.1:80).beresp_bodybytes")).toBe(5 * "192.0.2.1:80".length);
    await w.run("backend.set_health b1 sick");
    await w.get();
    expect(w.instance.sharedBackends.counters().get("VBE.b1(192.0.2.1:80).unhealthy")).toBe(1);
  });
});

describe("what is shared with what", () => {
  test("S2-14: four names for one machine are four states: each its own health, its own polls, its own counters", async () => {
    const w = new SharedWorld();
    const names = ["api", "web", "img", "adm"];
    const hints = names.map((name) => `if (req.url == "/${name}") { set req.backend_hint = ${name}; }`);
    await w.load(
      "a",
      `${names.map((name) => backend(name, "192.0.2.1", probed(name, ".initial = 3;"))).join("\n")}
       sub vcl_recv { ${hints.join(" ")} return (pass); }`,
    );
    await w.use("a");
    await w.advance(0);
    expect(
      w
        .seen()
        .map(({ url }) => url)
        .sort(),
    ).toEqual(names.map((name) => `/probe-${name}`).sort());
    await w.run("backend.set_health web sick");
    expect(names.map((name) => w.healthy("a", name))).toEqual([true, false, true, true]);
    await w.get("/img");
    await w.get("/web");
    const { counters } = w.shared("img(192.0.2.1:80)");
    expect([counters.req, w.shared("web(192.0.2.1:80)").counters.req]).toEqual([1, 0]);
    expect(w.shared("web(192.0.2.1:80)").counters.unhealthy).toBe(1);
  });

  test("S2-15: one name for two machines is two states: what befalls one leaves the other alone", async () => {
    const w = new SharedWorld();
    await w.load("a", backend("b1", "192.0.2.1", probed("a")));
    await w.load("b", backend("b1", "192.0.2.2", probed("b")));
    w.sick.add("192.0.2.1:80");
    await w.advance(60);
    expect([w.healthy("a", "b1"), w.healthy("b", "b1")]).toEqual([false, true]);
    await w.run("backend.set_health b.b1 sick");
    w.sick.clear();
    await w.advance(60);
    expect([w.healthy("a", "b1"), w.healthy("b", "b1")]).toEqual([true, false]);
  });

  /** The full form of `b1` as a VCL declares it. */
  async function formOf(fields: string, more = ""): Promise<string> {
    const w = new SharedWorld();
    w.host.names.set("both.example", ["192.0.2.1", "2001:db8::1"]);
    w.host.names.set("four.example", ["192.0.2.1"]);
    w.host.names.set("six.example", ["2001:db8::1"]);
    await w.load("v", `${more} backend b1 { ${fields} } sub vcl_recv { set req.backend_hint = b1; }`);
    return (w.instance.vcl("v")?.director("b1") as Backend).shared.fullForm;
  }

  test.each([
    ['.host = "192.0.2.1";', "b1(192.0.2.1:80)"],
    ['.host = "192.0.2.1"; .port = "http";', "b1(192.0.2.1:80)"],
    ['.host = "192.0.2.1:8080";', "b1(192.0.2.1:8080)"],
    ['.host = "four.example";', "b1(192.0.2.1:80)"],
    ['.host = "2001:DB8:0::1";', "b1([2001:db8::1]:80)"],
    ['.host = "[2001:db8::1]:8080";', "b1([2001:db8::1]:8080)"],
  ])(
    "S2-16 S2-22: name, address and port make the identity, however written: %s is %s",
    async (fields, full) => {
      expect(await formOf(fields)).toBe(full);
    },
  );

  test("S2-17: an address family that is absent counts: IPv4 only, IPv6 only and both are three", async () => {
    const forms = [];
    for (const host of ["four", "six", "both"])
      forms.push(await formOf(`.host = "${host}.example"; .port = "8080";`));
    expect(forms).toEqual([
      "b1(192.0.2.1:8080)",
      "b1([2001:db8::1]:8080)",
      "b1(192.0.2.1:8080,[2001:db8::1]:8080)",
    ]);
  });

  test.each([
    ['.path = "/run/x.sock";', "b1(/run/x.sock)"],
    ['.path = "@abstract";', "b1(@abstract)"],
    ['.host = "four.example"; .via = p;', "b1(192.0.2.1:80;via=192.0.2.8:81;authority=four.example)"],
    [
      '.host = "192.0.2.1"; .via = p; .authority = "x.example";',
      "b1(192.0.2.1:80;via=192.0.2.8:81;authority=x.example)",
    ],
    ['.host = "192.0.2.1"; .proxy_header = 2;', "b1(192.0.2.1:80;proxy=2)"],
    ['.host = "192.0.2.1"; .preamble = :YWJj:;', "b1(192.0.2.1:80;preamble=ba7816bf8f01cfea)"],
  ])("S2-18: whatever changes how connections begin is part of it: %s is %s", async (fields, full) => {
    const proxy = fields.includes(".via") ? backend("p", "192.0.2.8", '.port = "81";') : "";
    expect(await formOf(fields, proxy)).toBe(full);
  });

  test("S2-18: `none` has no state; a backend that a VMOD made or took shares with those of VCLs", async () => {
    const w = new SharedWorld();
    await w.load("n", "backend none none;");
    expect(w.forms()).toEqual([]);
    const made = await w.instance.control.addBackend("b1", { host: "192.0.2.1" });
    await w.load("v", b1("v", ".initial = 3;"));
    expect((made as Backend).shared).toBe((w.instance.vcl("v")?.director("b1") as Backend).shared);
    expect(w.shared(form).references.map(({ fullName }) => fullName)).toEqual(["global.b1", "v.b1"]);
    await w.instance.discard("v");
    expect(w.forms()).toEqual([form]);
    made.release?.();
    expect(w.forms()).toEqual([]);
  });

  test("S2-18: a backend that a VMOD moves to the global list takes its state along, and the VCL's next version finds it", async () => {
    const b = bench();
    const moving = handVcl((vpi) => {
      const moved = vpi.backend("origin", { host: "192.0.2.1", probe: { name: "p", initial: 3 } }) as Backend;
      return {
        init(task) {
          const { shared } = moved;
          task.transferBackend(moved);
          expect(moved.shared).toBe(shared);
          task.registry.register("api", moved);
        },
      };
    });
    await b.load("creator", moving);
    await b.discard("creator");
    const [shared] = b.services.backends.shared;
    expect(shared?.references.map(({ fullName }) => fullName)).toEqual(["global.origin"]);
    await b.load(
      "next",
      handVcl((vpi) => (vpi.backend("origin", { host: "192.0.2.1" }), {})),
    );
    expect(shared?.references.map(({ fullName }) => fullName)).toEqual(["global.origin", "next.origin"]);
    expect(shared?.poller?.fullName).toBe("global.origin");
  });

  test("S2-19: who waits for a connection under one VCL gets the one that another VCL's task gives back", async () => {
    const host = stubHost();
    const slots = new ConnectionSlots(host);
    const limits = (most: number) => ({ most, waiting: 2, waitTime: 5 });
    const held = [await slots.take(limits(2)), await slots.take(limits(2))];
    const strict = slots.take(limits(1));
    const lax = slots.take(limits(2));
    held[0]?.free();
    const second = await lax;
    expect([slots.used, second === undefined]).toEqual([2, false]);
    held[1]?.free();
    second?.free();
    expect([slots.used, (await strict) === undefined]).toEqual([1, false]);
  });

  test("S2-19: Host, time-outs and the limit of connections are each VCL's own; connections are counted over all", async () => {
    const w = new SharedWorld();
    const vcl = (host: string, limit: number): string =>
      `${backend("b1", "192.0.2.1", `.host_header = "${host}"; .first_byte_timeout = ${limit}s; .max_connections = ${limit};`)}
       sub vcl_recv { unset req.http.host; return (pass); }`;
    await w.load("a", vcl("a.example", 1));
    await w.load("b", vcl("b.example", 2));
    let finish: () => void = () => undefined;
    w.host.origin("*", () => new Promise((resolve) => (finish = () => resolve({}))));
    await w.use("a");
    const first = w.get("/1");
    await w.advance(0);
    expect((await w.get("/2")).status).toBe(503);
    await w.use("b");
    const end = finish;
    const second = w.get("/3");
    await w.advance(0);
    expect((await w.get("/4")).status).toBe(503);
    expect(w.host.captured.texts("FetchError")).toEqual(Array(2).fill("backend b1: busy"));
    end();
    finish();
    expect([(await first).status, (await second).status]).toEqual([200, 200]);
    expect(w.host.requests.map((sent) => sent.header("host"))).toEqual(["a.example", "b.example"]);
    w.host.origin("*", () => ({ latency: 1.5 }));
    const late = w.get("/5");
    await w.advance(2);
    await w.use("a");
    const later = w.get("/6");
    await w.advance(2);
    expect([(await late).status, (await later).status]).toEqual([200, 503]);
    expect(w.host.captured.texts("FetchError").at(-1)).toBe("first byte timeout (reused connection)");
    expect(w.shared(form).slots.used).toBe(0);
  });

  test("S2-19: a VCL without a probe for a backend takes it for healthy, whatever the probe of another finds", async () => {
    const w = new SharedWorld();
    await w.load("probing", b1("x"));
    await w.load("careless", backend("b1"));
    await w.use("careless");
    w.sick.add("192.0.2.1:80");
    await w.advance(60);
    expect([w.healthy("probing", "b1"), w.healthy("careless", "b1")]).toEqual([false, true]);
    await w.run("backend.set_health b1 sick");
    expect(w.healthy("careless", "b1")).toBe(false);
  });

  test("S2-20: the name is the backend's, not the VCL's", async () => {
    const w = new SharedWorld();
    await w.load("one", b1("x"));
    await w.load("two", b1("x"));
    expect(w.forms()).toEqual([form]);
  });
});
