import { describe, expect, test } from "vitest";
import type { Host, ProgramCall } from "vclc/runtime";
import { endpointsOf, type EndpointSlice } from "../../src/vmod/svc/remote/endpoint-slices.js";
import { Discovering } from "../support/discovery/discovering.js";
import { FakeKubernetes } from "../support/discovery/fake-kubernetes.js";
import { json } from "../support/discovery/stream.js";

const at = "127.0.0.1:8001";
const by = `namespace = "shop", url = "http://${at}"`;

function slice(
  name: string,
  service: string,
  addresses: readonly string[],
  rest: Partial<EndpointSlice> = {},
) {
  return {
    metadata: { name, labels: { "kubernetes.io/service-name": service } },
    addressType: "IPv4",
    endpoints: addresses.map((address) => ({ addresses: [address], conditions: { ready: true } })),
    ports: [{ name: "http", port: 8080, protocol: "TCP" }],
    ...rest,
  };
}

function cluster(): { readonly fake: FakeKubernetes; readonly d: Discovering } {
  const fake = new FakeKubernetes();
  fake.set(slice("api-1", "api", ["192.0.2.1"]));
  fake.set(slice("api-2", "api", ["192.0.2.2"]));
  fake.set(slice("web-1", "web", ["192.0.2.3"]));
  fake.set(slice("other-1", "other", ["192.0.2.4"]));
  return { fake, d: new Discovering({ [at]: fake.answer }) };
}

