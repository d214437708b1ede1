import { describe, expect, test } from "vitest";
import { request } from "../../src/host/memory/index.js";
import { latin1Text } from "../../src/runtime/index.js";
import { Instance } from "../../src/runtime/instance.js";
import { Domain } from "../../src/vmod/dynamic/domain.js";
import { DnsHost, made, passing, simple, vmods, world, type World } from "../support/dns-world.js";
import { loadVcl } from "../support/vmod-vcl.js";

describe("dynamic.director", () => {
  test("S0-29 S0-33 backend() without arguments takes the Host of the request, whose port it does not split", async () => {
    const w = await world(simple('port = "80"'), { "foo.com": ["192.0.2.1"], "bar.com": ["192.0.2.2"] });
    expect(await w.get({ Host: "foo.com" })).toBe("192.0.2.1:80 foo.com");
    expect(await w.get({ Host: "bar.com" })).toBe("192.0.2.2:80 bar.com");
    expect(await w.get({ Host: "foo.com:81" })).toMatch(/^503 /);
    expect(w.host.lookUps).toEqual(["foo.com", "bar.com", "foo.com:81"]);
  });

  test("S0-34 without any host there is no backend", async () => {
    const w = await world(
      simple("", "d.backend(bereq.http.X-None)").replace(
        "sub vcl_backend_fetch {",
        "sub vcl_backend_fetch { unset bereq.http.Host;",
      ),
    );
    expect(await w.get()).toBe("503 Backend fetch failed");
  });

  test("S0-14 S0-28 a port may be a number, arguments go by their names", async () => {
    const w = await world(simple("ttl = 5m, port = 8443", 'd.backend("foo.com")'));
    expect(await w.get()).toBe("192.0.2.1:8443 example.com");
    expect(made(w)).toEqual(["d(192.0.2.1:8443)"]);
  });

  test.each([
    ['port = ""', "port may not be empty"],
    ["ttl = 0s", "ttl may not be 0s"],
    ["domain_usage_timeout = 0s", "domain_usage_timeout may not be 0s"],
    ["first_lookup_timeout = 0s", "first_lookup_timeout may not be 0s"],
    ["keep = -1", "keep may not be negative"],
    ["connect_timeout = -2s", "connect_timeout may not be negative"],
    ["proxy_header = 3", "proxy_header is 0, 1 or 2"],
    ["ttl_from = dns", "ttl_from = dns only valid with resolver"],
  ])("%s is refused at load", async (args, message) => {
    await expect(world(simple(args))).rejects.toThrow(message);
  });

  test("addresses take turns, healthy ones only; new ones come and old ones go with the answers", async () => {
    const w = await world(simple("ttl = 10s, keep = 1", 'd.backend("foo.com")'), {
      "foo.com": ["192.0.2.1", "192.0.2.2"],
    });
    const seen = [await w.get(), await w.get(), await w.get()].map((body) => body.split(":")[0]);
    expect(seen).toEqual(["192.0.2.1", "192.0.2.2", "192.0.2.1"]);
    w.host.names.set("foo.com", ["192.0.2.3"]);
    await w.host.clock.advance(11);
    expect([await w.get(), await w.get()]).toEqual(Array(2).fill("192.0.2.3:80 example.com"));
    expect(made(w)).toHaveLength(3); // kept for one more answer
    await w.host.clock.advance(11);
    expect(made(w)).toEqual(["d(192.0.2.3:http)"]);
  });

  test("a look-up that fails changes nothing and is repeated after retry_after", async () => {
    const w = await world(simple("ttl = 10s, retry_after = 2s", 'd.backend("foo.com")'));
    expect(await w.get()).toContain("192.0.2.1");
    w.host.names.delete("foo.com");
    await w.host.clock.advance(11);
    expect(await w.get()).toContain("192.0.2.1");
    expect(w.host.captured.texts("Error")).toContain(
      "vmod-dynamic boot d foo.com:http getaddrinfo -5 (no address for foo.com)",
    );
    w.host.names.set("foo.com", ["192.0.2.9"]);
    await w.host.clock.advance(2);
    expect(await w.get()).toContain("192.0.2.9");
  });

  test("whitelist: other addresses get nothing, none at all is sick", async () => {
    const vcl = `acl v4 { "0.0.0.0"/0; } ${simple("whitelist = v4", 'd.backend("foo.com")')}`;
    const w = await world(vcl, { "foo.com": ["2001:db8::1", "192.0.2.1"] });
    expect([await w.get(), await w.get()]).toEqual(Array(2).fill("192.0.2.1:80 example.com"));
    expect(w.host.captured.texts("Error")).toContain(
      "vmod-dynamic boot d foo.com:http whitelist mismatch 2001:db8::1:80",
    );
    expect(await (await world(vcl, { "foo.com": ["2001:db8::1"] })).get()).toMatch(/^503/);
  });

  test("share: one backend for an address, or one for each host with its Host header", async () => {
    const names = { "foo.com": ["192.0.2.1"], "bar.com": ["192.0.2.1"] };
    const two = (args: string): string =>
      simple(args, "d.backend(bereq.http.X-To)").replace(
        "{ set bereq.backend",
        "{ unset bereq.http.Host; set bereq.backend",
      );
    const director = await world(two(""), names);
    const host = await world(two("share = HOST"), names);
    const of = async (w: World): Promise<readonly string[]> => [
      await w.get({ "X-To": "foo.com" }),
      await w.get({ "X-To": "bar.com" }),
    ];
    expect(await of(director)).toEqual(["192.0.2.1:80 192.0.2.1", "192.0.2.1:80 192.0.2.1"]);
    expect(made(director)).toEqual(["d(192.0.2.1:http)"]);
    expect(await of(host)).toEqual(["192.0.2.1:80 foo.com", "192.0.2.1:80 bar.com"]);
    expect(made(host)).toEqual(["d.foo.com(192.0.2.1:http)", "d.bar.com(192.0.2.1:http)"]);
  });

  test("S0-07 S0-08 S0-15 S0-25 via: a PROXY header with the address and the authority, and a connection for each of the two", async () => {
    const vcl = simple("via = default, port = 443", "d.backend(bereq.http.X-To)");
    const w = await world(vcl, { "foo.com": ["192.0.2.7"], "bar.com": ["192.0.2.7"] });
    const heads: string[] = [];
    w.host.rawOrigin("192.0.2.1:80", (stream) => {
      stream.receiver = {
        data: (chunk) => {
          heads.push(latin1Text(chunk));
          stream.write("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nhi");
        },
        drained: () => undefined,
        ended: () => undefined,
        closed: () => undefined,
      };
    });
    for (const name of ["foo.com", "bar.com", "foo.com"]) expect(await w.get({ "X-To": name })).toBe("hi");
    expect(w.host.connections).toBe(2);
    expect(heads.join("")).toContain("\r\n\r\n\0\r\nQUIT\n"); // the signature of version 2
    expect(heads.join("")).toContain("\xc0\0\x02\x07\x01\xbb".slice(1)); // 192.0.2.7, 443
    expect(heads.join("")).toContain("\x02\0\x07foo.com");
    expect(heads.join("")).toContain("\x02\0\x07bar.com");
  });

  test("an address of which no backend can be made is logged, the others serve, and none is left behind", async () => {
    const w = await world(simple("ttl = 1s, domain_usage_timeout = 20s", 'd.backend("foo.com")'), {
      "foo.com": ["192.0.2.1", "fe80::1%"],
    });
    expect(await w.get()).toContain("192.0.2.1");
    expect(w.host.captured.texts("Error")[0]).toContain(
      'vmod-dynamic boot d foo.com:http Backend d(fe80::1%:http): host "fe80::1%" could not be resolved',
    );
    await w.host.clock.advance(60);
    expect(made(w)).toEqual([]);
  });

  test("in vcl_pipe the host is that of bereq", async () => {
    const vcl = `sub vcl_init { new d = dynamic.director(); } sub vcl_recv { return (pipe); }
      sub vcl_pipe { set bereq.http.Host = "bar.com"; set bereq.backend = d.backend(); }`;
    const w = await world(vcl, { "bar.com": ["192.0.2.2"] });
    await w.get({ Host: "foo.com" });
    expect(w.host.lookUps).toEqual(["bar.com"]);
  });

  test("S0-03 a fetch goes on when its address is gone from the answers, and no backend is left when it ends", async () => {
    const w = await world(simple("ttl = 1s, keep = 0", 'd.backend("foo.com")'));
    let finish: (() => void) | undefined;
    w.host.rawOrigin("192.0.2.1:80", (stream) => {
      stream.receiver = {
        data: () => {
          stream.write("HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\nhi");
          finish = () => stream.write("ho");
        },
        drained: () => undefined,
        ended: () => undefined,
        closed: () => undefined,
      };
    });
    const response = w.get();
    await w.host.clock.advance(0.1);
    w.host.names.set("foo.com", ["192.0.2.9"]);
    await w.host.clock.advance(5);
    finish?.();
    expect(await response).toBe("hiho");
    expect(made(w)).toEqual(["d(192.0.2.9:http)"]);
  });

  test("S0-02 assigning releases what was there and takes the new one first; the same over itself changes nothing", async () => {
    const vcl = `sub vcl_init { new d = dynamic.director(domain_usage_timeout = 1s); }
      sub vcl_recv {
        set req.backend_hint = d.backend("foo.com");
        if (req.url == "/self") { set req.backend_hint = req.backend_hint; }
        if (req.url == "/other") { set req.backend_hint = d.backend("bar.com"); }
        return (pass);
      }`;
    const w = await world(vcl, { "foo.com": ["192.0.2.1"], "bar.com": ["192.0.2.2"] });
    const held: Record<string, number> = {};
    w.host.origin("*", () => {
      for (const director of w.instance.active?.directors ?? [])
        if (director instanceof Domain) held[director.vclName] = director.references;
      return { body: "" };
    });
    // The object's, the request's and the fetch's.
    for (const [url, foo] of [
      ["/", 3],
      ["/self", 3],
      ["/other", 1],
    ] as const) {
      await request(w.instance, { url });
      expect(held["d(foo.com:http)"], url).toBe(foo);
    }
    expect(held["d(bar.com:http)"]).toBe(3);
    await w.host.clock.advance(3601);
    expect(made(w)).toEqual([]);
  });

  test("S0-01 whatever answers say, there are as many backends as addresses that some name has", async () => {
    const w = await world(
      simple("ttl = 1s, keep = 0", "d.backend(bereq.http.X-To)"),
      Object.fromEntries(["a", "b", "c"].map((name) => [name, []])),
    );
    for (let round = 0; round < 40; round++) {
      const current = new Set<string>();
      for (const name of ["a", "b", "c"]) {
        const addresses = ["192.0.2.5", "192.0.2.6", "192.0.2.7"].filter(() => w.host.random() < 0.5);
        w.host.names.set(name, addresses);
        for (const address of addresses) current.add(`d(${address}:http)`);
        await w.get({ "X-To": name });
      }
      await w.host.clock.advance(1.5);
      expect([...made(w)].sort(), `round ${round}`).toEqual([...current].sort());
    }
  });
});

