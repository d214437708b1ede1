import { spawn } from "node:child_process";
import { chmodSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, onTestFinished, test } from "vitest";
import { makeCertificate, type Certificate } from "../support/certificates.js";
import { temporaryFolder } from "../support/cli.js";
import { isInstalled } from "../support/installed.js";
import { freePort, listening } from "../support/ports.js";
import { runVclc } from "../support/vclc-run.js";
import { askOver, tellingVcl } from "./ask-over.js";

const installed = isInstalled("hitch", "--version") && isInstalled("openssl", "version");
if (!installed) console.warn("SKIPPED: hitch in front is tested where hitch and openssl are installed");

/** Starts hitch before a place that takes PROXY; answers with its port and its certificate. */
async function startHitch(
  backend: string,
  settings: readonly string[],
): Promise<{ readonly port: number; readonly certificate: Certificate }> {
  const folder = temporaryFolder();
  const certificate = makeCertificate(folder, "front.example.com");
  const port = await freePort();
  const config = [
    `frontend = "[127.0.0.1]:${port}"`,
    `backend = "${backend}"`,
    `pem-file = "${certificate.file}"`,
    // It refuses to serve as root.
    ...(process.getuid?.() === 0 ? ['user = "nobody"', 'group = "nogroup"'] : []),
    ...settings,
  ];
  writeFileSync(join(folder, "hitch.conf"), `${config.join("\n")}\n`);
  const child = spawn("hitch", [`--config=${join(folder, "hitch.conf")}`], { stdio: "ignore" });
  onTestFinished(() => void child.kill("SIGTERM"));
  await listening(port);
  return { port, certificate };
}

describe.skipIf(!installed)("S3-02 hitch in front, where hitch is installed", () => {
  test("version 2: client and server are those of the TLS connection, and VCL sees what it agreed upon", async () => {
    const running = await runVclc(tellingVcl, ["-a", "127.0.0.1:0,PROXY"]);
    const { port, certificate } = await startHitch(`[127.0.0.1]:${running.port}`, [
      "write-proxy-v2 = on",
      "proxy-tlv = on",
      'alpn-protos = "http/1.1"',
    ]);
    const tls = { ca: certificate.certificate, servername: "front.example.com", ALPNProtocols: ["http/1.1"] };
    const { status, fields, port: from } = await askOver(port, { ...tls, maxVersion: "TLSv1.3" });
    expect(status).toBe("HTTP/1.1 200 OK");
    expect(fields).toMatchObject({
      client: `127.0.0.1 ${from}`,
      server: `127.0.0.1 ${port}`,
      ssl: "true",
      alpn: "http/1.1",
      authority: "front.example.com",
      version: "TLSv1.3",
      cipher: expect.stringMatching(/^TLS_/),
      // Its result where no certificate was asked for.
      "has-cert": "false false 1",
    });
    expect(fields["remote"]).not.toBe(fields["client"]);
    expect((await askOver(port, { ...tls, maxVersion: "TLSv1.2" })).fields["version"]).toBe("TLSv1.2");
  });

  test("version 1", async () => {
    const running = await runVclc(tellingVcl, ["-a", "127.0.0.1:0,PROXY"]);
    const { port } = await startHitch(`[127.0.0.1]:${running.port}`, ["write-proxy-v1 = on"]);
    const { fields, port: from } = await askOver(port, { rejectUnauthorized: false });
    expect(fields).toMatchObject({ client: `127.0.0.1 ${from}`, server: `127.0.0.1 ${port}`, ssl: "false" });
  });

  test("over a Unix socket", async () => {
    const folder = temporaryFolder();
    chmodSync(folder, 0o755);
    const path = join(folder, "v.sock");
    await runVclc(tellingVcl, ["-a", `${path},PROXY,mode=666`]);
    const { port } = await startHitch(path, ["write-proxy-v2 = on"]);
    const { fields, port: from } = await askOver(port, { rejectUnauthorized: false });
    expect(fields).toMatchObject({ client: `127.0.0.1 ${from}`, remote: "0.0.0.0 0", ssl: "true" });
  });
});
