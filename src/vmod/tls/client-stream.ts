import type { TLSSocket } from "node:tls";
import type { ByteStream } from "../../runtime/index.js";
import type { Carrier } from "./carrier.js";
import { TlsStream } from "./tls-stream.js";

/**
 * A connection to a backend. That the connection below ends is no end of what TLS carries unless TLS has said so, because anybody on the way can end a
 * connection (S3-25); Node takes both for the same, so the end is kept from it until it is seen whether TLS had one of its own.
 */
export class ClientStream extends TlsStream {
  readonly #carrier: Carrier;
  #cut = false;
  #ended = false;

  constructor(carried: ByteStream, socket: TLSSocket, carrier: Carrier) {
    super(carried, socket);
    this.#carrier = carrier;
    socket.once("end", () => (this.#ended = true));
    carrier.held = () => {
      if (this.#ended) return false;
      this.#cut = true;
      this.#look();
      return true;
    };
  }

  override resume(): void {
    super.resume();
    if (this.#cut) this.#look();
  }

  /** Once everything that came has been decrypted and read, and no end was in it, there will be none. */
  #look(): void {
    setImmediate(() => {
      const { socket } = this;
      if (this.#ended || socket.destroyed || socket.isPaused()) return;
      if (this.#carrier.readableLength > 0 || socket.readableLength > 0) return this.#look();
      setImmediate(() => {
        if (!this.#ended && !socket.isPaused()) {
          this.breakOff({ errno: 0, text: "TLS: the connection ended without close_notify" });
        }
      });
    });
  }
}
