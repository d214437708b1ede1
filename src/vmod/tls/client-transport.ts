import { isIP } from "node:net";
import { connect, type ConnectionOptions, type TLSSocket } from "node:tls";
import type { ByteStream, Transport } from "../../runtime/index.js";
import { Carrier, CarrierFailure } from "./carrier.js";
import { ClientStream } from "./client-stream.js";
import type { ClientSettings } from "./client-settings.js";
import { failureText } from "./failure-text.js";

const protocol = "http/1.1";

/** Puts TLS between HTTP and the connections of one backend, and takes its session up again on the next connection. */
export class ClientTransport implements Transport {
  readonly key: string;
  readonly #settings: ClientSettings;
  #session: Buffer | undefined;

  constructor(settings: ClientSettings) {
    this.key = settings.key;
    this.#settings = settings;
  }

  /** The handshake. Who called has a limit of time: the stream is closed then. */
  open(stream: ByteStream): Promise<ByteStream> {
    const carrier = new Carrier(stream);
    const socket = connect({ ...this.#options(), socket: carrier });
    socket.on("session", (session) => (this.#session = session));
    return new Promise((resolve, reject) => {
      const fail = (why: string): void => {
        this.#session = undefined;
        socket.destroy();
        reject(new Error(`TLS handshake failed: ${why}`));
      };
      const failed = (error: unknown): void =>
        fail(error instanceof CarrierFailure ? error.error.text : failureText(error));
      const ended = (): void => fail("the connection ended");
      socket.on("error", failed).once("close", ended);
      socket.once("secureConnect", () => {
        if (!agrees(socket)) return fail(`the other side does not speak ${protocol}`);
        socket.off("close", ended).off("error", failed);
        resolve(new ClientStream(stream, socket, carrier));
      });
    });
  }

  #options(): ConnectionOptions {
    const { name, sni, verify, verifyHost, context } = this.#settings;
    return {
      secureContext: context,
      // An address is no name that can be asked for (RFC 6066, 3).
      servername: sni && isIP(name) === 0 ? name : "",
      host: name,
      rejectUnauthorized: verify,
      ...(!verifyHost && { checkServerIdentity: () => undefined }),
      ALPNProtocols: [protocol],
      ...(this.#session && { session: this.#session }),
    };
  }
}

/** One that takes no part in ALPN speaks HTTP/1.1. */
function agrees({ alpnProtocol }: TLSSocket): boolean {
  return alpnProtocol === protocol || !alpnProtocol;
}
