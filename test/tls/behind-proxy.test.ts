import { spawn } from "node:child_process";
import { writeFileSync } from "node:fs";
import { connect as connectPlain } from "node:net";
import { join } from "node:path";
import { connect } from "node:tls";
import { setTimeout as pause } from "node:timers/promises";
import { Duplex } from "node:stream";
import { describe, expect, onTestFinished, test } from "vitest";
import { askOver, tellingVcl } from "../front/ask-over.js";
import { makeCertificate, type Certificate } from "../support/certificates.js";
import { temporaryFolder } from "../support/cli.js";
import { isInstalled } from "../support/installed.js";
import { freePort, listening } from "../support/ports.js";
import { ssl, tlv, v1, v2 } from "../support/proxy-headers.js";
import { exchangeBytes, runVclc, type RunningVclc } from "../support/vclc-run.js";

const installed = isInstalled("openssl", "version");
if (!installed) console.warn("SKIPPED: TLS behind a PROXY header is tested where openssl is installed");

/** The first bytes that a client sends go out in the pieces that `cut` makes of them, behind the header. */
class CutStream extends Duplex {
  readonly #socket;
  #first: Buffer;
  readonly #at: number;

  constructor(port: number, header: string, at: number) {
    super();
    this.#first = Buffer.from(header, "latin1");
    this.#at = at;
    this.#socket = connectPlain({ port, host: "127.0.0.1", noDelay: true });
    this.#socket.on("data", (chunk: Buffer) => this.push(chunk)).on("end", () => this.push(null));
    this.#socket.on("error", (error) => this.destroy(error));
  }

  override _read(): void {}

  override _write(chunk: Buffer, _encoding: string, done: () => void): void {
    const bytes = Buffer.concat([this.#first, chunk]);
    this.#first = Buffer.alloc(0);
    if (bytes.length === chunk.length) return void this.#socket.write(bytes, () => done());
    this.#socket.write(bytes.subarray(0, this.#at));
    void pause(2).then(() => this.#socket.write(bytes.subarray(this.#at), () => done()));
  }

  override _destroy(error: Error | null, done: (error: Error | null) => void): void {
    this.#socket.destroy();
    done(error);
  }
}

/** The answer to a request over TLS behind a header, its beginning sent in two pieces. */
function askCut(port: number, header: string, at: number): Promise<string> {
  return new Promise((resolve, reject) => {
    const carried = new CutStream(port, header, at);
    const socket = connect({ socket: carried, rejectUnauthorized: false, servername: "a.example" }, () =>
      socket.write("GET / HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n"),
    );
    let text = "";
    socket.setEncoding("latin1").on("data", (chunk: string) => (text += chunk));
    socket.on("end", () => resolve(text)).on("error", reject);
    onTestFinished(() => void socket.destroy());
  });
}

describe.skipIf(!installed)("TLS behind a PROXY header, on one connection", () => {
  let certificate: Certificate;
  let running: RunningVclc;
  const start = async (...more: readonly string[]): Promise<void> => {
    certificate = makeCertificate(temporaryFolder(), "a.example");
    running = await runVclc(tellingVcl, ["-a", `127.0.0.1:0,PROXY,tls=${certificate.file}`, ...more]);
  };

  test.each([
    ["1", v1("TCP4 1.2.3.4 5.6.7.8 1234 5678")],
    ["2", v2()],
  ])("version %s, cut at every place of the header and of what follows", async (_, header) => {
    await start();
    // Behind the record's head and some bytes of the handshake, one place is like the other.
    const places = Array.from({ length: header.length + 20 }, (_none, index) => index + 1);
    for (let from = 0; from < places.length; from += 16) {
      const some = places.slice(from, from + 16);
      const answers = await Promise.all(some.map((at) => askCut(running.port, header, at)));
      for (const answer of answers) {
        expect(answer).toMatch(/^HTTP\/1\.1 200 OK\r\n/);
        expect(answer).toContain("client: 1.2.3.4 1234\r\n");
        expect(answer).toContain("server: 5.6.7.8 5678\r\n");
        expect(answer).toContain("ssl: true\r\n");
      }
    }
  });

  test("what the header says of another TLS connection is not mixed with this one", async () => {
    await start();
    const tlvs = tlv(0x02, "other.example") + ssl(7, "\0\0\0\0", tlv(0x22, "Somebody") + tlv(0x21, "TLSv1"));
    const answer = await askCut(running.port, v2({ tlvs }), 3);
    expect(answer).toContain("client: 1.2.3.4 1234\r\n");
    expect(answer).toContain("authority: a.example\r\n");
    expect(answer).toContain("version: TLSv1.3\r\n");
    expect(answer).toContain("has-cert: false false 1\r\n");
    expect(answer).not.toContain("Somebody");
  });

  test("without a header, or with nothing of TLS behind it, the connection ends, and the next is answered", async () => {
    await start("--log", "-p", "timeout_idle=1");
    const place = { port: running.port, host: "127.0.0.1" };
    expect(await exchangeBytes(place, "\x16\x03\x01\x00\x05hello")).toBe("");
    await exchangeBytes(place, `${v2()}GET / HTTP/1.1\r\nHost: h\r\n\r\n`);
    expect(await exchangeBytes(place, v2())).toBe("");
    expect(await askCut(running.port, v2(), 1)).toContain("200 OK");
    expect(running.output()).toMatch(/SessClose +c RX_JUNK/);
    expect(running.output()).toMatch(/Error +c TLS handshake failed: /);
  });

  test.skipIf(!isInstalled("haproxy", "-v"))(
    "haproxy passes TLS on as it is, with send-proxy-v2",
    async () => {
      await start();
      const port = await freePort();
      const file = join(temporaryFolder(), "haproxy.cfg");
      writeFileSync(
        file,
        `defaults
  mode tcp
  timeout connect 5s
  timeout client 10s
  timeout server 10s
listen front
  bind 127.0.0.1:${port}
  server vclc 127.0.0.1:${running.port} send-proxy-v2
`,
      );
      const child = spawn("haproxy", ["-f", file, "-db"], { stdio: "ignore" });
      onTestFinished(() => void child.kill("SIGTERM"));
      await listening(port);
      const told = await askOver(port, { ca: certificate.certificate, servername: "a.example" });
      expect(told.status).toBe("HTTP/1.1 200 OK");
      expect(told.fields).toMatchObject({
        client: `127.0.0.1 ${told.port}`,
        server: `127.0.0.1 ${port}`,
        authority: "a.example",
        ssl: "true",
      });
    },
  );
});
