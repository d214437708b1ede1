import type { BodySource } from "../body/body.js";
import type {
  Exchange,
  ExchangeTraffic,
  RecordLog,
  ResponseBody,
  ResponseHead,
  TakenConnection,
} from "../exchange.js";
import type { FieldLines } from "../http/http-headers.js";
import type { BodyDecoder } from "./body-decoder.js";
import type { CloseReason } from "./close-reason.js";
import type { StreamError } from "./byte-stream.js";
import { IncomingBody } from "./incoming-body.js";
import { PacedBody } from "./paced-body.js";
import { isHttp10, type RequestHead } from "./request-head.js";
import type { ServerConnection } from "./server-connection.js";
import type { Session } from "./session.js";

/** Bytes of a body that go out before the client has to have taken some. */
const slice = 512 * 1024;

/** A request of a server connection, and the answer to it. */
export class ServerExchange implements Exchange {
  readonly method: string;
  readonly url: string;
  readonly proto: string;
  readonly fields: FieldLines;
  readonly traffic: ExchangeTraffic;
  readonly session: Session;
  readonly continue?: () => void;
  readonly #connection: ServerConnection;
  readonly #body: IncomingBody | undefined;
  #gone = false;
  /** Resolves what waits for the client to take something. */
  #resume: (() => void) | undefined;
  /** When the whole response has to be out, by the clock of deadlines. */
  #sendDeadline = Infinity;
  #unsent = 0;

  constructor(
    connection: ServerConnection,
    head: RequestHead,
    decoder: BodyDecoder | undefined,
    bytes: number,
  ) {
    this.#connection = connection;
    this.traffic = { head: bytes, body: 0, sentHead: 0, sentBody: 0 };
    this.session = connection.session;
    this.method = head.method;
    this.url = head.url;
    this.proto = head.proto;
    this.fields = head;
    this.#body = decoder && new IncomingBody(connection, decoder, this.traffic);
    // A client that has sent something of the body already does not wait for leave to do so.
    if (head.lowers.includes("expect") && connection.input.length === 0 && !isHttp10(head)) {
      this.continue = () => void connection.stream.write("HTTP/1.1 100 Continue\r\n\r\n");
    }
  }

  get body(): BodySource | undefined {
    return this.#body;
  }

  get gone(): boolean {
    return this.#gone;
  }

  drainBody(log: RecordLog): void | Promise<void> {
    const body = this.#body;
    if (!body || body.over || this.session.closing !== undefined) return undefined;
    return body.drain(log);
  }

  respond(head: ResponseHead, body: ResponseBody): void | Promise<void> {
    const { stream, session, core } = this.#connection;
    if (this.#gone) {
      if (body && !isWhole(body)) body.cancel();
      return undefined;
    }
    const text = headText(head);
    this.traffic.sentHead = text.length;
    if (body === undefined) return this.#backedUp(stream.write(text));
    if (session.pace > 0) {
      return this.#sendPieces(text, new PacedBody(body, session.pace, core.host), head.chunked);
    }
    if (isWhole(body)) return head.chunked ? this.#sendChunked(text, body) : this.#sendWhole(text, body);
    return this.#sendPieces(text, body, head.chunked);
  }

  takeOver(): TakenConnection {
    const connection = this.#connection;
    connection.release();
    return {
      stream: connection.stream,
      rest: connection.input.take(),
      ended: (reason) => connection.releasedEnded(reason),
    };
  }

  cutOff(reason: CloseReason): void {
    this.#connection.abort(reason);
  }

  /** Bytes have come. False: nobody asks for them now. */
  moreInput(): boolean {
    return this.#body?.moreInput() ?? false;
  }

  inputEnded(error: StreamError | undefined): void {
    this.#body?.inputEnded(error);
  }

  /** The client has gone. */
  cut(): void {
    this.#gone = true;
    this.drained();
  }

  drained(): void {
    const resume = this.#resume;
    if (!resume) return;
    this.#resume = undefined;
    this.#connection.expectNothing();
    resume();
  }

