import { createServer } from "node:http";
import { once } from "node:events";
import { describe, expect, onTestFinished, test } from "vitest";
import { CapturedLog, request } from "../../src/host/memory/index.js";
import { NodeHost } from "../../src/host/node/index.js";
import { Instance } from "../../src/runtime/instance.js";
import { temporaryFolder } from "../support/cli.js";
import { vmods } from "../support/dns-world.js";
import { isInstalled } from "../support/installed.js";
import { Onloader, tlsOrigin, type TlsOrigin } from "../support/onloader.js";
import { freePort } from "../support/ports.js";
import { command, controlOf, openSession } from "../support/control.js";
import { loadVcl } from "../support/vmod-vcl.js";

const installed = isInstalled("haproxy", "-v") && isInstalled("openssl", "version");
if (!installed) console.warn("SKIPPED: TLS behind haproxy is tested where haproxy and openssl are installed");

const places: Readonly<Record<string, string>> = {
  "one.test": "127.0.2.1",
  "two.test": "127.0.2.2",
  "bad.test": "127.0.2.3",
};

/** The real world, but for three names. */
class NamesHost extends NodeHost {
  override resolveName(name: string): Promise<readonly string[]> {
    const place = places[name];
    return place === undefined ? super.resolveName(name) : Promise.resolve([place]);
  }
}

interface Site {
  readonly origins: Readonly<Record<string, TlsOrigin>>;
  readonly onloader: Onloader;
  readonly log: CapturedLog;
  /** Where the director for clear text expects origins. */
  readonly plainPort: number;
  /** The body of the answer, or its status. */
  get(host: string, url?: string): Promise<string>;
  run(line: string): Promise<string>;
}

/** The change log's example: haproxy with its configuration, three origins, of which it trusts two, and VCL with its director. */
async function site(more?: string): Promise<Site> {
  const folder = temporaryFolder();
  const port = await freePort();
  const plainPort = await freePort();
  const origins: Record<string, TlsOrigin> = {};
  for (const [name, address] of Object.entries(places))
    origins[name] = await tlsOrigin(folder, name, address, port);
  const trusted = ["one.test", "two.test"].map((name) => (origins[name] as TlsOrigin).certificate);
  const onloader = new Onloader(folder, port, trusted, more);
  await onloader.start();
  const log = new CapturedLog();
  const instance = new Instance(new NamesHost({ log }));
  onTestFinished(() => instance.shutdown());
  await loadVcl(
    instance,
    "boot",
    vmods,
    `backend sslon { .path = "${onloader.path}"; }
    probe often { .interval = 50ms; .initial = 0; .threshold = 2; .window = 2; .request = "GET /probe HTTP/1.1" "Host: one.test" "Connection: close"; }
    sub vcl_init {
      new https = dynamic.director(via = sslon, port = ${port});
      new probed = dynamic.director(via = sslon, port = ${port}, probe = often);
      new plain = dynamic.director(port = ${plainPort});
    }
    sub vcl_recv { return (pass); }
    sub vcl_backend_fetch {
      if (bereq.url == "/plain") { set bereq.backend = plain.backend(); }
      elsif (bereq.url == "/probed") { set bereq.backend = probed.backend(); }
      else { set bereq.backend = https.backend(); }
    }`,
  );
  const session = openSession(controlOf(instance));
  return {
    ...{ origins, onloader, log, plainPort },
    run: async (line) => (await command(session, line))[1],
    async get(host, url = "/") {
      const { status, body } = await request(instance, { url, headers: { Host: host } });
      return status === 200 ? body : String(status);
    },
  };
}