describe("svc.kubernetes", () => {
  test("S4-66 slices are listed in pages and watched from that list's version on", async () => {
    const { fake, d } = cluster();
    fake.pageSize = 1;
    await d.load(`kubernetes("api shop=web:http", ${by})`);
    expect(await d.services).toEqual(["api: 192.0.2.1:8080 192.0.2.2:8080", "shop: 192.0.2.3:8080"]);
    expect(fake.asked).toEqual(["list", "list 1@104", "list 2@104", "watch 104"]);
    fake.set(slice("api-3", "api", ["192.0.2.5"]));
    fake.delete("api-1");
    fake.set(slice("other-1", "other", ["192.0.2.9"]));
    await d.pass();
    expect((await d.services)[0]).toBe("api: 192.0.2.2:8080 192.0.2.5:8080");
    expect(fake.asked.length).toBe(4);
  });

  test("a watch that ends, or breaks in the middle of an event, is taken up again where it was; bookmarks move that on", async () => {
    const { fake, d } = cluster();
    await d.load(`kubernetes("api", ${by})`);
    fake.bookmark();
    fake.bookmark();
    await d.pass(300);
    fake.endStreams();
    await d.pass(1);
    expect(fake.asked.slice(1)).toEqual(["watch 104", "watch 106"]);
    expect(d.told).toEqual([]);
    fake.breakStreams();
    fake.set(slice("api-1", "api", ["192.0.2.7"]));
    await d.pass();
    expect(d.told).toEqual([
      expect.stringMatching(/^Error svc: http:\/\/127.0.0.1:8001: .*last good state serves on$/),
    ]);
    await d.pass(1);
    expect(fake.asked.at(-1)).toBe("watch 106");
    expect(await d.services).toEqual(["api: 192.0.2.2:8080 192.0.2.7:8080"]);
    expect(d.told[1]).toBe(`Notice svc: http://${at}: is followed again`);
  });

  test.each(["in the watch", "when it begins", "as a status"])(
    "a version that is gone (410), %s, is followed by a new list; what was known serves meanwhile",
    async (when) => {
      const { fake, d } = cluster();
      await d.load(`kubernetes("api", ${by})`);
      if (when === "in the watch") fake.expireStreams();
      else fake.breakStreams();
      if (when === "as a status") fake.failure = json({ kind: "Status", code: 410 }, 410);
      fake.delete("api-1");
      fake.bookmark();
      fake.compact();
      await d.pass();
      expect(await d.services).toEqual(["api: 192.0.2.1:8080 192.0.2.2:8080"]);
      await d.pass(when === "as a status" ? 1 : 3);
      fake.failure = undefined;
      await d.pass(3);
      expect(await d.services).toEqual(["api: 192.0.2.2:8080"]);
      expect(fake.asked.at(-2)).toBe("list");
      expect(fake.asked.at(-1)).toBe("watch 106");
    },
  );

  test("lists that fail are repeated later and later, at times that nobody else has too", async () => {
    const { fake, d } = cluster();
    await d.load(`kubernetes("api", ${by})`);
    fake.failure = json({ kind: "Status", code: 503, message: "overloaded" }, 503);
    fake.breakStreams();
    const times: number[] = [];
    for (let i = 0, seen = fake.asked.length; i < 4000; i++) {
      await d.host.clock.advance(0.05);
      if (fake.asked.length > seen) times.push(d.host.now());
      seen = fake.asked.length;
    }
    const waits = times.slice(1).map((time, index) => time - (times[index] as number));
    expect(waits.length).toBeGreaterThan(8);
    expect(waits.length).toBeLessThan(20);
    expect(waits[0]).toBeLessThan(1.1);
    const late = waits.slice(7);
    for (const wait of late) expect(wait).toBeGreaterThan(14);
    for (const wait of late) expect(wait).toBeLessThan(31);
    expect(new Set(late.map((wait) => wait.toFixed(1))).size).toBeGreaterThan(1);
    expect(d.told.length).toBe(1);
    fake.failure = undefined;
    await d.pass(31);
    expect(d.told[1]).toBe(`Notice svc: http://${at}: is followed again`);
  });

  test.each([
    [{ endpoints: { a: 1 } }, 'endpoints is {"a":1}, not a list'],
    [{ endpoints: [7] }, "endpoints[0] is 7, not an object"],
    [{ endpoints: [{ addresses: [7] }] }, "endpoints[0].addresses[0] is 7, not a text"],
    [{ endpoints: [{ addresses: [null] }] }, "endpoints[0].addresses[0] is missing"],
    [{ ports: [{ port: "http" }] }, 'ports[0].port is "http", not a port'],
    [{ metadata: { labels: { "kubernetes.io/service-name": "api" } } }, "metadata.name is missing"],
  ])("a slice that is none changes nothing, listed or watched: %j", async (wrong, words) => {
    const { fake, d } = cluster();
    await d.load(`kubernetes("api", ${by})`);
    const bad = { ...slice("api-1", "api", []), ...wrong } as unknown as EndpointSlice;
    fake.set(bad);
    await d.pass();
    expect(await d.services).toEqual(["api: 192.0.2.1:8080 192.0.2.2:8080"]);
    expect(d.told).toEqual([
      `Error svc: http://${at}: the answer makes no sense: object.${words}; the last good state serves on`,
    ]);
    const other = new Discovering({ [at]: fake.answer });
    fake.failure = json({ metadata: { resourceVersion: "1" }, items: [bad] });
    await expect(other.load(`kubernetes("api", ${by})`)).rejects.toThrow(`items[0].${words}`);
  });

  test("null, and an endpoint without addresses, are nothing", async () => {
    const { fake, d } = cluster();
    fake.set(slice("api-1", "api", [], { endpoints: [null, {}] as never, ports: null }));
    await d.load(`kubernetes("api", ${by})`);
    expect(await d.services).toEqual(["api: 192.0.2.2:8080"]);
  });

  test.each(["garbage", "an event of no type", "a version that is gone"])(
    "a watch that brings %s each time is begun less and less often, and told of once",
    async (what) => {
      const { fake, d } = cluster();
      await d.load(`kubernetes("api", ${by})`);
      const asked: string[] = [];
      d.host.origin(at, (request) => {
        if (!request.url.includes("watch=1")) return fake.answer(request);
        asked.push(request.url);
        if (what === "garbage") return { body: "no JSON\n" };
        const event =
          what === "a version that is gone" ? { type: "ERROR", object: { code: 410 } } : { type: "NEWS" };
        return { body: JSON.stringify(event) };
      });
      fake.endStreams();
      await d.pass(200);
      expect(asked.length).toBeGreaterThan(6);
      expect(asked.length).toBeLessThan(20);
      expect(d.told.length).toBe(what === "a version that is gone" ? 0 : 1);
    },
  );

  test("a server that says nothing any more is left", async () => {
    const { fake, d } = cluster();
    await d.load(`kubernetes("api", ${by})`);
    await d.pass(520);
    expect(fake.asked.filter((what) => what === "watch 104").length).toBe(2);
  });

  test("in a pod it is the pod's service account, whose token is read anew for each question", async () => {
    const fake = new FakeKubernetes();
    const d = new Discovering({ "192.0.2.250:443": fake.answer });
    (d.host as Host).connectTls = (place, seconds, tls) => {
      expect(tls).toEqual({ serverName: "192.0.2.250", verify: true, ca: "ca" });
      return d.host.connect(place, seconds);
    };
    d.host.environmentVariables.set("KUBERNETES_SERVICE_HOST", "192.0.2.250");
    const folder = "/var/run/secrets/kubernetes.io/serviceaccount";
    d.host.files.set(`${folder}/namespace`, "shop");
    d.host.files.set(`${folder}/ca.crt`, "ca");
    await expect(d.load('kubernetes("api")')).rejects.toThrow(`cannot read ${folder}/token`);
    d.host.files.set(`${folder}/token`, "one\n");
    await d.load('kubernetes("api")');
    d.host.files.set(`${folder}/token`, "two\n");
    fake.endStreams();
    await d.pass(1);
    expect(fake.authorizations).toEqual(["Bearer one", "Bearer one", "Bearer two"]);
  });

  test("a kubeconfig says server, certificates, token and namespace", async () => {
    const fake = new FakeKubernetes();
    const d = new Discovering({ "192.0.2.250:6443": fake.answer });
    const seen: unknown[] = [];
    (d.host as Host).connectTls = (place, seconds, tls) => (seen.push(tls), d.host.connect(place, seconds));
    const config = `
current-context: shop
contexts: [{ name: shop, context: { cluster: c, user: u, namespace: shop } }]
clusters: [{ name: c, cluster: { server: "https://192.0.2.250:6443", certificate-authority-data: ${btoa("CA")} } }]
users: [{ name: u, user: { token: t, client-certificate: certs/u.pem, client-key-data: ${btoa("KEY")} } }]
`;
    d.host.files.set("kube/config", config);
    d.host.files.set("kube/certs/u.pem", "CERT");
    await d.load('kubernetes("api", kubeconfig = "kube/config")');
    expect(seen[0]).toEqual({
      serverName: "192.0.2.250",
      verify: true,
      ca: "CA",
      certificate: "CERT",
      key: "KEY",
    });
    expect(fake.authorizations[0]).toBe("Bearer t");
    for (const [from, to, message] of [
      ["user: { token: t,", "user: { exec: { command: aws },", 'users.exec.apiVersion is ""'],
      ["user: { token: t,", "user: { auth-provider: {},", "auth-provider is a thing of the past"],
      ["current-context: shop", "current-context: prod", 'there is no context "prod"'],
      ["cluster: c,", "cluster: d,", 'there is no cluster "d"'],
      ["contexts: [", "contexts: [[", "kube/config: "],
    ] as const) {
      d.host.files.set("kube/config", config.replace(from, to));
      await expect(d.load('kubernetes("api", kubeconfig = "kube/config")', "bad")).rejects.toThrow(message);
    }
    await expect(d.load('kubernetes("api")', "bad")).rejects.toThrow("no KUBERNETES_SERVICE_HOST");
  });
});

