import type { AddressInfo, Socket } from "node:net";
import { createServer, type TLSSocket, type TlsOptions } from "node:tls";
import { onTestFinished } from "vitest";
import type { Certificate } from "../support/certificates.js";

/** An origin over TLS that works with bytes, and what it has seen. */
export interface SecureOrigin {
  readonly port: number;
  /** The connections whose handshake went well, oldest first. */
  readonly connections: readonly TLSSocket[];
  readonly requests: readonly string[];
}

const plainAnswer = (head: string, socket: TLSSocket): void => {
  const text = `${String(socket.getProtocol())} ${socket.isSessionReused() ? "again" : "new"} ${head.split(" ")[1] ?? ""}`;
  socket.write(`HTTP/1.1 200 OK\r\nContent-Length: ${text.length}\r\n\r\n${text}`);
  if (/^connection: close\r$/im.test(head)) socket.end();
};

/** Starts one on a free port; it ends with the test. `answer` is called with each request's head, and what has come behind it. */
export async function secureOrigin(
  { certificate: cert, key }: Certificate,
  options: TlsOptions = {},
  answer: (head: string, socket: TLSSocket, more: string) => void = plainAnswer,
): Promise<SecureOrigin> {
  const connections: TLSSocket[] = [];
  const sockets = new Set<Socket>();
  const requests: string[] = [];
  const server = createServer({ cert, key, ALPNProtocols: ["http/1.1"], ...options }, (socket) => {
    connections.push(socket);
    socket.on("error", () => socket.destroy());
    let text = "";
    socket.setEncoding("latin1");
    socket.on("data", (chunk: string) => {
      text += chunk;
      for (let end = text.indexOf("\r\n\r\n"); end >= 0; end = text.indexOf("\r\n\r\n")) {
        const head = text.slice(0, end + 4);
        text = text.slice(end + 4);
        requests.push(head);
        answer(head, socket, text);
      }
    });
  });
  server.on("connection", (socket: Socket) => sockets.add(socket));
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  onTestFinished(() => {
    for (const socket of sockets) socket.destroy();
    server.close();
  });
  return { port: (server.address() as AddressInfo).port, connections, requests };
}
