import { spawn, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { connect } from "node:net";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { createServer, type TLSSocket } from "node:tls";
import { setTimeout as wait } from "node:timers/promises";
import { onTestFinished } from "vitest";
import { makeCertificate, type Certificate } from "./certificates.js";

/** A TLS origin: answers each request with the name that the client wanted, the Host, the protocol agreed on, and how the session came about. */
export interface TlsOrigin {
  readonly certificate: Certificate;
  /** TLS connections that came about. */
  connections: number;
  /** Connections that ended before TLS was there. */
  refused: number;
}

/** A real TLS origin at an address of the loopback. */
export async function tlsOrigin(
  folder: string,
  name: string,
  address: string,
  port: number,
): Promise<TlsOrigin> {
  const certificate = makeCertificate(folder, name);
  const origin: TlsOrigin = { certificate, connections: 0, refused: 0 };
  const server = createServer(
    { key: certificate.key, cert: certificate.certificate, ALPNProtocols: ["h2", "http/1.1"] },
    (socket) => {
      origin.connections += 1;
      answer(socket);
    },
  );
  server.on("tlsClientError", () => (origin.refused += 1));
  server.listen(port, address);
  await once(server, "listening");
  onTestFinished(() => void server.close());
  return origin;
}

function answer(socket: TLSSocket): void {
  socket.on("error", () => socket.destroy());
  socket.on("data", (chunk: Buffer) => {
    const head = chunk.toString("latin1");
    const host = /^host: *(.*?)\r$/im.exec(head)?.[1] ?? "";
    const body = `${String(socket.servername)} ${host} ${String(socket.alpnProtocol)} at ${socket.localAddress ?? ""}`;
    socket.write(`HTTP/1.1 200 OK\r\nContent-Length: ${body.length}\r\n\r\n${body}`);
    if (/^connection: *close/im.test(head)) socket.end();
  });
}

/** The onloader of the change log's example: haproxy, on a Unix socket. */
export class Onloader {
  readonly path: string;
  readonly #config: string;
  readonly #stats: string;
  #child: ChildProcess | undefined;

  /** `port` is where origins have TLS, `trusted` what they may show; `more` is a line of configuration. */
  constructor(folder: string, port: number, trusted: readonly Certificate[], more = "") {
    this.path = join(folder, "sslon");
    this.#stats = join(folder, "stats");
    this.#config = join(folder, "haproxy.cfg");
    const bundle = join(folder, "ca-bundle.crt");
    writeFileSync(bundle, trusted.map(({ certificate }) => certificate).join(""));
    const servers = ["s00", "s01", "s02"].map(
      (name) => `  server  ${name} 0.0.0.0:${port} ssl ca-file ${bundle} alpn http/1.1 sni fc_pp_authority`,
    );
    writeFileSync(
      this.#config,
      `global
  stats socket ${this.#stats}
listen sslon
  mode    tcp
  maxconn 1000
  bind    ${this.path} accept-proxy mode 777
  stick-table type ip size 100
  stick   on dst
${servers.join("\n")}
  timeout connect 5s
  timeout client 10s
  timeout server 10s
  ${more}
`,
    );
    onTestFinished(() => void this.#child?.kill("SIGKILL"));
  }

  /** Starts it, and waits until it takes connections. */
  async start(): Promise<void> {
    this.#child = spawn("haproxy", ["-f", this.#config, "-db"], { stdio: "ignore" });
    for (let tries = 0; tries < 200; tries++) {
      if (await takesConnections(this.#stats)) return;
      await wait(20);
    }
    throw new Error("haproxy does not start");
  }

  /** Ends it at once, connections and all. */
  async kill(): Promise<void> {
    const child = this.#child;
    if (!child) return;
    this.#child = undefined;
    const ended = once(child, "exit");
    child.kill("SIGKILL");
    await ended;
  }

  /** Which server each destination is pinned to. */
  async pinned(): Promise<ReadonlyMap<string, string>> {
    const socket = connect(this.#stats);
    socket.end("show table sslon\n");
    let text = "";
    for await (const chunk of socket) text += String(chunk);
    const entries = [...text.matchAll(/key=(\S+) .*server_id=(\d+)/g)];
    return new Map(entries.map(([, key = "", server = ""]) => [key, server]));
  }
}

function takesConnections(path: string): Promise<boolean> {
  return new Promise((done) => {
    const socket = connect(path, () => {
      socket.destroy();
      done(true);
    });
    socket.on("error", () => done(false));
  });
}
