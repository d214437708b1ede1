import { expect, test } from "vitest";
import { Discovering } from "../support/discovery/discovering.js";
import { FakeConsul } from "../support/discovery/fake-consul.js";
import { json, PushedBody } from "../support/discovery/stream.js";
import { loadVcl } from "../support/vmod-vcl.js";

const at = "127.0.0.1:8500";

/** Consul with one service. */
function consul(): { readonly fake: FakeConsul; readonly d: Discovering } {
  const fake = new FakeConsul();
  fake.set("api", [
    { address: "192.0.2.11", port: 80 },
    { address: "192.0.2.12", port: 80, passing: false },
  ]);
  return { fake, d: new Discovering({ [at]: fake.answer }) };
}

test("S4-66 instances whose checks pass are the endpoints; a change is there as soon as Consul answers the question that waits", async () => {
  const { fake, d } = consul();
  await d.load('consul("api web=shop-v2", token = "secret")');
  expect(await d.services).toEqual(["api: 192.0.2.11:80", "web:"]);
  expect(fake.tokens[0]).toBe("secret");
  await d.pass(1);
  const asked = fake.asked.length;
  await d.pass(200);
  // Both questions wait: nobody asks again and again.
  expect(fake.asked.length).toBe(asked);
  fake.set("shop-v2", [{ address: "2001:db8::1", port: 81 }]);
  await d.pass(1);
  expect(await d.services).toEqual(["api: 192.0.2.11:80", "web: [2001:db8::1]:81"]);
  expect(fake.asked.at(-1)).toMatch(/index=12&wait=300s&passing=1$/);
});

test("an index that goes back is forgotten, and so is one of 0", async () => {
  const { fake, d } = consul();
  await d.load('consul("api")');
  await d.pass(1);
  fake.set("api", [{ address: "192.0.2.13", port: 80 }], 3);
  fake.wake();
  await d.pass(1);
  expect(await d.services).toEqual(["api: 192.0.2.13:80"]);
  const indices = fake.asked.map((url) => /index=(\d+)/.exec(url)?.[1]);
  expect(indices).toEqual([undefined, "11", undefined, "3"]);
});

test("a service that changes all the time is asked for ten times a second at most", async () => {
  const { fake, d } = consul();
  await d.load('consul("api")');
  for (let i = 0; i < 50; i++) {
    fake.set("api", [{ address: "192.0.2.11", port: 80 + i }]);
    await d.pass(0.02);
  }
  expect(fake.asked.length).toBeGreaterThan(5);
  expect(fake.asked.length).toBeLessThan(14);
});

test("a lost agent is told of once, the last good state serves on, it is asked less and less often, and its return is told", async () => {
  const { fake, d } = consul();
  await d.load('consul("api")');
  await d.pass(1);
  fake.failure = json("No cluster leader", 500);
  const asked = fake.asked.length;
  fake.wake();
  await d.pass(200);
  const questions = fake.asked.length - asked;
  expect(questions).toBeGreaterThan(6);
  expect(questions).toBeLessThan(16);
  expect(await d.services).toEqual(["api: 192.0.2.11:80"]);
  expect(d.told).toEqual([
    `Error svc: http://${at}: /v1/health/service/api: 500: "No cluster leader"; the last good state serves on`,
  ]);
  // A VCL that is loaded meanwhile goes by what is known.
  await d.load('consul("api")', "next");
  fake.failure = undefined;
  fake.set("api", [{ address: "192.0.2.14", port: 80 }]);
  await d.pass(40);
  expect(await d.services).toEqual(["api: 192.0.2.14:80"]);
  expect(d.told.slice(1)).toEqual([`Notice svc: http://${at}: is followed again`]);
});

test("several agents are asked in turn; one that is gone is no loss while another answers", async () => {
  const { d } = consul();
  d.host.refuse("127.0.0.2:8500", { errno: 111, text: "Connection refused" });
  await d.load(`consul("api", url = "http://127.0.0.2:8500 http://${at}")`);
  expect(await d.services).toEqual(["api: 192.0.2.11:80"]);
  expect(d.told).toEqual([]);
});

