import { execFileSync } from "node:child_process";
import { copyFileSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { once } from "node:events";
import { connect as connectPlain, createServer, type AddressInfo, type Socket } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { connect, type ConnectionOptions, type TLSSocket } from "node:tls";
import { afterAll, describe, expect, onTestFinished, test } from "vitest";
import { askOver, tellingVcl } from "../front/ask-over.js";
import { makeCertificate } from "../support/certificates.js";
import { vclc } from "../support/cli.js";
import { isInstalled } from "../support/installed.js";
import { freePort } from "../support/ports.js";
import { rawRequest } from "../support/raw-http.js";
import { exchangeBytes, runVclc } from "../support/vclc-run.js";

const installed = isInstalled("openssl", "version");
if (!installed) console.warn("SKIPPED: TLS in front is tested where openssl is installed");
const folder = mkdtempSync(join(tmpdir(), "vclc-tls-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
const a = installed ? makeCertificate(folder, "a.example") : undefined!;
const b = installed ? makeCertificate(folder, "b.example") : undefined!;

const vcl = `vcl 4.1; backend none_here none;
sub vcl_recv { return (synth(200)); }
sub vcl_synth { set resp.body = req.transport + " " + local.socket + " " + local.endpoint; return (deliver); }`;

/** A connection, once its handshake is through. */
function secure(port: number, options: ConnectionOptions = {}): Promise<TLSSocket> {
  return new Promise((resolve, reject) => {
    const socket = connect({ port, host: "127.0.0.1", rejectUnauthorized: false, ...options }, () =>
      resolve(socket),
    );
    socket.once("error", reject);
    onTestFinished(() => void socket.destroy());
  });
}

/** One answer over it. */
function ask(socket: TLSSocket): Promise<string> {
  return new Promise((resolve) => {
    socket.once("data", (chunk: Buffer) => resolve(chunk.toString("latin1")));
    socket.write("GET / HTTP/1.1\r\nHost: h\r\n\r\n");
  });
}

/** The first bytes of a handshake, as a client sends them. */
async function helloOf(): Promise<Buffer> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  const client = connect({ port, host: "127.0.0.1" }).on("error", () => undefined);
  const [socket] = (await once(server, "connection")) as [Socket];
  const [hello] = (await once(socket, "data")) as [Buffer];
  client.destroy();
  server.close();
  return hello;
}

function sendAndLeave(port: number, bytes: Buffer): Promise<void> {
  return new Promise((resolve) => {
    const socket = connectPlain(port, "127.0.0.1", () => socket.write(bytes, () => socket.destroy()));
    socket.on("error", () => undefined).on("close", () => resolve());
  });
}

const commonName = (socket: TLSSocket): unknown => socket.getPeerCertificate().subject.CN;

describe.skipIf(!installed)("TLS in front", () => {
  test("VCL sees what it would behind hitch, and req.transport says how the request came", async () => {
    const { port } = await runVclc(tellingVcl, ["-a", `127.0.0.1:0,tls=${a.file}`]);
    const {
      status,
      fields,
      port: from,
    } = await askOver(port, {
      ca: a.certificate,
      servername: "a.example",
      ALPNProtocols: ["h2", "http/1.1"],
    });
    expect(status).toBe("HTTP/1.1 200 OK");
    expect(fields).toMatchObject({
      client: `127.0.0.1 ${from}`,
      remote: `127.0.0.1 ${from}`,
      server: `127.0.0.1 ${port}`,
      ssl: "true",
      alpn: "http/1.1",
      authority: "a.example",
      version: "TLSv1.3",
      cipher: expect.stringMatching(/^TLS_/),
      "has-cert": "false false 1",
    });
    const other = await runVclc(vcl, ["-a", `secure=127.0.0.1:0,tls=${a.file}`]);
    const answer = await ask(await secure(other.port));
    expect(answer).toMatch(/https\/1 secure 127\.0\.0\.1:0$/);
  });

  test("curl takes it, plain and TLS sockets stand side by side", async () => {
    const running = await runVclc(vcl, ["-a", "127.0.0.1:0", "-a", `127.0.0.1:0,tls=${a.file}`], 2);
    const port = running.places[1]?.split(":").at(-1) as string;
    const trusted = join(folder, "a.example.crt");
    const args = ["-s", "--cacert", trusted, "--resolve", `a.example:${port}:127.0.0.1`];
    if (isInstalled("curl", "--version")) {
      const text = execFileSync("curl", [...args, `https://a.example:${port}/`], { encoding: "utf8" });
      expect(text).toBe("https/1 a1 127.0.0.1:0");
    }
    expect(await rawRequest(running.port, "GET / HTTP/1.0\r\n\r\n")).toContain("http/1 a0");
  });

  test("several files: the name that is asked for decides, the first is for all others", async () => {
    const { port } = await runVclc(vcl, ["-a", `127.0.0.1:0,tls=${a.file},tls=${b.file}`]);
    const names = ["a.example", "b.example", "c.example", ""];
    const shown = await Promise.all(
      names.map(async (servername) => commonName(await secure(port, { servername }))),
    );
    expect(shown).toEqual(["a.example", "b.example", "a.example", "a.example"]);
  });

  test("tls.reload and SIGHUP read the files again; connections stay, and so do sessions", async () => {
    const file = join(folder, "changing.pem");
    copyFileSync(a.file, file);
    const command = await freePort();
    const secret = join(folder, "secret");
    writeFileSync(secret, "s\n");
    const args = ["-a", `127.0.0.1:0,tls=${file}`, "-T", `127.0.0.1:${command}`, "-S", secret];
    const running = await runVclc(vcl, args);
    const adm = (word: string): string =>
      execFileSync("varnishadm", ["-T", `127.0.0.1:${command}`, "-S", secret, word], {
        encoding: "utf8",
        stdio: "pipe",
      });
    const first = await secure(running.port, { maxVersion: "TLSv1.2" });
    expect(commonName(first)).toBe("a.example");
    copyFileSync(b.file, file);
    if (isInstalled("varnishadm", "-h")) adm("tls.reload");
    else running.child.kill("SIGHUP");
    await pause(200);
    expect(commonName(await secure(running.port))).toBe("b.example");
    expect(await ask(first)).toContain("https/1");
    const again = await secure(running.port, { maxVersion: "TLSv1.2", session: first.getSession()! });
    expect(again.isSessionReused()).toBe(true);
    writeFileSync(file, "nonsense");
    if (isInstalled("varnishadm", "-h")) expect(() => adm("tls.reload")).toThrow(/Command failed/);
    running.child.kill("SIGHUP");
    await pause(200);
    expect(commonName(await secure(running.port))).toBe("b.example");
    copyFileSync(a.file, file);
    running.child.kill("SIGHUP");
    await pause(200);
    expect(commonName(await secure(running.port))).toBe("a.example");
  });

  test("what is no handshake ends the connection, is logged, and stops nobody else", async () => {
    const running = await runVclc(vcl, [
      "--log",
      "--quiet",
      "-p",
      "timeout_idle=1",
      "-a",
      `127.0.0.1:0,tls=${a.file}`,
    ]);
    const { port } = running;
    const place = { port, host: "127.0.0.1" };
    await exchangeBytes(place, "GET / HTTP/1.1\r\nHost: h\r\n\r\n");
    await exchangeBytes(place, "\x16\x03\x01\x00\x05hello");
    await expect(
      secure(port, { maxVersion: "TLSv1.1", minVersion: "TLSv1", ciphers: "ALL@SECLEVEL=0" }),
    ).rejects.toThrow();
    await expect(secure(port, { ALPNProtocols: ["h2"] })).rejects.toThrow();
    // One that says nothing is cut off as everybody is who says nothing.
    const began = performance.now();
    await exchangeBytes(place, "");
    expect(performance.now() - began).toBeLessThan(5000);
    expect(await ask(await secure(port))).toContain("https/1");
    const lines = running.output().split("\n");
    expect(
      lines.filter((line) => line.includes("TLS handshake failed: ")).map((line) => line.trim()),
    ).toEqual([
      expect.stringContaining("http request"),
      expect.anything(),
      expect.anything(),
      expect.stringContaining("no application protocol"),
    ]);
    expect(lines.filter((line) => / SessClose /.test(line)).length).toBeGreaterThanOrEqual(5);
  });

  test("a thousand handshakes cut off anywhere, and the next one is answered", async () => {
    const { port, child } = await runVclc(vcl, ["-a", `127.0.0.1:0,tls=${a.file}`]);
    const hello = await helloOf();
    for (let round = 0; round < 50; round++) {
      const cuts = Array.from({ length: 20 }, (_, index) => (round * 20 + index) % hello.length);
      await Promise.all(cuts.map((cut) => sendAndLeave(port, hello.subarray(0, cut))));
    }
    expect(await ask(await secure(port))).toContain("https/1");
    expect(child.exitCode).toBeNull();
  });

  test("SIGTERM: the request in flight is answered, then it ends", async () => {
    const running = await runVclc(vcl, ["-a", `127.0.0.1:0,tls=${a.file}`]);
    await ask(await secure(running.port));
    running.child.kill("SIGTERM");
    expect(await running.exit).toBe(0);
  });

  test("what is wrong with -a is said in words", async () => {
    const vclFile = join(folder, "main.vcl");
    writeFileSync(vclFile, vcl);
    const refusal = async (where: string): Promise<string> =>
      (await vclc(["run", "-f", vclFile, "-a", where])).stderr;
    expect(await refusal("127.0.0.1:0,tls=/nowhere.pem")).toContain("cannot read /nowhere.pem: no such file");
    expect(await refusal(`127.0.0.1:0,tls=${join(folder, "a.example.crt")}`)).toContain("has no private key");
    expect(await refusal(`127.0.0.1:0,tls=${vclFile}`)).toContain("in PEM form");
    expect(await refusal("127.0.0.1:0,tls=")).toContain("tls= has no file");
    const mixed = join(folder, "mixed.pem");
    writeFileSync(mixed, a.certificate + b.key);
    expect(await refusal(`127.0.0.1:0,tls=${mixed}`)).toContain("the key is not that of the certificate");
  });
});
