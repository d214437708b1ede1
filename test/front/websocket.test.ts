import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { describe, expect, onTestFinished, test } from "vitest";
import { WebSocket, WebSocketServer } from "ws";
import { startProxy, type Proxy } from "../support/proxy.js";

/** An origin that echoes messages, says goodbye on "bye", and otherwise is an HTTP server. */
async function startEcho(): Promise<{ readonly port: number; readonly sockets: WebSocketServer }> {
  const server: Server = createServer((_, response) => response.end("plain"));
  const sockets = new WebSocketServer({ server, handleProtocols: (offered) => [...offered][0] ?? false });
  sockets.on("connection", (socket) => {
    socket.on("message", (data, isBinary) => {
      if ((data as Buffer).toString() === "bye") socket.close(4000, "as you wish");
      else socket.send(data, { binary: isBinary });
    });
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  onTestFinished(() => {
    for (const socket of sockets.clients) socket.terminate();
    server.close();
  });
  return { port: (server.address() as AddressInfo).port, sockets };
}

/** The VCL of the manual: Upgrade is copied, as Connection names it. */
async function proxyTo(port: number, parameters = {}): Promise<Proxy> {
  const proxy = await startProxy({ parameters });
  onTestFinished(() => proxy.close());
  await proxy.load(
    "main",
    `vcl 4.1; backend b { .host = "127.0.0.1"; .port = "${port}"; }
    sub vcl_recv { if (req.http.Upgrade ~ "(?i)websocket") { return (pipe); } }
    sub vcl_pipe {
      if (req.http.Upgrade) {
        set bereq.http.Upgrade = req.http.Upgrade;
        set bereq.http.Connection = req.http.Connection;
      }
    }`,
  );
  await proxy.instance.use("main");
  return proxy;
}

const opened = (socket: WebSocket): Promise<void> =>
  new Promise((resolve, reject) => socket.on("open", () => resolve()).on("error", reject));

/** Sends a message and answers with what comes back. */
const echoed = (socket: WebSocket, message: string | Buffer): Promise<string> =>
  new Promise((resolve) => {
    socket.once("message", (data) => resolve((data as Buffer).toString("latin1")));
    socket.send(message);
  });

const ended = (socket: WebSocket): Promise<string> =>
  new Promise((resolve) => socket.once("close", (code, reason) => resolve(`${code} ${reason.toString()}`)));

describe("a websocket through pipe", () => {
  test("is agreed upon, carries messages of every size both ways, and ends as the origin says", async () => {
    const origin = await startEcho();
    const proxy = await proxyTo(origin.port);
    const socket = new WebSocket(`ws://127.0.0.1:${proxy.port}/chat`, ["first", "second"]);
    await opened(socket);
    expect(socket.protocol).toBe("first");
    for (const size of [0, 1, 125, 126, 65_536, 1_000_000]) {
      const message = Buffer.alloc(size, "x");
      expect((await echoed(socket, message)).length).toBe(size);
    }
    expect(await echoed(socket, "hello")).toBe("hello");
    const end = ended(socket);
    socket.send("bye");
    expect(await end).toBe("4000 as you wish");
    for (let tries = 0; tries < 50 && !proxy.records.some((r) => / SessClose TX_PIPE/.test(r)); tries++) {
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
    expect(proxy.records.some((record) => / SessClose TX_PIPE/.test(record))).toBe(true);
    expect(proxy.instance.pipes.open).toBe(0);
  });

  test("a client that vanishes is one that the origin loses, too", async () => {
    const origin = await startEcho();
    const proxy = await proxyTo(origin.port);
    const socket = new WebSocket(`ws://127.0.0.1:${proxy.port}/`);
    await opened(socket);
    const [far] = [...origin.sockets.clients];
    const lost = new Promise((resolve) => far?.once("close", resolve));
    socket.terminate();
    expect(await lost).toBe(1006);
  });

  test("silence for pipe_timeout ends it, traffic does not", async () => {
    const origin = await startEcho();
    const proxy = await proxyTo(origin.port, { pipe_timeout: 0.6 });
    const socket = new WebSocket(`ws://127.0.0.1:${proxy.port}/`);
    await opened(socket);
    const end = ended(socket);
    for (let round = 0; round < 5; round++) {
      await new Promise((resolve) => setTimeout(resolve, 250));
      expect(await echoed(socket, "still here")).toBe("still here");
    }
    expect(await end).toBe("1006 ");
    expect(proxy.records.some((record) => / SessClose RX_TIMEOUT/.test(record))).toBe(true);
  });

  test("50 at once, and ordinary requests beside them", async () => {
    const origin = await startEcho();
    const proxy = await proxyTo(origin.port);
    const sockets = Array.from({ length: 50 }, () => new WebSocket(`ws://127.0.0.1:${proxy.port}/`));
    await Promise.all(sockets.map(opened));
    expect((await proxy.get("/")).body).toBe("plain");
    const answers = await Promise.all(sockets.map((socket, index) => echoed(socket, `message ${index}`)));
    expect(answers).toEqual(sockets.map((_, index) => `message ${index}`));
    for (const socket of sockets) socket.close();
  });

  test("refused by the origin, its answer comes through", async () => {
    const refusing = createServer();
    refusing.on("upgrade", (_, socket) =>
      socket.end("HTTP/1.1 403 Forbidden\r\nContent-Length: 2\r\n\r\nno"),
    );
    await new Promise<void>((resolve) => refusing.listen(0, "127.0.0.1", resolve));
    onTestFinished(() => void refusing.close());
    const proxy = await proxyTo((refusing.address() as AddressInfo).port);
    const socket = new WebSocket(`ws://127.0.0.1:${proxy.port}/`);
    await expect(opened(socket)).rejects.toThrow("Unexpected server response: 403");
  });
});