test("a VCL does not load without an answer, and says why", async () => {
  const { fake, d } = consul();
  await expect(d.load('consul("api", url = "http://127.0.0.9:8500")')).rejects.toThrow(
    "svc.consul: http://127.0.0.9:8500: connection refused",
  );
  fake.failure = json("ACL not found", 403);
  await expect(d.load('consul("api")')).rejects.toThrow('/v1/health/service/api: 403: "ACL not found"');
  fake.failure = { body: "<html>" };
  await expect(d.load('consul("api")')).rejects.toThrow("the answer is no JSON: <html>");
  const silent = new Discovering({ [at]: () => new Promise(() => undefined) });
  const load = expect(silent.load('consul("api", wait = 2s)')).rejects.toThrow("no answer within 2 s");
  await silent.host.clock.advance(2);
  await load;
  expect(await d.services).toEqual([]);
  // Nothing of them goes on.
  await d.pass(60);
  expect(fake.asked.length).toBe(2);
});

test.each([
  ['consul("")', "s: services is empty"],
  ['consul("2nd")', 's: global.2nd cannot be written in VCL. Write services = "NAME=2nd"'],
  ['consul("api api=b")', "s: services has api twice"],
  ['consul("api", url = "ftp://x")', 's: "ftp://x" is no URL. Write http://HOST:PORT, or https'],
  [
    'consul("api", url = "https://127.0.0.1:8501")',
    "svc.consul: https://127.0.0.1:8501: there is no TLS here",
  ],
])("what makes no sense fails the load: %s", async (call, message) => {
  await expect(new Discovering().load(call)).rejects.toThrow(message);
});

test("the catalog has all that is registered; weights are Consul's", async () => {
  const { fake, d } = consul();
  await d.load('consul("api", passing = false, datacenter = "dc 2", tag = "blue")');
  expect(await d.services).toEqual(["api: 192.0.2.11:80 192.0.2.12:80"]);
  expect(fake.asked[0]).toBe("/v1/catalog/service/api?dc=dc%202&tag=blue");
});

test("an instance whose name has no address keeps no other from serving, and is told of once", async () => {
  const { fake, d } = consul();
  await d.load('consul("api")');
  for (const port of [80, 81]) {
    fake.set("api", [
      { address: "nowhere.invalid", port: 80 },
      { address: "192.0.2.15", port },
    ]);
    await d.pass(1);
  }
  expect(await d.services).toEqual(["api: 192.0.2.15:81"]);
  expect(d.told).toEqual([expect.stringContaining('host "nowhere.invalid" could not be resolved')]);
});

test("a VCL with an object of that name and other arguments takes over; one that fails gives back", async () => {
  const { fake, d } = consul();
  await d.load('consul("api")');
  const before = await d.instance.control.run((registry) => registry.named("api"));
  const failing = 'new s = svc.consul("api", passing = false); new t = svc.consul("a", url = "");';
  await expect(d.loadAll(failing, "failing")).rejects.toThrow("t: url is empty");
  await d.pass(1);
  expect(await d.services).toEqual(["api: 192.0.2.11:80"]);
  fake.set("api", [{ address: "192.0.2.16", port: 80 }]);
  await d.pass(1);
  expect(await d.services).toEqual(["api: 192.0.2.16:80"]);
  await d.load('consul("api", passing = false)', "next");
  fake.set("api", [{ address: "192.0.2.17", port: 80, passing: false }]);
  await d.pass(1);
  expect(await d.services).toEqual(["api: 192.0.2.17:80"]);
  await d.instance.discard("boot");
  expect(await d.services).toEqual(["api: 192.0.2.17:80"]);
  expect(before).toBeDefined();
});

