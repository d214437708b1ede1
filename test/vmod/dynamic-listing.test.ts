import { describe, expect, test } from "vitest";
import { settled } from "../../src/host/memory/index.js";
import { loadVcl } from "../support/vmod-vcl.js";
import { made, passing, simple, vmods, world, type World } from "../support/dns-world.js";

const two = { "foo.com": ["192.0.2.1", "192.0.2.2"] };
const names = async (w: World, pattern = ""): Promise<readonly string[]> =>
  (await w.run(`backend.list ${pattern}`))[1]
    .trimEnd()
    .split("\n")
    .slice(1)
    .map((line) => line.split(" ")[0] as string);

describe("dynamic in backend.list", () => {
  test("domains and their backends are rows of their VCL, and gone when they are", async () => {
    const w = await world(
      simple("ttl = 10s, keep = 0, domain_usage_timeout = 25s", 'd.backend("foo.com")'),
      two,
    );
    await w.get();
    expect(await names(w)).toEqual([
      "boot.default",
      "boot.d(foo.com:http)",
      "boot.d(192.0.2.1:http)",
      "boot.d(192.0.2.2:http)",
    ]);
    const text = (await w.run("backend.list"))[1];
    expect(text).toMatch(/^boot\.d\(foo\.com:http\) +probe +2\/2 +healthy /m);
    expect(text).toMatch(/^boot\.d\(192\.0\.2\.1:http\) +healthy +0\/0 +healthy .* d\(192\.0\.2\.1:80\)$/m);
    w.host.names.set("foo.com", ["192.0.2.2"]);
    await w.host.clock.advance(11);
    expect(await names(w)).toEqual(["boot.default", "boot.d(foo.com:http)", "boot.d(192.0.2.2:http)"]);
    await w.host.clock.advance(20);
    expect(await names(w)).toEqual(["boot.default"]);
  });

  test("-p has a table of the addresses with their health, -j -p every argument", async () => {
    const w = await world(
      simple('ttl = 10s, keep = 2, via = default, authority = "a"', 'd.backend("foo.com")'),
      two,
    );
    await w.get();
    await w.run("backend.set_health d.foo.com(192.0.2.2:http) sick");
    const text = (await w.run("backend.list -p d(foo*"))[1]
      .split("\n")
      .map((line) => line.trim().replace(/ +/g, " "));
    expect(text.slice(2)).toEqual([
      "",
      "Backend Health",
      "d.foo.com(192.0.2.1:http) healthy",
      "d.foo.com(192.0.2.2:http) sick",
      "",
      "",
    ]);
    const json = JSON.parse((await w.run("backend.list -j -p d(foo.com:http)"))[1]) as Record<
      string,
      unknown
    >[];
    expect(json[3]).toMatchObject({
      "boot.d(foo.com:http)": {
        type: "dynamic",
        admin_health: "probe",
        probe_message: [1, 2, "healthy"],
        probe_details: {
          ...{ port: "http", hosthdr: "", share: "HOST", probe: false, whitelist: false },
          ...{
            connect_timeout: -1,
            first_byte_timeout: -1,
            between_bytes_timeout: -1,
            domain_usage_timeout: 7200,
          },
          ...{ first_lookup_timeout: 10, max_connections: 0, proxy_header: 0, resolver: "getaddrinfo" },
          ...{ retry_after: 30, via: "default", ttl_from: "cfg", ttl: 10, keep: 2 },
          backends: {
            "d.foo.com(192.0.2.1:http)": { health: "healthy" },
            "d.foo.com(192.0.2.2:http)": { health: "sick" },
          },
        },
      },
    });
  });

  test.each([
    ["d(foo.com:http)", "503 Backend fetch failed"],
    ["boot.d(foo.com:http)", "503 Backend fetch failed"],
    ["d(foo*", "503 Backend fetch failed"],
    ["*.d(*:http)", "503 Backend fetch failed"],
    ["d(192.0.2.1:http)", "192.0.2.2:80 example.com"],
    ["boot.d(192.0.2.1:http)", "192.0.2.2:80 example.com"],
    ["d(192.0.2.1)", "192.0.2.2:80 example.com"],
    ["d(*.1:http)", "192.0.2.2:80 example.com"],
  ])("S0-40 backend.set_health %s sick, and auto again", async (pattern, answer) => {
    const vcl = `sub vcl_init { new d = dynamic.director(); new l = directors.fallback(); l.add_backend(d.backend("foo.com")); }
      ${passing} sub vcl_backend_fetch { set bereq.backend = l.backend(); }`;
    const w = await world(vcl, two);
    await w.get();
    expect(await w.run(`backend.set_health ${pattern} sick`)).toEqual([200, ""]);
    expect(await Promise.all([w.get(), w.get()])).toEqual([answer, answer]);
    await w.run(`backend.set_health ${pattern} auto`);
    expect([await w.get(), await w.get()].sort()).toEqual([
      "192.0.2.1:80 example.com",
      "192.0.2.2:80 example.com",
    ]);
  });

  test("a name that nobody has is refused", async () => {
    const w = await world(simple("", 'd.backend("foo.com")'), two);
    expect((await w.run("backend.set_health d(none.com:http) sick"))[0]).toBe(106);
    expect((await w.run("backend.set_health boot.d(foo.com:http) sick"))[0]).toBe(106);
  });

  test("two VCLs have rows of their own for one address, whose state they share; a cold one does not probe", async () => {
    const vcl = `probe p { .interval = 5s; .initial = 3; } ${simple("probe = p, keep = 0", 'd.backend("foo.com")')}`;
    const w = await world(vcl);
    await w.get();
    await loadVcl(w.instance, "second", vmods, vcl);
    await w.get();
    expect(await names(w, "*.d(1*")).toEqual(["boot.d(192.0.2.1:http)", "second.d(192.0.2.1:http)"]);
    expect(
      [...w.instance.sharedBackends].filter(({ fullForm }) => fullForm === "d(192.0.2.1:80)"),
    ).toHaveLength(1);
    const polls = async (): Promise<number> => {
      const before = w.host.requests.length;
      await w.host.clock.advance(20);
      return w.host.requests.length - before;
    };
    await w.host.clock.advance(5);
    expect(await polls()).toBe(4);
    await w.instance.setState("boot", "cold");
    expect(await polls()).toBe(4);
    await loadVcl(w.instance, "third", vmods, passing);
    await w.instance.setState("second", "cold");
    expect(await polls()).toBe(0);
    await w.instance.discard("boot", "second");
    expect(made(w)).toEqual([]);
  });
});