describe("dynamic under other directors", () => {
  const layered = (make: string, use = "l.backend()", args = ""): string => `
sub vcl_init { new d = dynamic.director(${args}); ${make} }
${passing}
sub vcl_backend_fetch { set bereq.backend = ${use}; }`;

  test.each([
    ["round_robin", 'new l = directors.round_robin(); l.add_backend(d.backend("foo.com"));', "l.backend()"],
    ["fallback", 'new l = directors.fallback(); l.add_backend(d.backend("foo.com"));', "l.backend()"],
    ["random", 'new l = directors.random(); l.add_backend(d.backend("foo.com"), 1);', "l.backend()"],
    ["hash", 'new l = directors.hash(); l.add_backend(d.backend("foo.com"), 1);', "l.backend(bereq.url)"],
    [
      "shard",
      'new l = directors.shard(); l.add_backend(d.backend("foo.com")); l.reconfigure();',
      "l.backend()",
    ],
  ])(
    "S0-36 S0-39 S0-41 S0-46 %s: the look-up begins in vcl_init, and the first request waits for it",
    async (_, make, use) => {
      const host = new DnsHost();
      host.names.set("foo.com", ["192.0.2.1"]);
      host.delay = 0.3;
      const instance = new Instance(host);
      await loadVcl(instance, "boot", vmods, layered(make, use));
      expect(host.lookUps).toEqual(["foo.com"]);
      const response = request(instance);
      await host.clock.advance(0.4);
      expect((await response).status).toBe(200);
      expect(host.lookUps).toEqual(["foo.com"]);
    },
  );

  test("S0-45 a name without addresses is sick: fallback goes on", async () => {
    const make =
      'new l = directors.fallback(); l.add_backend(d.backend("none.com")); l.add_backend(d.backend("foo.com"));';
    const w = await world(layered(make), { "none.com": [], "foo.com": ["192.0.2.1"] });
    expect(await w.get()).toContain("192.0.2.1");
  });

  test("S0-44 the wait for a first answer is bounded", async () => {
    const make = 'new l = directors.fallback(); l.add_backend(d.backend("foo.com")); l.add_backend(default);';
    const host = new DnsHost();
    host.names.set("foo.com", ["192.0.2.1"]);
    const instance = new Instance(host);
    host.delay = 100;
    await loadVcl(instance, "boot", vmods, layered(make, "l.backend()", "first_lookup_timeout = 2s"));
    host.origin("192.0.2.1:80", () => ({ body: "declared" }));
    const response = request(instance);
    await host.clock.advance(2.1);
    expect((await response).body).toBe("declared");
  });

  test("S0-42 a name that only a director has lives as long as that director", async () => {
    const make = 'new l = directors.round_robin(); l.add_backend(d.backend("foo.com"));';
    const w = await world(layered(make, "l.backend()", "domain_usage_timeout = 1s, ttl = 1s"));
    await w.host.clock.advance(10);
    expect(await w.get()).toContain("192.0.2.1");
    expect(w.host.captured.texts("VCL_Log")).toEqual(["vmod-dynamic boot d foo.com:http timeout"]);
  });

  test("S0-35 S0-37 S0-38 cold ends look-ups, warm goes on with them; a discard leaves no backend and no timer", async () => {
    const w = await world(
      layered(
        'new l = directors.round_robin(); l.add_backend(d.backend("foo.com"));',
        "l.backend()",
        "ttl = 5s",
      ),
    );
    expect(await w.get()).toContain("192.0.2.1");
    await loadVcl(w.instance, "other", vmods, passing);
    await w.instance.setState("boot", "cold");
    const before = w.host.lookUps.length;
    await w.host.clock.advance(60);
    expect(w.host.lookUps).toHaveLength(before);
    await w.instance.setState("boot", "warm");
    await w.host.clock.advance(1);
    expect(w.host.lookUps).toHaveLength(before + 1);
    await w.instance.setState("boot", "auto");
    await w.instance.discard("boot");
    await w.host.clock.advance(60);
    expect(made(w)).toEqual([]);
    expect(w.host.lookUps).toHaveLength(before + 1);
  });
});

