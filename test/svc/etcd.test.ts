import { spawn, type ChildProcess } from "node:child_process";
import { generateKeyPairSync } from "node:crypto";
import { once } from "node:events";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, onTestFinished, test } from "vitest";
import { NodeHost } from "vclc/host/node";
import { Instance } from "vclc/runtime";
import * as svc from "../../src/vmod/svc/index.js";
import { temporaryFolder } from "../support/cli.js";
import { Discovering } from "../support/discovery/discovering.js";
import { FakeEtcd } from "../support/discovery/fake-etcd.js";
import { json } from "../support/discovery/stream.js";
import { isInstalled } from "../support/installed.js";
import { freePort, listening } from "../support/ports.js";
import { loadVcl } from "../support/vmod-vcl.js";

const at = "127.0.0.1:2379";

function etcd(): { readonly fake: FakeEtcd; readonly d: Discovering } {
  const fake = new FakeEtcd();
  fake.put("/services/api/a", "192.0.2.1:80");
  fake.put("/services/api/b", '{"address": "192.0.2.2:80", "weight": 2}');
  fake.put("/services/web/a", '{"Op": 0, "Addr": "[2001:db8::1]:81"}');
  fake.put("/services/no good/a", "192.0.2.9:80");
  fake.put("/other/api/c", "192.0.2.9:80");
  return { fake, d: new Discovering({ [at]: fake.answer }) };
}

describe("svc.etcd", () => {
  test("S4-66 every service below the prefix is a director; keys that come and go, by hand or with their lease, change it", async () => {
    const { fake, d } = etcd();
    await d.load("etcd()");
    expect(await d.services).toEqual(["api: 192.0.2.1:80 192.0.2.2:80", "web: [2001:db8::1]:81"]);
    expect(fake.asked).toEqual(["/v3/kv/range", "/v3/watch 11"]);
    fake.put("/services/shop/x", "192.0.2.3:80");
    fake.delete("/services/web/a");
    fake.put("/services/api/c", "no address at all");
    await d.pass();
    expect(await d.services).toEqual(["api: 192.0.2.1:80 192.0.2.2:80", "shop: 192.0.2.3:80"]);
  });

  test("services that are named are there also while they have no key", async () => {
    const { fake, d } = etcd();
    await d.load('etcd("store=shop api")');
    expect(await d.services).toEqual(["store:", "api: 192.0.2.1:80 192.0.2.2:80"]);
    fake.put("/services/shop/x", "192.0.2.3");
    await d.pass();
    expect((await d.services)[0]).toBe("store: 192.0.2.3:80");
  });

  test("a watch that breaks is taken up from the revision that is known; nothing that came meanwhile is missed", async () => {
    const { fake, d } = etcd();
    await d.load("etcd()");
    fake.put("/services/api/c", "192.0.2.3:80");
    await d.pass();
    fake.breakStreams();
    fake.delete("/services/api/a");
    await d.pass(1);
    expect(fake.asked.slice(1)).toEqual(["/v3/watch 11", "/v3/watch 12"]);
    expect((await d.services)[0]).toBe("api: 192.0.2.2:80 192.0.2.3:80");
    expect(d.told.map((text) => text.slice(0, 6))).toEqual(["Error ", "Notice"]);
  });

  test.each(["compacted", "another cluster's"])(
    "a revision that is %s is left: a range, and a watch from there",
    async (why) => {
      const { fake, d } = etcd();
      await d.load("etcd()");
      fake.breakStreams();
      if (why === "compacted") {
        fake.delete("/services/api/a");
        fake.put("/services/x/x", "192.0.2.5:80");
        fake.compact();
      } else {
        fake.restore(3);
        fake.put("/services/api/b", "192.0.2.2:80");
        fake.put("/services/x/x", "192.0.2.5:80");
      }
      await d.pass(3);
      expect(fake.asked.slice(2)).toEqual(["/v3/watch 11", "/v3/kv/range", `/v3/watch ${fake.revision + 1}`]);
      expect((await d.services)[0]).toBe("api: 192.0.2.2:80");
      fake.put("/services/x/y", "192.0.2.6:80");
      await d.pass();
      expect((await d.services).find((text) => text.startsWith("x:"))).toBe("x: 192.0.2.5:80 192.0.2.6:80");
    },
  );

  test("what etcd refuses keeps a VCL from loading, with its words", async () => {
    const { fake, d } = etcd();
    fake.failure = json({ error: "etcdserver: user name is empty" }, 400);
    await expect(d.load("etcd()")).rejects.toThrow(
      '/v3/kv/range: 400: {"error":"etcdserver: user name is empty"}',
    );
    fake.failure = { body: '{"kvs": []}' };
    await expect(d.load("etcd()")).rejects.toThrow("an answer without a revision: no etcd");
    const kvs = [{ key: 5 }, { key: "?" }, { key: "YQ==", value: {} }];
    const words = ["key is 5, not a text", 'key is "?", not base64', "value is {}, not a text"];
    for (const [index, pair] of kvs.entries()) {
      fake.failure = json({ header: { revision: "7" }, kvs: [pair] });
      await expect(d.load("etcd()")).rejects.toThrow(
        `the answer makes no sense: kvs[0].${words[index] ?? ""}`,
      );
    }
    fake.failure = undefined;
    await expect(d.load('etcd(prefix = "")')).rejects.toThrow("s: prefix is empty");
  });
});