describe("a program that speaks for the user of a kubeconfig", () => {
  const version = "client.authentication.k8s.io/v1";
  const config = (exec: string): string => `
current-context: shop
contexts: [{ name: shop, context: { cluster: c, user: u, namespace: shop } }]
clusters: [{ name: c, cluster: { server: "https://192.0.2.250:6443", certificate-authority-data: ${btoa("CA")} } }]
users: [{ name: u, user: { exec: { apiVersion: ${version}, ${exec} } } }]
`;
  const says = (status: object): string =>
    JSON.stringify({ kind: "ExecCredential", apiVersion: version, status });

  function withProgram(answers: (count: number) => string) {
    const fake = new FakeKubernetes();
    const d = new Discovering({ "192.0.2.250:6443": fake.answer });
    const seen: unknown[] = [];
    const calls: ProgramCall[] = [];
    const host = d.host as Host;
    host.connectTls = (place, seconds, tls) => (seen.push(tls), d.host.connect(place, seconds));
    host.runProgram = (call) => (calls.push(call), Promise.resolve().then(() => answers(calls.length)));
    const load = (exec: string, name?: string): Promise<unknown> => {
      d.host.files.set("kube/config", config(exec));
      return d.load('kubernetes("api", kubeconfig = "kube/config")', name);
    };
    return { fake, d, seen, calls, load };
  }

  test("its token or certificate is used until it expires, and asked for anew then", async () => {
    const { fake, d, seen, calls, load } = withProgram((count) => {
      const expirationTimestamp = new Date((d.host.now() + 100) * 1000).toISOString();
      const pair = { clientCertificateData: "CERT", clientKeyData: "KEY" };
      return says({ token: `t${count}`, expirationTimestamp, ...pair });
    });
    await load(
      "command: bin/login, args: [--for, shop], env: [{ name: A, value: b }], provideClusterInfo: true",
    );
    expect(calls).toHaveLength(1);
    expect(calls[0]).toMatchObject({
      command: "kube/bin/login",
      args: ["--for", "shop"],
      environment: { A: "b" },
    });
    expect(JSON.parse(calls[0]?.environment["KUBERNETES_EXEC_INFO"] ?? "")).toEqual({
      kind: "ExecCredential",
      apiVersion: version,
      spec: {
        interactive: false,
        cluster: { server: "https://192.0.2.250:6443", "certificate-authority-data": btoa("CA") },
      },
    });
    expect(seen[0]).toMatchObject({ ca: "CA", certificate: "CERT", key: "KEY" });
    fake.endStreams();
    await d.pass(1);
    expect(calls).toHaveLength(1);
    await d.pass(100);
    fake.endStreams();
    await d.pass(1);
    expect(calls.length).toBeGreaterThan(1);
    expect([fake.authorizations[0], fake.authorizations.at(-1)]).toEqual([
      "Bearer t1",
      `Bearer t${calls.length}`,
    ]);
  });

  test.each([
    ["command: login, interactiveMode: Always", says({ token: "t" }), "interactiveMode is Always"],
    ["command: ''", "", "users.exec.command is empty"],
    ["command: login", "{}", "login: it printed no ExecCredential of client.authentication.k8s.io/v1"],
    ["command: login", "oops", "login: the answer is no JSON: oops"],
    ["command: login", says({}), "neither a token nor a certificate"],
    ["command: login", says({ clientCertificateData: "C" }), "a certificate without its key"],
    ["command: login", says({ token: "t", expirationTimestamp: "soon" }), '"soon" is no time'],
  ])("is told of where it is wrong: %s %s", async (exec, answer, message) => {
    const { d, load } = withProgram(() => answer);
    const failed = expect(load(exec)).rejects.toThrow(message);
    await d.pass(10);
    await failed;
  });
});

