import { connect, createServer, type AddressInfo, type Server, type Socket } from "node:net";

/** Sends bytes (latin1) to a port of this machine and answers with all that comes back until the other side closes. */
export function rawRequest(port: number, bytes: string): Promise<string> {
  return new Promise((resolve, reject) => {
    let answer = "";
    const socket = connect(port, "127.0.0.1", () => socket.write(bytes, "latin1"));
    socket.setEncoding("latin1");
    socket.on("data", (text: string) => (answer += text));
    socket.on("end", () => {
      socket.end();
      resolve(answer);
    });
    socket.on("error", reject);
  });
}

/** An origin that works with bytes: `answer` is called with each request's head and writes what it wants. */
export interface RawOrigin {
  readonly port: number;
  /** Connections taken so far. */
  readonly connections: number;
  /** Heads of the requests taken so far. */
  readonly requests: readonly string[];
  close(): Promise<void>;
}

/** Starts a raw origin on a free port. */
export async function rawOrigin(
  answer: (head: string, socket: Socket, body: string) => void,
): Promise<RawOrigin> {
  const sockets = new Set<Socket>();
  const requests: string[] = [];
  let connections = 0;
  const server: Server = createServer((socket) => {
    connections += 1;
    sockets.add(socket);
    socket.on("close", () => sockets.delete(socket));
    socket.on("error", () => socket.destroy());
    socket.setEncoding("latin1");
    let text = "";
    socket.on("data", (chunk: string) => {
      text += chunk;
      for (let end = text.indexOf("\r\n\r\n"); end >= 0; end = text.indexOf("\r\n\r\n")) {
        const head = text.slice(0, end + 4);
        const length = Number(/content-length: (\d+)/i.exec(head)?.[1] ?? 0);
        if (text.length < end + 4 + length) return;
        const body = text.slice(end + 4, end + 4 + length);
        text = text.slice(end + 4 + length);
        requests.push(head);
        answer(head, socket, body);
      }
    });
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return {
    port: (server.address() as AddressInfo).port,
    get connections() {
      return connections;
    },
    requests,
    close() {
      for (const socket of sockets) socket.destroy();
      return new Promise((resolve) => server.close(() => resolve()));
    },
  };
}