describe.skipIf(!installed)("haproxy as TLS onloader, where haproxy is installed", () => {
  test("S0-12 S0-13 S0-17 S0-19 S0-22 S0-24 S0-25 S0-29 S0-31 S0-33 two hosts, two addresses and two names, all from the Host header", async () => {
    const { get, origins } = await site();
    for (let round = 0; round < 3; round++)
      for (const [name, at] of [
        ["one.test", "127.0.2.1"],
        ["two.test", "127.0.2.2"],
      ] as const)
        expect(await get(name)).toBe(`${name} ${name} http/1.1 at ${at}`);
    // Connections are kept, each to one origin.
    expect([origins["one.test"]?.connections, origins["two.test"]?.connections]).toEqual([1, 1]);
  });

  test("S0-32 the director that VCL names decides: another one speaks clear text, with nobody in between", async () => {
    const { get, plainPort } = await site();
    const plain = createServer((req, res) => res.end(`clear text for ${req.headers.host ?? ""}`));
    plain.listen(plainPort, "127.0.2.1");
    await once(plain, "listening");
    onTestFinished(() => void plain.close());
    expect(await get("one.test", "/plain")).toBe("clear text for one.test");
    expect(await get("one.test")).toContain("one.test one.test http/1.1");
  });

  test("S0-23 a certificate that is not trusted is 503 and one record, and nobody tries again", async () => {
    // haproxy itself would try again three times, a second apart.
    const { get, log, origins } = await site("retries 0");
    expect(await get("bad.test")).toBe("503");
    expect(log.texts("FetchError")).toEqual(["HTC eof (Unexpected end of input)"]);
    expect(log.texts("BackendOpen")).toHaveLength(1);
    expect(origins["bad.test"]).toMatchObject({ connections: 0, refused: 1 });
    expect(await get("one.test")).toContain("127.0.2.1");
  });

  test("S0-21 S0-26 the stick table pins each destination to one of the servers, over whatever connections", async () => {
    const { get, onloader, origins } = await site();
    const closing = async (name: string): Promise<void> => {
      await Promise.all(Array.from({ length: 4 }, () => get(name)));
    };
    await closing("one.test");
    await closing("two.test");
    const first = await onloader.pinned();
    expect([...first.keys()].sort()).toEqual(["127.0.2.1", "127.0.2.2"]);
    await Promise.all([closing("one.test"), closing("two.test")]);
    expect(await onloader.pinned()).toEqual(first);
    expect(origins["one.test"]?.connections).toBeGreaterThan(1);
  });

  test("S0-19 probes go the same way: with a preamble, through TLS", async () => {
    const { get, run } = await site();
    let answer = "";
    for (let tries = 0; tries < 100 && !answer.includes("127.0.2.1"); tries++) {
      answer = await get("one.test", "/probed");
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
    expect(answer).toContain("one.test one.test");
    expect(await run("backend.list *.probed.one*")).toMatch(
      /probed\.one\.test\(.*\) +probe +[12]\/2 +healthy/,
    );
  });

  test("haproxy is restarted under load: requests fail while it is away, and go on when it is back", async () => {
    const { get, onloader } = await site();
    const answers: string[] = [];
    let isOver = false;
    const client = async (name: string): Promise<void> => {
      while (!isOver) {
        answers.push(await get(name));
        await new Promise((resolve) => setTimeout(resolve, 1));
      }
    };
    const clients = Promise.all(["one.test", "two.test", "one.test", "two.test"].map(client));
    const until = async (isSo: () => boolean): Promise<void> => {
      for (let tries = 0; tries < 500 && !isSo(); tries++)
        await new Promise((resolve) => setTimeout(resolve, 10));
      expect(isSo()).toBe(true);
    };
    await until(() => answers.length > 20);
    await onloader.kill();
    await until(() => answers.at(-1) === "503");
    await onloader.start();
    // Whose last connection was refused is held down for a moment, as in Varnish.
    await until(() => !answers.slice(-20).includes("503"));
    isOver = true;
    await clients;
    expect([...new Set(answers)].sort()).toEqual([
      "503",
      "one.test one.test http/1.1 at 127.0.2.1",
      "two.test two.test http/1.1 at 127.0.2.2",
    ]);
  });
});
