import { MemoryHost, settled, type MemoryStream } from "../../../src/host/memory/index.js";
import type { Transport } from "../../../src/runtime/backend/transport.js";
import { BackendOver, readText } from "../backend-over.js";
import { invert } from "../inverted-transport.js";

const place = { address: "192.0.2.9", port: 80 };

/**
 * Answers a fetch with bytes, in pieces, and lets every time-out pass. Answers with what is wrong: a fetch that does not end, a connection or a
 * timer that is left, another reading of the same bytes in other pieces. Undefined when nothing is.
 */
export async function clientMisbehaviour(
  text: string,
  parts: readonly string[],
): Promise<string | undefined> {
  const method = text.length % 5 === 0 ? "HEAD" : "GET";
  const ends = text.length % 2 === 0;
  const [whole, split] = [await outcome([text], method, ends), await outcome(parts, method, ends)];
  if (whole.problem !== undefined || split.problem !== undefined) return whole.problem ?? split.problem;
  if (whole.reading === split.reading) return undefined;
  return `understood in one piece as ${whole.reading}, in ${parts.length} as ${split.reading}`;
}

/** What a fetch made of an answer; `through` is put between, on both sides. */
export async function outcome(
  parts: readonly string[],
  method: string,
  ends: boolean,
  through?: Transport,
): Promise<{ readonly reading: string; readonly problem?: string }> {
  const host = new MemoryHost();
  const streams = new Set<MemoryStream>();
  const end = through ? invert("\r\n\r\n") : "\r\n\r\n";
  host.rawOrigin("192.0.2.9:80", (stream) => {
    streams.add(stream);
    stream.receiver = {
      data(chunk) {
        // A handshake is not answered, a request is.
        if (stream.text(chunk, 0, chunk.length).endsWith(end)) {
          void answer(stream, through ? parts.map(invert) : parts, ends);
        }
      },
      ended: () => stream.end(),
      drained: () => undefined,
      closed: () => void streams.delete(stream),
    };
  });
  const over = new BackendOver(host, place, through && { transport: through });
  Object.assign(over.params, { first_byte_timeout: 1, between_bytes_timeout: 1, http_resp_size: 2048 });
  let reading: string | undefined;
  void read(over, method).then((result) => (reading = result));
  await host.clock.advance(5);
  if (reading === undefined) return { reading: "", problem: "the fetch does not end" };
  // What is left may be used again, and goes with the backend.
  over.end();
  await host.clock.advance(1);
  if (streams.size > 0) return { reading, problem: `${streams.size} connections are left` };
  if (host.clock.pending > 0) return { reading, problem: `${host.clock.pending} timers are left` };
  return { reading };
}

async function answer(stream: MemoryStream, parts: readonly string[], ends: boolean): Promise<void> {
  for (const part of parts) {
    stream.write(part);
    await settled(10);
  }
  if (ends) stream.end();
}

/** The response, as it was understood; of one that broke off, that it did. */
async function read(over: BackendOver, method: string): Promise<string> {
  try {
    const response = await over.fetch({ method });
    const head = `${response.status} ${response.reason} ${response.framing ?? ""}`;
    return await readText(response).then(
      (body) => `${head} ${JSON.stringify(body)}`,
      () => `${head} broken`,
    );
  } catch {
    return "failed";
  }
}
