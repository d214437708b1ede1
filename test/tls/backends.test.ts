import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createServer, type AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { afterAll, describe, expect, onTestFinished, test } from "vitest";
import * as tls from "../../src/vmod/tls/index.js";
import { makeCertificate } from "../support/certificates.js";
import { isInstalled } from "../support/installed.js";
import { rawRequest } from "../support/raw-http.js";
import { addVmod, startOrigin, startProxy, type Proxy } from "../support/proxy.js";
import { secureOrigin } from "./secure-origin.js";

addVmod("tls", tls);
const installed = isInstalled("openssl", "version");
if (!installed) console.warn("SKIPPED: TLS to backends is tested where openssl is installed");

const folder = mkdtempSync(join(tmpdir(), "vclc-tls-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
const certificate = installed ? makeCertificate(folder, "origin.example") : undefined!;
const trusted = join(folder, "trusted.pem");
if (installed) writeFileSync(trusted, certificate.certificate);
const recv = "sub vcl_recv { return (pass); }";

async function proxy(text: string): Promise<Proxy> {
  const running = await startProxy();
  onTestFinished(() => running.close());
  await running.load("boot", `vcl 4.1; import tls;\n${text}`);
  await running.instance.use("boot");
  return running;
}

/** A declared backend at a port, told to use TLS with these arguments. */
const declared = (port: number, args: string, fields = ""): string =>
  `backend api { .host = "127.0.0.1"; .port = "${port}"; ${fields} }
   sub vcl_init { new api_tls = tls.client(api${args === "" ? "" : `, ${args}`}); } ${recv}`;
const known = `ca = "${trusted}", server_name = "origin.example"`;
const errors = ({ records }: Proxy): string[] =>
  records
    .filter((record) => / FetchError /.test(record))
    .map((record) => record.replace(/^\d+ FetchError /, ""));

describe.skipIf(!installed)("TLS to backends", () => {
  test("S3-01 S3-03 S3-11 S3-12 one call has a declared backend use TLS, its own name included", async () => {
    const { port } = await secureOrigin(certificate);
    const { get, records } = await proxy(declared(port, known));
    expect((await get("/one")).body).toBe("TLSv1.3 new /one");
    // The same connection: its session is as new as it was.
    expect((await get("/two")).body).toBe("TLSv1.3 new /two");
    expect(records.filter((record) => record.includes("BackendOpen")).at(-1)).toMatch(
      /boot\.api 127\.0\.0\.1 .* reuse/,
    );
  });

  test("S3-01 tls.backend() makes one in one call, with a host's name, usable in directors", async () => {
    const { port } = await secureOrigin(certificate);
    const { get } = await proxy(`import directors; backend nobody none;
      sub vcl_init {
        new api = tls.backend("localhost", "${port}", ${known}, connect_timeout = 2s, max_connections = 5);
        new group = directors.round_robin();
        group.add_backend(api.backend());
      }
      sub vcl_recv { set req.backend_hint = group.backend(); return (pass); }
      sub vcl_backend_response { set beresp.http.name = beresp.backend.name; }`);
    const { body, headers } = await get("/");
    expect([body, headers["name"]]).toEqual(["TLSv1.3 new /", "api"]);
  });

  test("S3-24 S3-25 a certificate that nobody vouches for: 503, and one record that says why", async () => {
    const { port, requests } = await secureOrigin(certificate);
    const running = await proxy(declared(port, 'server_name = "origin.example"'));
    expect((await running.get("/")).status).toBe(503);
    expect(errors(running)).toEqual(["backend api: TLS handshake failed: self-signed certificate"]);
    expect(requests).toEqual([]);
    expect(running.instance.counters.get("backend_fail")).toBe(1);
  });

  test("S3-24 a certificate for another name: 503; verify_host = false takes it, verify = false takes any", async () => {
    const { port } = await secureOrigin(certificate);
    const other = `ca = "${trusted}", server_name = "other.example"`;
    const running = await proxy(declared(port, other));
    expect((await running.get("/")).status).toBe(503);
    expect(errors(running)[0]).toContain("Host: other.example. is not in the cert's altnames");
    const lax = await proxy(declared(port, `${other}, verify_host = false`));
    expect((await lax.get("/")).status).toBe(200);
    const blind = await proxy(declared(port, "verify = false"));
    expect((await blind.get("/")).status).toBe(200);
  });

  test("S3-24 server name indication: the name of .host or server_name, none for an address or with sni = false", async () => {
    const { port, connections } = await secureOrigin(certificate);
    const names = async (text: string): Promise<unknown> => {
      await (await proxy(text)).get("/");
      return (connections.at(-1) as { servername?: unknown } | undefined)?.servername;
    };
    expect(await names(declared(port, known))).toBe("origin.example");
    expect(await names(declared(port, `${known}, sni = false`))).toBe(false);
    expect(await names(declared(port, "verify = false"))).toBe(false);
    const byName = declared(port, "verify = false").replace("127.0.0.1", "localhost");
    expect(await names(byName)).toBe("localhost");
  });

  test("S3-24 the system's certificates are trusted unless others are named", async () => {
    const { port } = await secureOrigin(certificate);
    const before = process.env["SSL_CERT_FILE"];
    onTestFinished(() => {
      if (before === undefined) delete process.env["SSL_CERT_FILE"];
      else process.env["SSL_CERT_FILE"] = before;
    });
    process.env["SSL_CERT_FILE"] = trusted;
    const { get } = await proxy(declared(port, 'server_name = "origin.example"'));
    expect((await get("/")).status).toBe(200);
  });

  test("S3-24 a certificate of one's own is shown where it is asked for; without one the fetch fails", async () => {
    const own = makeCertificate(folder, "client.example");
    const { port, connections } = await secureOrigin(certificate, {
      requestCert: true,
      ca: own.certificate,
      maxVersion: "TLSv1.2",
    });
    const shown = await proxy(declared(port, `${known}, certificate = "${own.file}"`));
    expect((await shown.get("/")).status).toBe(200);
    expect(connections.at(-1)?.getPeerCertificate().subject).toEqual({ CN: "client.example" });
    const bare = await proxy(declared(port, known));
    expect((await bare.get("/")).status).toBe(503);
    expect(errors(bare)[0]).toMatch(/^backend api: TLS handshake failed: /);
  });

  test("S3-24 min_version", async () => {
    const { port } = await secureOrigin(certificate, { maxVersion: "TLSv1.2" });
    expect((await (await proxy(declared(port, known))).get("/")).body).toMatch(/^TLSv1\.2/);
    const strict = await proxy(declared(port, `${known}, min_version = TLSv1_3`));
    expect((await strict.get("/")).status).toBe(503);
    expect(errors(strict)).toEqual(["backend api: TLS handshake failed: tlsv1 alert protocol version"]);
  });

  test("S3-24 sessions are taken up by the next connection", async () => {
    const { port } = await secureOrigin(certificate, {}, (_, socket) => {
      const text = socket.isSessionReused() ? "again" : "new";
      socket.end(`HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: ${text.length}\r\n\r\n${text}`);
    });
    const { get } = await proxy(declared(port, known));
    expect((await get("/")).body).toBe("new");
    expect((await get("/")).body).toBe("again");
  });

  test("S3-25 a server that speaks no TLS, and one that closes: 503, with what OpenSSL says", async () => {
    const plain = await startOrigin();
    onTestFinished(() => plain.close());
    const running = await proxy(declared(plain.port, known));
    expect((await running.get("/")).status).toBe(503);
    expect(errors(running)).toEqual(["backend api: TLS handshake failed: wrong version number"]);
    const closing = createServer((socket) => socket.end());
    await new Promise<void>((resolve) => closing.listen(0, "127.0.0.1", resolve));
    onTestFinished(() => void closing.close());
    const closed = await proxy(declared((closing.address() as AddressInfo).port, known));
    expect((await closed.get("/")).status).toBe(503);
    expect(errors(closed)).toEqual(["backend api: TLS handshake failed: the connection ended"]);
  });

  test("S3-24 the handshake has what is left of connect_timeout", async () => {
    const silent = createServer((socket) => socket.on("error", () => undefined));
    await new Promise<void>((resolve) => silent.listen(0, "127.0.0.1", resolve));
    onTestFinished(() => void silent.close());
    const { port } = silent.address() as AddressInfo;
    const running = await proxy(declared(port, known, ".connect_timeout = 0.3s;"));
    const began = performance.now();
    expect((await running.get("/")).status).toBe(503);
    expect(performance.now() - began).toBeLessThan(2000);
    expect(errors(running)).toEqual(["backend api: fail errno 110 (Connection timed out)"]);
  });

  test("S3-25 a body that ends with the connection is whole only where TLS says that it is the end", async () => {
    const answer = "HTTP/1.0 200 OK\r\n\r\nall of it";
    const good = await secureOrigin(certificate, {}, (_, socket) => void socket.end(answer));
    expect((await (await proxy(declared(good.port, known))).get("/")).body).toBe("all of it");
    const cut = await secureOrigin(certificate, {}, (_, socket) => {
      socket.write(answer);
      // The connection below ends, and TLS has not said a word.
      const { _parent: below } = socket as unknown as { _parent: { end(): void } };
      setTimeout(() => below.end(), 50);
    });
    const running = await proxy(`${declared(cut.port, known)}
      sub vcl_backend_response { set beresp.do_stream = false; }`);
    expect((await running.get("/")).status).toBe(503);
    expect(errors(running)).toContain("TLS: the connection ended without close_notify");
  });

  test("S3-26 probes go over TLS, and a bad certificate is a sick backend", async () => {
    const { port } = await secureOrigin(certificate);
    const probe = ".probe = { .interval = 0.1s; .initial = 0; .window = 1; .threshold = 1; }";
    const good = await proxy(declared(port, known, probe));
    const bad = await proxy(declared(port, 'server_name = "origin.example"', probe));
    await pause(600);
    expect((await good.get("/")).status).toBe(200);
    expect((await bad.get("/")).status).toBe(503);
    expect(bad.records.find((record) => record.includes("Backend_health"))).toContain(
      "Open error TLS handshake failed: self-signed certificate",
    );
  });

  test("S3-11 pipe goes over TLS", async () => {
    const { port } = await secureOrigin(certificate, {}, (_, socket) => void socket.end("any bytes at all"));
    const piped = declared(port, known).replace("return (pass)", "return (pipe)");
    const running = await proxy(piped);
    const answer = await rawRequest(running.port, "GET / HTTP/1.1\r\nHost: a\r\n\r\n");
    expect(answer).toBe("any bytes at all");
  });

  test("S3-20 S3-23 plain and TLS connections go beside each other, and never into one pool", async () => {
    const secure = await secureOrigin(certificate);
    const plain = await startOrigin((_, response) => void response.end("plain"));
    onTestFinished(() => plain.close());
    const running = await proxy(`
      backend open { .host = "127.0.0.1"; .port = "${plain.port}"; }
      backend api { .host = "127.0.0.1"; .port = "${secure.port}"; }
      backend lax { .host = "127.0.0.1"; .port = "${secure.port}"; }
      sub vcl_init { new a = tls.client(api, ${known}); new l = tls.client(lax, verify = false); }
      sub vcl_recv {
        if (req.url == "/open") { set req.backend_hint = open; }
        else if (req.url == "/lax") { set req.backend_hint = l.backend(); }
        else { set req.backend_hint = a.backend(); }
        return (pass);
      }`);
    for (let round = 0; round < 2; round++) {
      expect((await running.get("/open")).body).toBe("plain");
      expect((await running.get("/api")).body).toBe("TLSv1.3 new /api");
      expect((await running.get("/lax")).body).toBe("TLSv1.3 new /lax");
    }
    expect(secure.connections).toHaveLength(2);
    const forms = [...running.instance.sharedBackends].map(({ fullForm }) => fullForm);
    expect(forms).toEqual([
      `open(127.0.0.1:${plain.port})`,
      expect.stringMatching(/^api\(127\.0\.0\.1:\d+;transport=tls:origin\.example\/[\da-f]{8}\)$/),
      expect.stringMatching(/^lax\(127\.0\.0\.1:\d+;transport=tls:127\.0\.0\.1\/[\da-f]{8}\)$/),
    ]);
  });

  test("ten megabytes, both ways", async () => {
    const { port } = await secureOrigin(certificate, {}, (head, socket, more) => {
      if (head.startsWith("POST")) {
        let got = more.length;
        socket.on("data", (chunk: string) => {
          got += /y*$/.exec(chunk)?.[0].length ?? 0;
          if (got === 10_000_000) socket.write("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok");
        });
        return;
      }
      socket.write(`HTTP/1.1 200 OK\r\nContent-Length: 10000000\r\n\r\n`);
      socket.write(Buffer.alloc(10_000_000, "x"));
    });
    const { get } = await proxy(declared(port, known));
    const { body } = await get("/");
    expect(body.length).toBe(10_000_000);
    expect((await get("/", { method: "POST", body: "y".repeat(10_000_000) })).body).toBe("ok");
  });

  test("what is wrong with the arguments or the files fails the load, in words", async () => {
    const running = await startProxy();
    onTestFinished(() => running.close());
    const empty = join(folder, "empty.pem");
    writeFileSync(empty, "nothing");
    const refusal = async (args: string, backend = '{ .host = "127.0.0.1"; }'): Promise<string> => {
      const text = `vcl 4.1; import tls; backend b ${backend}
        sub vcl_init { new t = tls.client(${args}); }`;
      return running.load("x", text).then(
        () => "loaded",
        (error: Error) => error.message,
      );
    };
    expect(await refusal('b, ca = "/nowhere.pem"')).toContain(
      "cannot read /nowhere.pem: no such file or directory",
    );
    expect(await refusal(`b, ca = "${empty}"`)).toContain("has no certificate or key in PEM form");
    expect(await refusal(`b, certificate = "${trusted}"`)).toMatch(/trusted\.pem.*:/);
    expect(await refusal('b, key = "k.pem"')).toContain("key without certificate");
    expect(await refusal("b, verify = false, verify_host = true")).toContain("needs verify = true");
    expect(await refusal("b", '{ .path = "/x.sock"; }')).toContain("a socket's path is no name");
    expect(await refusal("b", "none;")).toContain("and there is none");
    const twice = `vcl 4.1; import tls; backend b { .host = "127.0.0.1"; }
      sub vcl_init { new t = tls.client(b, verify = false); new u = tls.client(b, verify = false); }`;
    await expect(running.load("x", twice)).rejects.toThrow("Backend b has a transport already");
  });
});
