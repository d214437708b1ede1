import { FetchFailure, failureOf, type FailureRecord, type FetchTraffic } from "../backend/transport.js";
import type { BodySource } from "../body/body.js";
import { checkConnection, HttpHeaders } from "../http/index.js";
import { brokenPipe, type ByteStream, type StreamError } from "./byte-stream.js";
import type { BackendCloseReason } from "./close-reason.js";
import { deadline, type Deadlines } from "./deadlines.js";
import type { FieldLimits } from "./fields.js";
import { endOfHead, skipBlank } from "./find-head.js";
import { Input } from "./input.js";
import { RequestBodySender } from "./request-body-sender.js";
import type { BadHead } from "./request-head.js";
import { ResponseBody } from "./response-body.js";
import { readResponseHead, responseBody, type ResponseHead } from "./response-head.js";

/** What is sent on a connection, and what its answer may be. Times in seconds; 0: as long as it takes. */
export interface ClientRequest {
  /** The answer to HEAD has no body. */
  readonly method: string;
  /** The whole head, the empty line at its end included. Its fields say what `body` is. */
  readonly head: string;
  /** A source of unknown length is sent in the chunked coding. */
  readonly body: BodySource | Uint8Array | undefined;
  readonly firstByte: number;
  readonly betweenBytes: number;
  /** Bytes of the answer's head (`http_resp_size`). */
  readonly headSize: number;
  readonly fields: FieldLimits;
  /** Why the connection must be closed after it, whatever the answer says. */
  readonly close: BackendCloseReason | undefined;
  /** A 304 is no answer to it. */
  readonly unconditional: boolean;
  /** Counts the bytes of both messages. */
  readonly traffic?: FetchTraffic;
}

/** The answer to one. */
export interface ClientResponse {
  readonly head: ResponseHead;
  readonly body: ResponseBody | undefined;
}

/** The other side closed the connection before a byte of its answer came, and after the whole request had been sent. */
export class NoAnswer extends FetchFailure {}

/** Where the exchange takes place. */
export interface ExchangePlace {
  readonly stream: ByteStream;
  readonly deadlines: Deadlines;
  /** Whether another exchange has taken place on the connection before. */
  readonly reused: boolean;
  /** The exchange is over; with a reason the connection has to be closed. */
  exchangeOver(reason: BackendCloseReason | undefined): void;
}

/** What a time-out that the system itself knows nothing of is called. */
const success: StreamError = { errno: 0, text: "Success" };
const again: StreamError = { errno: 11, text: "Resource temporarily unavailable" };

/** One request and its response on a connection. The response may come before all of the request is sent. */
export class ClientExchange {
  readonly stream: ByteStream;
  readonly deadlines: Deadlines;
  readonly input = new Input();
  readonly #place: ExchangePlace;
  readonly #request: ClientRequest;
  readonly #silence = deadline(() => this.#timeOut());
  readonly #resolve: (response: ClientResponse) => void;
  readonly #reject: (failure: Error) => void;
  #sender: RequestBodySender | undefined;
  #stalled = false;
  /** Something else than empty lines has come. */
  #begun = false;
  /** How far the end of the head has been looked for. */
  #searched = 0;
  #body: ResponseBody | undefined;
  #close: BackendCloseReason | undefined;
  #over = false;

  constructor(
    place: ExchangePlace,
    request: ClientRequest,
    resolve: (response: ClientResponse) => void,
    reject: (failure: Error) => void,
  ) {
    this.#place = place;
    this.stream = place.stream;
    this.deadlines = place.deadlines;
    this.#request = request;
    this.#resolve = resolve;
    this.#reject = reject;
  }

  get betweenBytes(): number {
    return this.#request.betweenBytes;
  }

  /** Sends the request; `prefix` goes before it. */
  start(prefix: string): void {
    const { head, body, traffic } = this.#request;
    if (traffic) traffic.sentHead += prefix.length + head.length;
    if (body && !(body instanceof Uint8Array)) {
      this.#sender = new RequestBodySender(this, prefix + head, body, traffic);
      this.#sender.start();
      return;
    }
    if (traffic && body) traffic.sentBody += body.length;
    this.stream.write(prefix + head, body && [body]);
    this.sent();
  }

  /** Gives it up: nobody wants the answer. */
  abort(): void {
    this.#fail(new FetchFailure("fetch given up"), "RX_BODY");
  }

