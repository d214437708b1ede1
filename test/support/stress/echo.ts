import { createServer } from "node:http";
import type { AddressInfo } from "node:net";

/** An origin that answers with the director that was asked for. */
export interface Echo {
  readonly port: number;
  /** Open ones. */
  readonly connections: number;
  close(): Promise<void>;
}

/** Starts one on a free port. */
export async function startEcho(): Promise<Echo> {
  let connections = 0;
  const server = createServer({ keepAliveTimeout: 120_000 }, (request, response) =>
    response.end(request.headers["x-director"] ?? "probe"),
  );
  server.on("connection", (socket) => {
    connections += 1;
    socket.on("close", () => (connections -= 1));
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return {
    port: (server.address() as AddressInfo).port,
    get connections() {
      return connections;
    },
    close() {
      server.closeAllConnections();
      return new Promise((resolve) => server.close(() => resolve()));
    },
  };
}