describe("what dynamic logs", () => {
  const logged = ({ host }: World, tag: string): readonly string[] =>
    host.captured.records
      .filter((record) => record.xid === 0 && record.tag === tag && record.text.startsWith("vmod-dynamic"))
      .map(({ text }) => text.replace(/: \d+\.\d{6} /, ": NOW "));
  const debugging = (args: string): string =>
    simple(args, "d.backend(bereq.http.X-To)").replace("(" + args + ");", `(${args}); d.debug(true);`);

  test("Timestamps of each look-up, with how long it took, always", async () => {
    const w = await world(simple("ttl = 10s, retry_after = 5s", 'd.backend("foo.com")'), two);
    w.host.delay = 0.25;
    const response = w.get();
    await w.host.clock.advance(1);
    await response;
    w.host.names.delete("foo.com");
    await w.host.clock.advance(11);
    await loadVcl(w.instance, "other", vmods, passing);
    await w.instance.setState("boot", "cold");
    const of = (what: string): string => `vmod-dynamic boot.d(foo.com:http) ${what}`;
    expect(logged(w, "Timestamp")).toEqual(
      [
        ...[
          "Lookup: NOW 0.000000 0.000000",
          "Results: NOW 0.250000 0.250000",
          "Update: NOW 0.250000 0.000000",
        ],
        ...["Lookup: NOW 0.000000 0.000000", "Results: NOW 0.250000 0.250000", "Done: NOW 0.000000 0.000000"],
      ].map(of),
    );
    expect(logged(w, "Error")).toEqual([
      "vmod-dynamic boot d foo.com:http getaddrinfo -5 (no address for foo.com)",
    ]);
    expect(logged(w, "Debug")).toEqual([]);
  });

  test("with debug, backends that are made and shared, and waits with how they ended", async () => {
    const w = await world(debugging("first_lookup_timeout = 2s"), {
      "foo.com": ["192.0.2.1"],
      "bar.com": ["192.0.2.1"],
    });
    w.host.stuck.add("stuck.com");
    await w.get({ "X-To": "foo.com" });
    await w.get({ "X-To": "bar.com" });
    const late = w.get({ "X-To": "stuck.com" });
    await w.host.clock.advance(2);
    expect(await late).toMatch(/^503/);
    expect(logged(w, "Debug").map((text) => text.replace("vmod-dynamic boot d ", ""))).toEqual([
      ...[
        "foo.com:http wait-active",
        "foo.com:http new-backend d(192.0.2.1:http)",
        "foo.com:http wait-active ret 0",
      ],
      ...[
        "bar.com:http wait-active",
        "bar.com:http ref-backend d(192.0.2.1:http)",
        "bar.com:http wait-active ret 0",
      ],
      ...["stuck.com:http wait-active", "stuck.com:http wait-active ret 110"],
    ]);
  });

  test("of services: what the SRV records say, their Timestamps, what the resolver says of a failure", async () => {
    const w =
      await world(`sub vcl_init { new r = dynamic.resolver(); new d = dynamic.director(resolver = r.use(), retry_after = 50s); d.debug(true); }
      ${passing} sub vcl_backend_fetch { set bereq.backend = d.service("_http._tcp.foo.com"); }`);
    w.host.dns.set("SRV _http._tcp.foo.com", [
      { target: "a.com", port: 8001, priority: 1, weight: 3, ttl: 9 },
    ]);
    w.host.dns.set("A a.com", [{ target: "192.0.2.1", ttl: 5 }]);
    expect(await w.get()).toContain("192.0.2.1:8001");
    expect(logged(w, "Debug")).toContain(
      "vmod-dynamic boot d _http._tcp.foo.com DNS SRV a.com:8001 priority 1 weight 3 ttl 9",
    );
    expect(logged(w, "Timestamp")).toContain(
      "vmod-dynamic boot.d(srv _http._tcp.foo.com) Update: NOW 0.000000 0.000000",
    );
    w.host.dns.clear();
    await w.host.clock.advance(3601);
    await settled();
    expect([...logged(w, "Error")].sort()).toEqual([
      "vmod-dynamic boot d _http._tcp.foo.com getdns 901 (querySRV ENOTFOUND _http._tcp.foo.com)",
      "vmod-dynamic boot d a.com:8001 getdns 901 (queryA ENOTFOUND a.com)",
    ]);
    expect(logged(w, "Debug")).toContain("vmod-dynamic resolver: queryA ENOTFOUND a.com");
  });
});