/** The real program with data of its own. */
class RealEtcd {
  url = "";
  #port = 0;
  #args: readonly string[] = [];
  #server: ChildProcess | undefined;
  readonly #extra: readonly string[];
  /** Of a token that calls are made with. */
  #token = "";

  constructor(...extra: readonly string[]) {
    this.#extra = extra;
  }

  async start(): Promise<void> {
    if (this.#port === 0) {
      this.#port = await freePort();
      this.url = `http://127.0.0.1:${this.#port}`;
      const peer = `http://127.0.0.1:${await freePort()}`;
      this.#args = [
        ...["--data-dir", temporaryFolder(), "--listen-client-urls", this.url],
        ...["--advertise-client-urls", this.url, "--listen-peer-urls", peer],
        ...["--initial-advertise-peer-urls", peer, "--initial-cluster", `default=${peer}`],
        ...this.#extra,
      ];
    }
    this.#server = spawn("etcd", this.#args, { stdio: "ignore" });
    await listening(this.#port);
    // It listens before it has a leader.
    await until(() => this.put("/started", "").then(Boolean, () => false));
  }

  /** With passwords asked for. */
  async restart(): Promise<void> {
    this.#server = spawn("etcd", this.#args, { stdio: "ignore" });
    await listening(this.#port);
    await until(() =>
      this.logIn().then(
        () => true,
        () => false,
      ),
    );
  }

  async stop(): Promise<void> {
    const server = this.#server as ChildProcess;
    if (server.exitCode !== null || server.signalCode !== null) return;
    server.kill("SIGKILL");
    await once(server, "exit");
  }

  async call(path: string, body: object): Promise<EtcdAnswer> {
    const headers = { ...(this.#token && { Authorization: this.#token }) };
    const answer = await fetch(`${this.url}${path}`, { method: "POST", headers, body: JSON.stringify(body) });
    if (!answer.ok) throw new Error(await answer.text());
    return (await answer.json()) as EtcdAnswer;
  }

  async logIn(): Promise<void> {
    this.#token = "";
    const { token } = await this.call("/v3/auth/authenticate", { name: "root", password: "r" });
    this.#token = token ?? "";
  }

  put(key: string, value: string, lease?: string): Promise<EtcdAnswer> {
    return this.call("/v3/kv/put", { key: btoa(key), value: btoa(value), ...(lease && { lease }) });
  }
}

/** From now on users need passwords: root, and one who may read /services/. */
async function lock(etcd: RealEtcd): Promise<void> {
  const key = btoa("/services/");
  const perm = { permType: "READ", key, range_end: btoa("/services0") };
  for (const [path, body] of [
    ["user/add", { name: "root", password: "r" }],
    ["role/add", { name: "root" }],
    ["user/grant", { user: "root", role: "root" }],
    ["user/add", { name: "reader", password: "right" }],
    ["role/add", { name: "reading" }],
    ["role/grant", { name: "reading", perm }],
    ["user/grant", { user: "reader", role: "reading" }],
    ["enable", {}],
  ] as const)
    await etcd.call(`/v3/auth/${path}`, body);
}

interface EtcdAnswer {
  readonly token?: string;
  readonly header: { readonly revision: string };
  readonly ID?: string;
}

async function until(condition: () => Promise<boolean> | boolean): Promise<void> {
  for (let i = 0; i < 400 && !(await condition()); i++)
    await new Promise((resolve) => setTimeout(resolve, 25));
  expect(await condition()).toBe(true);
}

/** An instance that follows it. */
function following(etcd: RealEtcd) {
  const told: string[] = [];
  const host = new NodeHost({ log: { record: (_, tag, text) => void told.push(`${tag} ${text}`) } });
  const instance = new Instance(host);
  onTestFinished(async () => {
    await instance.shutdown();
    await host.close();
    await etcd.stop();
  });
  const ports = async (): Promise<string> => {
    const api = await instance.control.run((registry) => registry.named("api"));
    return [...(api?.members?.() ?? [])].map(({ vclName }) => vclName.replace(/^.*:|\)$/g, "")).join(" ");
  };
  const load = (name: string, args = ""): Promise<unknown> =>
    loadVcl(instance, name, { svc }, `sub vcl_init { new s = svc.etcd("api", url = "${etcd.url}"${args}); }`);
  return { told, ports, load };
}

test.skipIf(!isInstalled("etcd", "--version"))(
  "the real etcd: range, watch, lease, compaction and restart (skipped where it is not installed)",
  async () => {
    const etcd = new RealEtcd();
    const { told, ports, load } = following(etcd);
    await etcd.start();
    await etcd.put("/services/api/a", "127.0.0.1:1");
    await load("boot");
    expect(await ports()).toBe("1");
    const { ID: lease } = await etcd.call("/v3/lease/grant", { TTL: "600" });
    await etcd.put("/services/api/b", "127.0.0.1:2", lease);
    await until(async () => (await ports()) === "1 2");
    await etcd.call("/v3/lease/revoke", { ID: lease as string });
    await until(async () => (await ports()) === "1");
    await etcd.stop();
    await until(() => told.some((text) => text.startsWith(`Error svc: ${etcd.url}: `)));
    expect(await ports()).toBe("1");
    await etcd.start();
    await etcd.put("/services/api/c", "127.0.0.1:3");
    const { header } = await etcd.put("/services/api/d", "127.0.0.1:4");
    await etcd.call("/v3/kv/compaction", { revision: header.revision });
    await until(async () => (await ports()) === "1 3 4");
    await until(() => told.at(-1) === `Notice svc: ${etcd.url}: is followed again`);
  },
);

/** Keys that sign tokens. */
function signing(): string {
  const folder = temporaryFolder();
  const { privateKey, publicKey } = generateKeyPairSync("rsa", { modulusLength: 2048 });
  const [secret, open] = [join(folder, "private.pem"), join(folder, "public.pem")];
  writeFileSync(secret, privateKey.export({ type: "pkcs1", format: "pem" }));
  writeFileSync(open, publicKey.export({ type: "spki", format: "pem" }));
  return `jwt,pub-key=${open},priv-key=${secret},sign-method=RS256,ttl=1s`;
}

test.skipIf(!isInstalled("etcd", "--version")).each([
  ["simple", () => "simple"],
  ["JWT of a second", signing],
])("the real etcd asks for a password; tokens: %s (skipped where it is not installed)", async (_, token) => {
  const etcd = new RealEtcd("--auth-token", token());
  const { told, ports, load } = following(etcd);
  await etcd.start();
  await etcd.put("/services/api/a", "127.0.0.1:1");
  await lock(etcd);
  await expect(load("none")).rejects.toThrow(/\/v3\/kv\/range: 400 .*user name is empty/);
  await expect(load("wrong", ', user = "reader", password = "wrong"')).rejects.toThrow(
    /\/v3\/auth\/authenticate: 400 .*authentication failed, invalid user ID or password/,
  );
  await expect(load("other", ', user = "reader", password = "right", prefix = "/x/"')).rejects.toThrow(
    /\/v3\/kv\/range: 403 .*permission denied/,
  );
  await load("boot", ', user = "reader", password = "right"');
  expect(await ports()).toBe("1");
  // The token's time is over.
  await new Promise((resolve) => setTimeout(resolve, 1500));
  await etcd.logIn();
  await etcd.put("/services/api/b", "127.0.0.1:2");
  await until(async () => (await ports()) === "1 2");
  expect(told).toEqual([]);
  // Simple tokens do not outlive the server.
  await etcd.stop();
  await until(() => told.length > 0);
  await etcd.restart();
  await etcd.put("/services/api/c", "127.0.0.1:3");
  await until(async () => (await ports()) === "1 2 3");
  await until(() => told.at(-1) === `Notice svc: ${etcd.url}: is followed again`);
});
