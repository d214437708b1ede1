import type { ByteStream, Transport } from "vclc/runtime";

/** A text with every bit turned over. */
export const invert = (text: string): string =>
  [...text].map((letter) => String.fromCharCode(255 - letter.charCodeAt(0))).join("");

const invertBytes = (chunk: Uint8Array): Uint8Array => Uint8Array.from(chunk, (byte) => 255 - byte);

/** A stream whose bytes are turned over on the way, made of another: what a TLS module makes is one like it. */
export function invertedStream(stream: ByteStream): ByteStream {
  const made: ByteStream = {
    remote: stream.remote,
    local: stream.local,
    id: stream.id,
    receiver: stream.receiver,
    get unsent() {
      return stream.unsent;
    },
    pause: () => stream.pause(),
    resume: () => stream.resume(),
    write: (text, chunks = []) => stream.write(invert(text), chunks.map(invertBytes)),
    end: () => stream.end(),
    destroy: () => stream.destroy(),
    text: (chunk, from, to) => stream.text(chunk, from, to),
  };
  stream.receiver = {
    data: (chunk) => made.receiver.data(invertBytes(chunk)),
    ended: () => made.receiver.ended(),
    drained: () => made.receiver.drained(),
    closed: (error) => made.receiver.closed(error),
  };
  return made;
}

/** What a module puts between HTTP and the connection: it says something first, as a handshake does. */
export const inverted: Transport = {
  key: "invert",
  open(stream) {
    stream.write("handshake");
    return Promise.resolve(invertedStream(stream));
  },
};