test.each([
  [[{ Service: { Address: 5, Port: "abc" } }], "[0].Service.Address is 5, not a text"],
  [[{ Service: { Address: "192.0.2.1", Port: "abc" } }], '[0].Service.Port is "abc", not a port'],
  [[{ Service: { Address: "192.0.2.1", Port: 70000 } }], "[0].Service.Port is 70000, not a port"],
  [[{ Service: { Weights: { Passing: -1 } } }], "[0].Service.Weights.Passing is -1, not a number from 0 on"],
  [[7], "[0] is 7, not an object"],
  [{ a: 1 }, 'all of it is {"a":1}, not a list'],
  [null, "all of it is missing"],
])(
  "an answer of other types than Consul's changes nothing, and is told of in words: %j",
  async (answer, words) => {
    const { fake, d } = consul();
    await d.load('consul("api")');
    await d.pass(1);
    fake.failure = json(answer, 200, { "X-Consul-Index": "99" });
    fake.wake();
    await d.pass(2);
    expect(await d.services).toEqual(["api: 192.0.2.11:80"]);
    expect(d.told).toEqual([
      `Error svc: http://${at}: the answer makes no sense: ${words}; the last good state serves on`,
    ]);
    fake.failure = json([null, { Node: { Address: "192.0.2.12" }, Service: { Port: 80 } }]);
    await d.pass(5);
    expect(await d.services).toEqual(["api: 192.0.2.12:80"]);
  },
);

test("where answers have no index, changes are seen too", async () => {
  const { fake, d } = consul();
  const entry = (Port: number) => [{ Node: { Address: "192.0.2.1" }, Service: { Port } }];
  fake.failure = json(entry(80));
  await d.load('consul("api")');
  fake.failure = json(entry(81));
  await d.pass(6);
  expect(await d.services).toEqual(["api: 192.0.2.1:81"]);
});

test("an answer that comes byte by byte is left after a time, and the next server asked; where none is left, it says which", async () => {
  const { fake, d } = consul();
  d.host.origin("127.0.0.2:8500", () => ({
    body: (async function* () {
      for (;;) {
        yield new Uint8Array([32]);
        await new Promise<void>((resolve) => d.host.setTimer(0.5, resolve));
      }
    })(),
  }));
  const urls = `http://127.0.0.2:8500 http://${at}`;
  const load = d.load(`consul("api", url = "${urls}", wait = 60s)`);
  await d.host.clock.advance(31);
  await load;
  expect(await d.services).toEqual(["api: 192.0.2.11:80"]);
  fake.failure = json("no leader", 500);
  fake.wake();
  await d.pass(40);
  expect(d.told).toEqual([
    `Error svc: ${urls}: http://127.0.0.2:8500: no end of the answer within 30 s; the last good state serves on`,
  ]);
});

test("a server whose answer is too long a head is told of in words", async () => {
  const { fake, d } = consul();
  fake.failure = { headers: { "X-Long": "x".repeat(40_000) } };
  await expect(d.load('consul("api")')).rejects.toThrow("the head of the answer is too long");
});

test("of a refusal no more is read than is shown", async () => {
  const { fake, d } = consul();
  const body = new PushedBody();
  body.pushText("x".repeat(5000));
  fake.failure = { status: 500, body };
  await expect(d.load('consul("api")')).rejects.toThrow(new RegExp(`: 500: x{200}$`, "m"));
});

test("a source whose names are all taken off, and that no VCL watches or uses, is asked no more", async () => {
  const { fake, d } = consul();
  await d.load('consul("api web=shop")');
  const plain = "sub vcl_recv { return (synth(200)); }";
  await loadVcl(d.instance, "next", {}, plain);
  const remove = (name: string) => d.instance.control.run((registry) => registry.remove(name));
  await d.instance.discard("boot");
  await remove("api");
  await d.pass(1);
  fake.set("shop", [{ address: "192.0.2.20", port: 80 }]);
  await d.pass(1);
  expect(await d.services).toEqual(["web: 192.0.2.20:80"]);
  await remove("web");
  await d.pass(1);
  const asked = fake.asked.length;
  fake.wake();
  await d.pass(1000);
  expect(fake.asked.length).toBe(asked);
  expect(d.told).toEqual([
    `Notice svc: http://${at}: is not followed any more: its names are taken off, and no VCL uses them`,
  ]);
  await d.load('consul("api web=shop")', "again");
  expect(await d.services).toEqual(["api: 192.0.2.11:80", "web: 192.0.2.20:80"]);
});
