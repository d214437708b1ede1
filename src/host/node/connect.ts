import { connect, isIP, type NetConnectOpts, type Socket } from "node:net";
import { checkServerIdentity, connect as connectTls, type ConnectionOptions } from "node:tls";
import { ConnectFailure, type ByteStream, type ConnectPlace, type TlsSettings } from "../../runtime/index.js";
import { SocketStream } from "./socket-stream.js";
import { streamError } from "./system-error.js";

/** Opens connections, and knows those that are open. */
export class SocketConnector {
  readonly #sockets = new Set<Socket>();

  /** Within so many seconds; 0: as long as the system tries. Rejects with a ConnectFailure. */
  connect(place: ConnectPlace, seconds: number, tls?: TlsSettings): Promise<ByteStream> {
    return new Promise((resolve, reject) => {
      const socket = tls ? connectTls(tlsOptions(place, tls)) : connect(optionsOf(place));
      const fail = (error: unknown): void => {
        clearTimeout(timer);
        socket.destroy();
        reject(new ConnectFailure(streamError(error)));
      };
      const late = (): void => {
        socket.destroy();
        reject(new ConnectFailure({ errno: 110, text: "Connection timed out" }));
      };
      const timer = seconds > 0 ? setTimeout(late, seconds * 1000) : undefined;
      socket.once("error", fail);
      socket.once(tls ? "secureConnect" : "connect", () => {
        clearTimeout(timer);
        socket.off("error", fail);
        this.#sockets.add(socket);
        socket.once("close", () => this.#sockets.delete(socket));
        resolve(new SocketStream(socket));
      });
    });
  }

  /** Closes every connection; resolves when all are closed. */
  async close(): Promise<void> {
    const closed = [...this.#sockets].map(
      (socket) => new Promise<void>((resolve) => socket.destroy().once("close", () => resolve())),
    );
    await Promise.all(closed);
  }
}

function optionsOf(place: ConnectPlace): NetConnectOpts {
  const options = { allowHalfOpen: true, noDelay: true };
  if ("path" in place) return { ...options, path: socketPath(place.path) };
  return { ...options, host: place.address, port: place.port };
}

function tlsOptions(place: ConnectPlace, settings: TlsSettings): ConnectionOptions {
  const { serverName, verify, ca, certificate, key } = settings;
  return {
    ...optionsOf(place),
    // An address is no name that can be asked for (RFC 6066, 3).
    servername: isIP(serverName) === 0 ? serverName : "",
    checkServerIdentity: (_, known) => checkServerIdentity(serverName, known),
    rejectUnauthorized: verify,
    ALPNProtocols: ["http/1.1"],
    ...(ca !== undefined && { ca }),
    ...(certificate !== undefined && { cert: certificate, key }),
  };
}

/** An abstract socket's name begins with `@` in VCL and with a zero byte in the system. */
export function socketPath(path: string): string {
  return path.startsWith("@") ? `\0${path.slice(1)}` : path;
}
