import { createServer } from "node:http";
import { once } from "node:events";
import type { AddressInfo } from "node:net";
import { setTimeout as wait } from "node:timers/promises";
import { beforeAll, describe, expect, onTestFinished, test } from "vitest";
import { CapturedLog, request } from "../../src/host/memory/index.js";
import { NodeHost } from "../../src/host/node/index.js";
import { Instance } from "../../src/runtime/instance.js";
import { vmods } from "../support/dns-world.js";
import { isInstalled } from "../support/installed.js";
import { startKnot, type Knot } from "../support/knot.js";
import { loadVcl } from "../support/vmod-vcl.js";

const installed = isInstalled("knotd") && isInstalled("knotc");
if (!installed) console.warn("SKIPPED: look-ups at a real name server are tested where knotd is installed");

const many = Array.from({ length: 200 }, (_, at) => `127.0.1.${at + 1}`);

describe.skipIf(!installed)("dynamic with a real name server, where knotd is installed", () => {
  let knot: Knot;
  /** Of the origin that listens at every address of the loopback, and says at which one it was asked. */
  let port: number;

  beforeAll(async () => {
    knot = await startKnot([
      "come 60 A 127.0.1.1",
      "gone 60 A 127.0.1.1",
      "late 60 A 127.0.1.1",
      "zero 0 A 127.0.1.1",
      "one 1 A 127.0.1.1",
      ...many.map((address) => `many 60 A ${address}`),
      ...["www 30 CNAME alias", "alias 20 CNAME real", "real 60 A 127.0.1.7"],
      ...["_http._tcp 1 SRV 1 10 8001 come", "_empty._tcp 60 TXT nothing"],
    ]);
    const origin = createServer((req, res) => res.end(req.socket.localAddress));
    origin.listen(0, "0.0.0.0");
    await once(origin, "listening");
    ({ port } = origin.address() as AddressInfo);
    return () => {
      origin.close();
      knot.stop();
    };
  });

  interface Site {
    /** Directors and backends of the VCL. */
    names(): readonly string[];
    readonly log: CapturedLog;
    readonly instance: Instance;
    /** The address that answers, or a status. */
    get(): Promise<string>;
    /** Asks until that is so. */
    until(isSo: (answer: string) => boolean): Promise<void>;
    /** Waits until the log has such a record. */
    logged(tag: string, text: RegExp): Promise<void>;
  }

  async function site(
    call: string,
    args = "ttl = 30ms, keep = 0, retry_after = 30ms",
    timeout = "300ms",
  ): Promise<Site> {
    const log = new CapturedLog();
    const instance = new Instance(new NodeHost({ log }));
    onTestFinished(() => instance.shutdown());
    await loadVcl(
      instance,
      "boot",
      vmods,
      `sub vcl_init {
        new r = dynamic.resolver(); if (!r.add_server("${knot.server}") || !r.set_timeout(${timeout})) { return (fail); }
        new d = dynamic.director(resolver = r.use(), port = "${port}", ${args}); }
      sub vcl_recv { set req.backend_hint = d.${call.includes("(") ? call : `backend("${call}.test")`};
        if (!std.healthy(req.backend_hint)) { return (synth(404)); } return (pass); }`,
    );
    const get = async (): Promise<string> => {
      const { status, body } = await request(instance);
      return status === 200 ? body : String(status);
    };
    const within = async (isSo: () => Promise<boolean> | boolean): Promise<void> => {
      for (let tries = 0; tries < 400; tries++) {
        if (await isSo()) return;
        await wait(10);
      }
      throw new Error(`waited in vain; the log: ${JSON.stringify(log.records.slice(-20))}`);
    };
    return {
      ...{ log, instance, get },
      names: () => [...(instance.active?.directors ?? [])].map(({ vclName }) => vclName),
      until: (isSo) => within(async () => isSo(await get())),
      logged: (tag, text) => within(() => log.texts(tag).some((record) => text.test(record))),
    };
  }

  test("S0-43 addresses come and go with the zone, from the first request on", async () => {
    const { get, until, names } = await site("come");
    expect(await get()).toBe("127.0.1.1");
    knot.change({ add: ["come 60 A 127.0.1.2"] });
    await until((answer) => answer === "127.0.1.2");
    knot.change({ remove: ["come A 127.0.1.1"] });
    await until(() => !names().includes(`d(127.0.1.1:${port})`));
    expect([await get(), await get()]).toEqual(["127.0.1.2", "127.0.1.2"]);
  });

  test("a name that is taken away keeps its addresses; one that never was has none, nor one of a zone that is broken", async () => {
    const gone = await site("gone");
    expect(await gone.get()).toBe("127.0.1.1");
    knot.change({ remove: ["gone"] });
    await gone.logged("Error", /getdns 901 \(queryA ENOTFOUND gone\.test\)/);
    expect(await gone.get()).toBe("127.0.1.1");
    const none = await site("none");
    expect(await none.get()).toBe("404");
    const broken = await site('backend("www.broken")');
    expect(await broken.get()).toBe("404");
    expect(broken.log.texts("Error")[0]).toBe(
      `vmod-dynamic boot d www.broken:${port} getdns 1 (queryA ESERVFAIL www.broken)`,
    );
    const empty = await site("_empty._tcp");
    expect(await empty.get()).toBe("404");
    expect(empty.log.texts("Error")).toEqual([]);
  });

  test("S0-44 a server that says nothing takes nothing away, and is asked again", async () => {
    const known = await site("late", undefined, "60ms");
    expect(await known.get()).toBe("127.0.1.1");
    knot.pause();
    try {
      await known.logged("Error", /getdns 902 \(queryA ETIMEOUT late\.test\)/);
      expect(await known.get()).toBe("127.0.1.1");
      const unknown = await site("late", "first_lookup_timeout = 50ms", "5s");
      expect(await unknown.get()).toBe("404");
    } finally {
      knot.resume();
    }
    knot.change({ add: ["late 60 A 127.0.1.3"], remove: ["late A 127.0.1.1"] });
    await known.until((answer) => answer === "127.0.1.3");
  });

  test("two hundred addresses, which come over TCP, are two hundred backends", async () => {
    const { get, names } = await site("many", "ttl = 1h");
    const answers = new Set<string>();
    for (let n = 0; n < many.length; n++) answers.add(await get());
    expect([...answers].sort()).toEqual([...many].sort());
    expect(names().filter((name) => name.startsWith("d(127."))).toHaveLength(many.length);
  });

  test("aliases are followed, and hold no longer than the shortest of them", async () => {
    expect(await (await site("www")).get()).toBe("127.0.1.7");
    const query = { name: "www.test", type: "A", servers: [knot.server], timeout: 1 } as const;
    expect(await new NodeHost().queryDns(query)).toEqual([{ target: "127.0.1.7", ttl: 20 }]);
  });

  test("ttl_from = dns: as long as records say, of services too; zero says nothing", async () => {
    const args = (from: string): string => `ttl = 1h, keep = 0, ttl_from = ${from}`;
    const one = await site("one", args("dns"));
    const zero = await site("zero", args("dns"));
    const service = await site('service("_http._tcp.test")', args("min"));
    expect([await one.get(), await zero.get()]).toEqual(["127.0.1.1", "127.0.1.1"]);
    expect(await service.get()).toBe("503"); // nobody listens there
    await service.logged("Timestamp", /srv _http\._tcp\.test\) Update/);
    const { names } = service;
    expect(names()).toContain("d(come.test:8001)");
    knot.change({
      add: ["one 1 A 127.0.1.4", "zero 0 A 127.0.1.4", "_http._tcp 1 SRV 1 10 8002 real"],
      remove: ["one A 127.0.1.1", "zero A 127.0.1.1", "_http._tcp SRV"],
    });
    await one.until((answer) => answer === "127.0.1.4");
    await service.until(() => names().includes("d(real.test:8002)"));
    expect(await zero.get()).toBe("127.0.1.1");
  });
});