  expired(): void {
    if (!this.#resume) {
      this.#body?.expired();
      return;
    }
    const { stream, core, session } = this.#connection;
    const moves = stream.unsent < this.#unsent;
    this.#unsent = stream.unsent;
    if (moves && core.deadlines.now() < this.#sendDeadline) this.#expectTaking();
    else {
      session.closing = "TX_ERROR";
      this.#connection.abort("TX_ERROR");
    }
  }

  #sendWhole(text: string, chunks: readonly Uint8Array[]): void | Promise<void> {
    const { stream } = this.#connection;
    let size = 0;
    for (const chunk of chunks) size += chunk.length;
    this.traffic.sentBody += size;
    if (size <= slice) return this.#backedUp(stream.write(text, chunks));
    return this.#sendSlices(text, chunks);
  }

  /** A body that is all there, in one chunk; there are no chunks of no bytes. */
  #sendChunked(text: string, chunks: readonly Uint8Array[]): void | Promise<void> {
    let size = 0;
    for (const chunk of chunks) size += chunk.length;
    const before = size === 0 ? "0\r\n\r\n" : chunkHead(size);
    // Framing is none of the body's bytes.
    if (size > 0) this.traffic.sentBody -= lastChunk.length;
    return this.#sendWhole(text + before, size === 0 ? [] : [...chunks, lastChunk]);
  }

  async #sendSlices(text: string, chunks: readonly Uint8Array[]): Promise<void> {
    const { stream } = this.#connection;
    let head = text;
    for (let at = 0; at < chunks.length && !this.#gone;) {
      const some: Uint8Array[] = [];
      for (let size = 0; at < chunks.length && size < slice; at++) {
        const chunk = chunks[at] as Uint8Array;
        some.push(chunk);
        size += chunk.length;
      }
      const wait = this.#backedUp(stream.write(head, some));
      head = "";
      if (wait) await wait;
    }
  }

  async #sendPieces(head: string, body: BodySource, chunked: boolean): Promise<void> {
    const { stream, session } = this.#connection;
    let first = head;
    const write = (chunk: Uint8Array): void | Promise<void> => {
      if (this.#gone) {
        body.cancel();
        return undefined;
      }
      if (chunk.length === 0) return undefined;
      const size = chunked ? chunkHead(chunk.length) : "";
      this.traffic.sentBody += chunk.length;
      const open = stream.write(first + size, chunked ? [chunk, lineEnd] : [chunk]);
      first = "";
      return this.#backedUp(open);
    };
    // What is there already goes out with the head; a head alone goes out before a pause.
    const flush = (): void => {
      if (first !== "" && !this.#gone) stream.write(first);
      first = "";
    };
    try {
      await body.pipe({ write, flush });
      if (!this.#gone) await this.#backedUp(stream.write(chunked ? `${first}0\r\n\r\n` : first));
    } catch {
      session.closing = "REM_CLOSE";
      // The head may not have gone yet: the client must see that there was an answer, and that it is not whole.
      if (first !== "") stream.write(first);
      this.#connection.abort("REM_CLOSE");
    }
  }

  #backedUp(open: boolean): void | Promise<void> {
    if (open || this.#gone) return undefined;
    const { session, core, stream } = this.#connection;
    if (this.#sendDeadline === Infinity) {
      this.#sendDeadline = core.deadlines.now() + session.timeout("send_timeout");
    }
    this.#unsent = stream.unsent;
    return new Promise((resolve) => {
      this.#resume = resolve;
      this.#expectTaking();
    });
  }

  #expectTaking(): void {
    const { core, session, deadline } = this.#connection;
    const at = core.deadlines.now() + session.timeout("idle_send_timeout");
    core.deadlines.set(deadline, Math.min(at, this.#sendDeadline));
  }
}

const lineEnd = new Uint8Array([13, 10]);
/** The end of a chunk, and of the body. */
const lastChunk = new TextEncoder().encode("\r\n0\r\n\r\n");

/** The size of a chunk as Varnish writes it. */
const chunkHead = (size: number): string => `00${size.toString(16)}\r\n`;

function isWhole(body: readonly Uint8Array[] | BodySource): body is readonly Uint8Array[] {
  return Array.isArray(body);
}

function headText({ proto = "HTTP/1.1", status, reason, lines }: ResponseHead): string {
  let text = `${proto} ${status} ${reason}\r\n`;
  for (let i = 0; i < lines.length; i++) text += `${lines[i]}\r\n`;
  return `${text}\r\n`;
}
