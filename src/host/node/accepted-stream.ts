import { Socket } from "node:net";
import { SocketStream } from "./socket-stream.js";

/** Where every connection's bytes are read into; they are copied out of it at once. */
const readInto = Buffer.allocUnsafeSlow(64 * 1024);

/** What an accepted socket has inside: its handle, which the system's events come to. */
interface WithHandle {
  _handle?: { readStart?: unknown } | null;
}

/**
 * The stream of a connection that was accepted while paused. Node reads into memory of the reader's choice (`onread`) only for sockets that are
 * made with that wish, and a server makes its own: so another socket is made for the same handle. Without that each read allocates 64 KB and lets
 * the garbage collector find them, a tenth of what a hit costs (`npm run bench`). A Node whose sockets are made otherwise inside gets the usual way.
 */
export function acceptedStream(accepted: Socket): SocketStream {
  const inside = accepted as unknown as WithHandle;
  const handle = inside._handle;
  if (!handle || typeof handle.readStart !== "function") {
    accepted.resume();
    return new SocketStream(accepted);
  }
  inside._handle = null;
  const options = {
    handle,
    allowHalfOpen: true,
    onread: {
      buffer: readInto,
      callback: (size: number) => {
        stream.receiver.data(Buffer.from(readInto.subarray(0, size)));
        return true;
      },
    },
  };
  // Bytes come only in later turns of the loop.
  const stream = new SocketStream(new Socket(options));
  return stream;
}