describe("dynamic.resolver", () => {
  const asking = (args: string, make = ""): string =>
    `sub vcl_init { new r = dynamic.resolver(); ${make} new d = dynamic.director(resolver = r.use(), ${args}); }
    ${passing} sub vcl_backend_fetch { set bereq.backend = d.backend("foo.com"); }`;
  const withRecords = async (vcl: string): Promise<World> => {
    const w = await world(vcl);
    w.host.dns.set("A foo.com", [{ target: "192.0.2.5", ttl: 7 }]);
    w.host.dns.set("AAAA foo.com", []);
    return w;
  };

  test.each([
    ["cfg", 100],
    ["dns", 7],
    ["min", 7],
    ["max", 100],
  ])("ttl_from = %s asks again after %d seconds", async (from, seconds) => {
    const w = await withRecords(asking(`ttl = 100s, ttl_from = ${from}`));
    expect(await w.get()).toContain("192.0.2.5");
    const before = w.host.lookUps.length;
    await w.host.clock.advance(seconds - 1);
    expect(w.host.lookUps).toHaveLength(before);
    await w.host.clock.advance(2);
    expect(w.host.lookUps).toHaveLength(before + 2);
  });

  test.each([
    ["r.add_namespace(DNS); r.add_namespace(DNS);", "tried to add namespace DNS twice"],
    ["r.add_transport(UDP); r.add_transport(UDP);", "tried to add transport UDP twice"],
    ["r.set_resolution_type(RECURSING);", "set_resolution_type(RECURSING): servers are asked that do that"],
    ["r.clear_namespaces(); r.add_namespace(MDNS); r.set_namespaces();", "only DNS, not MDNS"],
    ["r.clear_transports(); r.add_transport(TLS); r.set_transports();", "UDP, with TCP for long answers"],
    ["r.set_follow_redirects(REDIRECTS_DO_NOT_FOLLOW);", "aliases are followed"],
    ["r.set_idle_timeout(1s); r.set_timeout(0s);", "set_timeout(): give more than 0s"],
    ['r.add_server("dns.example");', "is no address, or address and port, of a server"],
  ])("%s is refused", async (make, message) => {
    await expect(
      world(asking("ttl = 1s", make.replaceAll("r.", "if (!r.").replaceAll(");", ")) { return (fail); }"))),
    ).rejects.toThrow(message);
  });

  test("set_limit_outstanding_queries(1): one question after the other", async () => {
    const w = await withRecords(
      asking("ttl = 100s", "if (!r.set_limit_outstanding_queries(1)) { return (fail); }"),
    );
    const ask = w.host.queryDns.bind(w.host);
    const atOnce: number[] = [];
    let running = 0;
    w.host.queryDns = async (query) => {
      atOnce.push(++running);
      await Promise.resolve();
      running -= 1;
      return ask(query);
    };
    expect(await w.get()).toContain("192.0.2.5");
    expect(atOnce).toEqual([1, 1]);
  });

  test("services: by priority, then by weight; the next priority where nobody is healthy; no service without a resolver", async () => {
    const w =
      await world(`sub vcl_init { new r = dynamic.resolver(); new d = dynamic.director(resolver = r.use()); }
      ${passing} sub vcl_backend_fetch { set bereq.backend = d.service("_http._tcp.foo.com"); }`);
    w.host.dns.set("SRV _http._tcp.foo.com", [
      { target: "a.com", port: 8001, priority: 1, weight: 3 },
      { target: "b.com", port: 8002, priority: 1, weight: 1 },
      { target: "c.com", port: 8003, priority: 2, weight: 0 },
      { target: "zero.com", port: 0, priority: 0, weight: 0 },
    ]);
    for (const [at, name] of ["a.com", "b.com", "c.com"].entries())
      w.host.dns.set(`A ${name}`, [{ target: `192.0.2.${at + 1}`, ttl: 5 }]);
    const counts = new Map<string, number>();
    for (let n = 0; n < 200; n++) {
      const [address = ""] = (await w.get()).split(" ");
      counts.set(address, (counts.get(address) ?? 0) + 1);
    }
    expect([...counts.keys()].sort()).toEqual(["192.0.2.1:8001", "192.0.2.2:8002"]);
    expect(counts.get("192.0.2.1:8001")).toBeGreaterThan(120);
    expect(await (await world(simple("", 'd.service("x")'))).get()).toMatch(/^503/);
  });

  test("a question that gets no answer takes no addresses away", async () => {
    const w = await withRecords(asking("ttl = 10s"));
    expect(await w.get()).toContain("192.0.2.5");
    w.host.refused = "queryA ESERVFAIL foo.com";
    w.host.dns.delete("A foo.com");
    await w.host.clock.advance(60);
    expect(await w.get()).toContain("192.0.2.5");
  });

  test("a server that says nothing about one family takes none of its addresses away, and keeps none of the other from serving", async () => {
    const w = await withRecords(asking("ttl = 10s, keep = 0"));
    w.host.refused = "queryAAAA ESERVFAIL foo.com";
    w.host.dns.delete("AAAA foo.com");
    expect(await w.get()).toContain("192.0.2.5:80");
    w.host.dns.set("AAAA foo.com", [{ target: "2001:db8::5", ttl: 7 }]);
    await w.host.clock.advance(11);
    expect(made(w)).toEqual(["d(192.0.2.5:http)", "d(2001:db8::5:http)"]);
    w.host.dns.delete("AAAA foo.com");
    w.host.dns.set("A foo.com", [{ target: "192.0.2.6", ttl: 7 }]);
    await w.host.clock.advance(11);
    expect([...made(w)].sort()).toEqual(["d(192.0.2.6:http)", "d(2001:db8::5:http)"]);
  });

  test("S0-04 S0-37 what ends during a look-up leaves nothing behind, be it a load that fails or a discard", async () => {
    const w = await world(passing);
    const failing = `sub vcl_init { new d = dynamic.director(); new l = directors.round_robin();
      l.add_backend(d.backend("foo.com")); return (fail("no")); } ${passing}`;
    for (let n = 0; n < 5; n++)
      await expect(loadVcl(w.instance, `bad${n}`, vmods, failing)).rejects.toThrow();
    await w.host.clock.advance(10);
    expect(made(w)).toEqual([]);
    const service = `sub vcl_init { new r = dynamic.resolver(); new d = dynamic.director(resolver = r.use(), ttl = 1s);
      new l = directors.round_robin(); l.add_backend(d.service("_x.foo.com")); } ${passing}`;
    w.host.dns.set("SRV _x.foo.com", [{ target: "a.com", port: 80, priority: 1, weight: 1 }]);
    w.host.dns.set("A a.com", [{ target: "192.0.2.1", ttl: 1 }]);
    await loadVcl(w.instance, "service", vmods, service);
    await loadVcl(w.instance, "last", vmods, passing);
    await w.instance.discard("service");
    await w.host.clock.advance(10);
    const before = w.host.lookUps.length;
    await w.host.clock.advance(60);
    expect(made(w)).toEqual([]);
    expect(w.host.lookUps).toHaveLength(before);
  });
});

test("S0-44 a stuck name keeps nobody waiting longer than its time, a stuck standby nobody at all", async () => {
  const vcl = (first: string, second: string): string => `
sub vcl_init { new d = dynamic.director(first_lookup_timeout = 2s); new l = directors.fallback();
  l.add_backend(${first}); l.add_backend(${second}); }
${passing} sub vcl_backend_fetch { set bereq.backend = l.backend(); }`;
  for (const [first, second, seconds] of [
    ["default", 'd.backend("stuck.com")', 0],
    ['d.backend("stuck.com")', "default", 2],
  ] as const) {
    const host = new DnsHost();
    host.delay = 1000;
    host.origin("192.0.2.1:80", () => ({ body: "declared" }));
    const instance = new Instance(host);
    await loadVcl(instance, "boot", vmods, vcl(first, second));
    let answered = 0;
    const response = request(instance).then(({ body }) => {
      answered = host.now();
      return body;
    });
    const began = host.now();
    await host.clock.advance(5);
    expect(await response).toBe("declared");
    expect(answered - began).toBeCloseTo(seconds, 3);
  }
});