  data(chunk: Uint8Array): void {
    if (this.#body) return this.#body.data(chunk);
    const { input } = this;
    input.append(chunk);
    if (!this.#begun) {
      input.at = skipBlank(input.bytes, input.at);
      if (input.length === 0) return;
      this.#begun = true;
    }
    this.#readHead();
  }

  ended(): void {
    if (this.#body) this.#body.ended(undefined);
    else this.#noHead(success);
  }

  closed(error: StreamError | undefined): void {
    if (this.#body) this.#body.ended(error);
    else this.#noHead(error ?? success);
  }

  drained(): void {
    this.#sender?.drained();
  }

  stalled(isStalled: boolean): void {
    this.#stalled = isStalled;
    if (this.#body) return;
    this.#expect(isStalled ? this.#request.firstByte : 0);
  }

  sent(): void {
    if (!this.#body && !this.#begun) this.#expect(this.#request.firstByte);
  }

  bodyBroken(error: unknown): void {
    const text = error instanceof Error ? error.message : String(error);
    const texts = [text, readError(success), writeError(success, "TX_ERROR")];
    this.#fail(failureOf(texts, { status: 400 }), "TX_ERROR");
  }

  bodyOver(reason: BackendCloseReason | undefined): void {
    this.#finish(reason ?? this.#close);
  }

  #readHead(): void {
    const { input, stream } = this;
    const { headSize, fields, traffic } = this.#request;
    const { bytes, at } = input;
    const end = endOfHead(bytes, Math.max(at, this.#searched));
    if ((end < 0 ? bytes.length : end) - at > headSize) {
      return this.#fail(new FetchFailure("overflow"), "RX_OVERFLOW");
    }
    if (end < 0) {
      // What is not used yet moves to the front with the next chunk.
      this.#searched = Math.max(0, bytes.length - at - 2);
      this.#expect(this.betweenBytes);
      return;
    }
    const head = readResponseHead(stream.text(bytes, at, end), fields);
    input.at = end;
    if (traffic) traffic.head += end - at;
    if ("garbage" in head) return this.#refuse(head);
    this.#respond(head);
  }

  #respond(head: ResponseHead): void {
    const { method, close, unconditional } = this.#request;
    const framing = responseBody(head, method);
    if (framing === "bad") {
      return this.#fail(new FetchFailure("Body cannot be fetched", { tag: "Error" }), "RX_BODY");
    }
    this.#expect(0);
    this.#close = close ?? closeReason(head) ?? (unconditional && head.status === 304 ? "RX_BAD" : undefined);
    if (framing !== "none") this.#body = new ResponseBody(this, framing);
    const response = { head, body: this.#body };
    this.#resolve(response);
    if (!this.#body) this.#finish(this.#close);
  }

  #refuse({ bogus, garbage }: BadHead): void {
    const before: FailureRecord[] = bogus === undefined ? [] : [{ tag: "BogoHeader", text: bogus }];
    before.push({ tag: "HttpGarbage", text: garbage });
    this.#fail(new FetchFailure("http format error", { before }), "RX_JUNK");
  }

  /** The connection has ended before the head was whole. */
  #noHead(error: StreamError): void {
    const unsent = this.#sender?.over === false || error.errno === brokenPipe;
    if (unsent) {
      const reason = error.errno === brokenPipe ? "REM_CLOSE" : "TX_ERROR";
      return this.#fail(new FetchFailure(writeError(error, reason)), reason);
    }
    const text = "HTC eof (Unexpected end of input)";
    this.#fail(this.#begun ? new FetchFailure(text) : new NoAnswer(text), "RX_BAD");
  }

  #timeOut(): void {
    if (this.#stalled) this.#fail(new FetchFailure(writeError(again, "TX_ERROR")), "TX_ERROR");
    else this.#fail(new FetchFailure(this.#timeOutText()), "RX_TIMEOUT");
  }

  #timeOutText(): string {
    if (this.#begun) return "timeout";
    return this.#place.reused ? "first byte timeout (reused connection)" : "first byte timeout";
  }

  /** Something has to come within so many seconds; 0: nothing has. */
  #expect(seconds: number): void {
    if (seconds > 0) this.deadlines.in(this.#silence, seconds);
    else this.#silence.at = Infinity;
  }

  #fail(failure: FetchFailure, reason: BackendCloseReason): void {
    if (this.#over) return;
    this.#body?.giveUp(failure);
    this.#reject(failure);
    this.#finish(reason);
  }

  #finish(reason: BackendCloseReason | undefined): void {
    if (this.#over) return;
    this.#over = true;
    const { traffic } = this.#request;
    if (traffic) traffic.body += this.#body?.bytes ?? 0;
    this.deadlines.drop(this.#silence);
    const unsent = this.#sender?.over === false;
    this.#sender?.abandon();
    this.#place.exchangeOver(reason ?? (unsent ? "RESP_CLOSE" : undefined) ?? this.#leftOver());
  }

  /** Bytes that nobody asked for: Varnish drops them, here nothing is used again that they came on. */
  #leftOver(): BackendCloseReason | undefined {
    return this.input.length > 0 ? "RX_JUNK" : undefined;
  }
}

/** What the head of a response says about the connection's end (http1-and-transports 5.5). */
function closeReason(head: ResponseHead): BackendCloseReason | undefined {
  const connection = head.lowers.includes("connection") ? checkConnection(HttpHeaders.from(head)) : undefined;
  if (connection?.bad) return "RX_BAD";
  if (connection?.close) return "RESP_CLOSE";
  return head.proto.endsWith("/1.0") && !connection?.keepAlive ? "REQ_HTTP10" : undefined;
}

function readError({ errno, text }: StreamError): string {
  return `req.body read error: ${errno} (${text})`;
}

/** The long names of close reasons, as records about writing show them. */
const closeTexts = { REM_CLOSE: "Client Closed", TX_ERROR: "Error transaction" } as const;

function writeError({ errno, text }: StreamError, reason: keyof typeof closeTexts): string {
  return `backend write error: ${errno} (${text}) (${closeTexts[reason]})`;
}