describe("the endpoints of slices", () => {
  const of = (endpoints: EndpointSlice["endpoints"]) => [slice("a", "a", [], { endpoints: endpoints ?? [] })];
  const addresses = (slices: readonly EndpointSlice[], zone?: string) =>
    endpointsOf(slices, undefined, zone).map(({ address }) => address);

  test("those that are ready, or do not say; where there is none, those that serve while they end", () => {
    const ending = { ready: false, serving: true, terminating: true };
    const slices = of([
      { addresses: ["192.0.2.1"], conditions: ending },
      { addresses: ["192.0.2.2"], conditions: { ready: false, serving: false, terminating: true } },
      { addresses: ["192.0.2.3"], conditions: { ready: false, serving: true, terminating: false } },
    ]);
    expect(addresses(slices)).toEqual(["192.0.2.1"]);
    expect(addresses([...slices, ...of([{ addresses: ["192.0.2.4"] }])])).toEqual(["192.0.2.4"]);
  });

  test("those of the zone, unless one has no hint or the zone has none", () => {
    const hinted = (address: string, ...zones: string[]) => ({
      addresses: [address],
      hints: { forZones: zones.map((name) => ({ name })) },
    });
    const slices = of([hinted("192.0.2.1", "a"), hinted("192.0.2.2", "b"), hinted("192.0.2.3", "a", "b")]);
    expect(addresses(slices, "a")).toEqual(["192.0.2.1", "192.0.2.3"]);
    expect(addresses(slices, "c").length).toBe(3);
    expect(addresses(slices).length).toBe(3);
    expect(addresses([...slices, ...of([hinted("192.0.2.4")])], "a").length).toBe(4);
  });

  test("the port by name or number, the first of TCP unless given; without it there is no endpoint", () => {
    const ports = [
      { name: "dns", port: 53, protocol: "UDP" },
      { name: "http", port: 80 },
      { name: "admin", port: 81, protocol: "TCP" },
    ];
    const slices = [slice("a", "a", ["192.0.2.1"], { ports })];
    const port = (wanted?: string) => endpointsOf(slices, wanted, undefined).map((one) => one.port);
    expect([port(), port("admin"), port("81"), port("dns"), port("x")]).toEqual([[80], [81], [81], [], []]);
  });

  test("a service of two families is asked over IPv4, one of IPv6 alone over that", () => {
    const ipv6 = slice("b", "a", ["2001:db8::1"], { addressType: "IPv6" });
    expect(addresses([ipv6, slice("a", "a", ["192.0.2.1"])])).toEqual(["192.0.2.1"]);
    expect(addresses([ipv6, slice("a", "a", [])])).toEqual(["2001:db8::1"]);
  });
});
