import { spawn } from "node:child_process";
import { chmodSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as wait } from "node:timers/promises";
import { describe, expect, onTestFinished, test } from "vitest";
import { makeCertificate, type Certificate } from "../support/certificates.js";
import { temporaryFolder } from "../support/cli.js";
import { isInstalled } from "../support/installed.js";
import { freePort, listening } from "../support/ports.js";
import { runVclc, type RunningVclc } from "../support/vclc-run.js";
import { askOver, tellingVcl } from "./ask-over.js";

const installed = isInstalled("haproxy", "-v") && isInstalled("openssl", "version");
if (!installed) console.warn("SKIPPED: haproxy in front is tested where haproxy and openssl are installed");

interface Haproxy {
  readonly port: number;
  readonly certificate: Certificate;
  readonly client: Certificate;
}

/** Starts haproxy before a server; `{pem}` and `{ca}` in `bind` are its certificate and the client's. */
async function startHaproxy(
  server: string,
  { mode = "tcp", bind = "" }: { readonly mode?: string; readonly bind?: string } = {},
): Promise<Haproxy> {
  const folder = temporaryFolder();
  const certificate = makeCertificate(folder, "front.example.com");
  const client = makeCertificate(folder, "Some Client");
  const port = await freePort();
  const tls = bind.replace("{pem}", certificate.file).replace("{ca}", `"${client.file}"`);
  const config = `defaults
  mode ${mode}
  timeout connect 5s
  timeout client 10s
  timeout server 10s
listen front
  bind 127.0.0.1:${port} ${tls}
  server vclc ${server}
`;
  writeFileSync(join(folder, "haproxy.cfg"), config);
  const child = spawn("haproxy", ["-f", join(folder, "haproxy.cfg"), "-db"], { stdio: "ignore" });
  onTestFinished(() => void child.kill("SIGTERM"));
  await listening(port);
  return { port, certificate, client };
}

const takingProxy = (...more: readonly string[]): Promise<RunningVclc> =>
  runVclc(tellingVcl, ["-a", "127.0.0.1:0,PROXY", ...more]);

describe.skipIf(!installed)("S3-02 haproxy in front, where haproxy is installed", () => {
  test.each([["send-proxy"], ["send-proxy-v2"], ["send-proxy-v2 proxy-v2-options crc32c"]])(
    "%s: client and server are those of the connection to haproxy",
    async (option) => {
      const running = await takingProxy();
      const { port } = await startHaproxy(`127.0.0.1:${running.port} ${option}`);
      const { fields, port: from } = await askOver(port);
      expect(fields).toMatchObject({
        client: `127.0.0.1 ${from}`,
        server: `127.0.0.1 ${port}`,
        ssl: "false",
      });
      expect(fields["remote"]).not.toBe(fields["client"]);
    },
  );

  test("TLS with a client certificate: everything that it says of both, with a checksum", async () => {
    const running = await takingProxy();
    const options =
      "send-proxy-v2 proxy-v2-options ssl,cert-cn,ssl-cipher,cert-sig,cert-key,authority,crc32c";
    const { port, certificate, client } = await startHaproxy(`127.0.0.1:${running.port} ${options}`, {
      bind: "ssl crt {pem} alpn http/1.1 verify required ca-file {ca}",
    });
    const { fields, port: from } = await askOver(port, {
      ca: certificate.certificate,
      servername: "front.example.com",
      ALPNProtocols: ["http/1.1"],
      cert: client.certificate,
      key: client.key,
    });
    expect(fields).toMatchObject({
      client: `127.0.0.1 ${from}`,
      ssl: "true",
      alpn: "http/1.1",
      authority: "front.example.com",
      version: "TLSv1.3",
      cipher: expect.stringMatching(/^TLS_/),
      key: "EC256",
      sign: "ecdsa-with-SHA256",
      "has-cert": "true true 0",
      cn: "Some Client",
    });
  });

  test("HTTP mode: connections are kept, and each says who is behind it", async () => {
    const running = await takingProxy();
    const { port } = await startHaproxy(`127.0.0.1:${running.port} send-proxy-v2`, { mode: "http" });
    for (let round = 0; round < 3; round++) {
      const { status, fields, port: from } = await askOver(port);
      expect([status, fields["client"]]).toEqual(["HTTP/1.1 200 OK", `127.0.0.1 ${from}`]);
    }
  });

  test("its health checks are LOCAL, and answered", async () => {
    const running = await takingProxy("--log");
    await startHaproxy(`127.0.0.1:${running.port} check inter 200ms send-proxy-v2`, {
      mode: "http\n  option httpchk",
    });
    for (let tries = 0; tries < 50 && !/RespStatus/.test(running.output()); tries++) await wait(100);
    expect(running.output()).toMatch(/Proxy +c 2 local local local local\n/);
    expect(running.output()).toMatch(/RespStatus +c 200\n/);
  });

  test("over a Unix socket", async () => {
    const folder = temporaryFolder();
    chmodSync(folder, 0o755);
    const path = join(folder, "v.sock");
    await runVclc(tellingVcl, ["-a", `${path},PROXY,mode=666`]);
    const { port } = await startHaproxy(`${path} send-proxy-v2`);
    const { fields, port: from } = await askOver(port);
    expect(fields).toMatchObject({ client: `127.0.0.1 ${from}`, remote: "0.0.0.0 0" });
  });

  test("without send-proxy the connection ends without a word, and a PROXY header where none is taken is a bad request", async () => {
    const taking = await takingProxy("--log");
    const plain = await runVclc(tellingVcl, ["-a", "127.0.0.1:0"]);
    const { port } = await startHaproxy(`127.0.0.1:${taking.port}`);
    expect((await askOver(port)).status).toBe("");
    expect(taking.output()).toMatch(/SessClose +c RX_JUNK /);
    const second = await startHaproxy(`127.0.0.1:${plain.port} send-proxy`);
    expect((await askOver(second.port)).status).toBe("HTTP/1.1 400 Bad Request");
  });
});
