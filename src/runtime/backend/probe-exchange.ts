import { ConnectFailure, type Host } from "../host.js";
import type { ByteStream, StreamError, StreamReceiver } from "../wire/byte-stream.js";
import { dial, type Dial } from "./connecting.js";
import type { Endpoint } from "./transport.js";

/** What is read of a probe's answer at most: the status line is all that counts. */
const maxAnswer = 64 * 1024;

/** What a probe sends where, and how. */
export interface ProbeExchange extends Omit<Dial, "seconds"> {
  readonly request: string;
  /** Seconds for all of it. */
  readonly timeout: number;
  /** Whether the answer must end with the connection's close within the time. */
  readonly expectClose: boolean;
}

/** What came of it. */
export interface ProbeAnswer {
  /** What the connection was made over: IPv4, IPv6 or a Unix socket. Undefined: there was none. */
  readonly reached: "4" | "6" | "U" | undefined;
  /** Whether everything was written. */
  readonly sent: boolean;
  /** What was read, as latin1 text. */
  readonly answer: string;
  /** What went wrong, in the words of Varnish's Backend_health records. */
  readonly failure?: string;
}

/**
 * Opens a connection of its own, writes, and reads until the other side closes. What was read when the time is over counts as an answer that came
 * too late, unless nobody expects the other side to close. Never rejects.
 */
export async function probeExchange(host: Host, exchange: ProbeExchange): Promise<ProbeAnswer> {
  const { endpoint, request, timeout } = exchange;
  const started = host.monotonic();
  let stream: ByteStream;
  let prefix: string;
  try {
    ({ stream, prefix } = await dial(host, { ...exchange, seconds: timeout }));
  } catch (error) {
    const failure = openFailure(error, timeout, host.monotonic() - started);
    return { reached: undefined, sent: false, answer: "", failure };
  }
  return new Promise((resolve) => {
    new Reading(host, exchange, stream, started, (answer) =>
      resolve({ ...answer, reached: reachedOver(endpoint, stream) }),
    ).start(prefix + request);
  });
}

function openFailure(error: unknown, timeout: number, elapsed: number): string {
  const late = error instanceof ConnectFailure && error.error.errno === 110 && elapsed >= timeout;
  if (late) return exceeded("Open", timeout, elapsed);
  return `Open error ${error instanceof Error ? error.message : String(error)}`;
}

function exceeded(what: string, timeout: number, elapsed: number): string {
  return `${what} timeout ${timeout.toFixed(3)}s exceeded by ${Math.max(0, elapsed - timeout).toFixed(3)}s`;
}

function reachedOver({ path }: Endpoint, { remote }: ByteStream): ProbeAnswer["reached"] {
  if (path !== undefined) return "U";
  return remote.address.includes(":") ? "6" : "4";
}

/** The part of a probe for which there is a connection. */
class Reading implements StreamReceiver {
  readonly #host: Host;
  readonly #exchange: ProbeExchange;
  readonly #stream: ByteStream;
  readonly #started: number;
  readonly #done: (answer: Omit<ProbeAnswer, "reached">) => void;
  readonly #timer: unknown;
  #answer = "";
  #over = false;

  constructor(
    host: Host,
    exchange: ProbeExchange,
    stream: ByteStream,
    started: number,
    done: (answer: Omit<ProbeAnswer, "reached">) => void,
  ) {
    this.#host = host;
    this.#exchange = exchange;
    this.#stream = stream;
    this.#started = started;
    this.#done = done;
    const left = Math.max(0, started + exchange.timeout - host.monotonic());
    this.#timer = host.setTimer(left, () => this.#timeOut());
    stream.receiver = this;
  }

  start(text: string): void {
    this.#stream.write(text);
  }

  data(chunk: Uint8Array): void {
    if (this.#answer.length < maxAnswer) this.#answer += this.#stream.text(chunk, 0, chunk.length);
  }

  ended(): void {
    this.#end();
  }

  drained(): void {
    // Only what the other side says counts.
  }

  closed(error: StreamError | undefined): void {
    if (!error) return this.#end();
    this.#end(`${this.#stream.unsent === 0 ? "Read" : "Write"} error ${error.errno} (${error.text})`);
  }

  #timeOut(): void {
    const { timeout, expectClose } = this.#exchange;
    if (!expectClose && this.#answer !== "") return this.#end();
    this.#end(exceeded("Poll", timeout, this.#host.monotonic() - this.#started));
  }

  #end(failure?: string): void {
    if (this.#over) return;
    this.#over = true;
    this.#host.clearTimer(this.#timer);
    const sent = this.#stream.unsent === 0;
    this.#stream.destroy();
    this.#done({ sent, answer: this.#answer, ...(failure !== undefined && { failure }) });
  }
}
