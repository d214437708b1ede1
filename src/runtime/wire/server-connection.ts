import type { Exchange } from "../exchange.js";
import type { Host } from "../host.js";
import { hasFeature, type Parameters } from "../parameters.js";
import { reasonPhrase } from "../http/status.js";
import { brokenPipe, type ByteStream, type StreamError, type StreamReceiver } from "./byte-stream.js";
import { carry } from "./carry.js";
import { closeReasons, type CloseReason } from "./close-reason.js";
import { deadline, type Deadlines } from "./deadlines.js";
import { endOfHead, skipBlank } from "./find-head.js";
import { Input } from "./input.js";
import { takeProxyHeader } from "./proxy/take-proxy-header.js";
import { readRequestHead, requestBody, type BadHead } from "./request-head.js";
import { logRefusal } from "./refused-head.js";
import { ServerExchange } from "./server-exchange.js";
import { Session, type ListenerFacts } from "./session.js";

/** What a server connection needs of the instance behind it. */
export interface ServerCore {
  readonly host: Host;
  readonly params: Parameters;
  readonly deadlines: Deadlines;
  nextXid(): number;
  count(counter: string, by?: number): void;
  /** Answers a request; a promise only where something has to be waited for. Never throws and never rejects. */
  handle(exchange: Exchange): void | Promise<void>;
}

/** Requests that are answered in a row before other connections have their turn. */
const burst = 16;
/** Seconds in which a client may take its last answer, while what it still sends is thrown away. */
const lingering = 1;
/** What HTTP/2 begins with. */
const preface = "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n";

/**
 * A client's connection: requests are taken off it one after the other, each is answered before the next is looked at, and what has come too
 * early waits, in bounded memory, for the client is not read meanwhile.
 */
export class ServerConnection implements StreamReceiver {
  readonly session: Session;
  readonly core: ServerCore;
  /** What HTTP goes over: the connection itself, or what the listener's transport makes of it. */
  stream: ByteStream;
  readonly input = new Input();
  readonly deadline = deadline(() => this.#expired());
  /** The request that is being answered. */
  #exchange: ServerExchange | undefined;
  /** Whether the PROXY header, which comes before everything else, has not been taken yet. */
  #proxyAwaited: boolean;
  /** Whether bytes of a head have come since the last answer. */
  #headBegun = false;
  /** Whether blanks or line ends came with it, before it: what follows them is no beginning of HTTP/2. */
  #blankBefore = false;
  /** Bytes of the next request had come when the last answer was through. */
  #isAhead = false;
  /** When it has answered last. */
  #idleSince = Infinity;
  /** Where the search for the end of a head goes on, counted from the head's first byte. */
  #searched = 0;
  #turning = false;
  #paused = false;
  #lastUnsent = 0;
  #ended = false;
  #shut = false;
  readonly #since: number;
  readonly #gone: (connection: ServerConnection) => void;

  constructor(
    core: ServerCore,
    listener: ListenerFacts,
    stream: ByteStream,
    gone: (connection: ServerConnection) => void,
  ) {
    this.core = core;
    this.#gone = gone;
    this.#since = core.host.now();
    this.#proxyAwaited = listener.protocol === "PROXY";
    this.session = new Session(core.nextXid(), listener, stream.remote, stream.local, core.params);
    stream.receiver = this;
    const { transport } = listener;
    this.stream = transport && !this.#proxyAwaited ? carry(this, transport, stream) : stream;
  }

  /** Begins to take requests. */
  start(): void {
    const { session, core, stream } = this;
    core.count("sess_conn");
    if (!core.host.log.silent) {
      this.log("Begin", `sess 0 ${this.#proxyAwaited ? "PROXY" : "HTTP/1"}`);
      const { remoteEnd: remote, localEnd: local, listener } = session;
      const ends = `${remote.address} ${remote.port} ${listener.name} ${local.address} ${local.port}`;
      this.log("SessOpen", `${ends} ${this.#since.toFixed(6)} ${stream.id}`);
    }
    this.#awaitRequest();
  }

  log(tag: string, text: string): void {
    this.core.host.log.record(this.session.xid, tag, text, "c");
  }

  /** Whether a request is being answered, or one has begun to come. */
  get busy(): boolean {
    return this.#exchange !== undefined || this.#headBegun;
  }

  /** The connection ends with the answer that is on its way, or at once where there is none. */
  retire(): void {
    if (!this.#exchange) this.shut("REM_CLOSE");
    else this.session.close("REM_CLOSE");
  }

  data(chunk: Uint8Array): void {
    if (this.#shut) return;
    this.input.append(chunk);
    if (!this.#exchange && !this.#headBegun) this.#noteHerd();
    if (!this.#exchange) this.#turn();
    else if (!this.#exchange.moreInput()) this.#pause();
  }

  ended(): void {
    this.#ended = true;
    if (this.#exchange) this.#exchange.inputEnded(undefined);
    else if (!this.#turning) this.shut("REM_CLOSE");
  }

  drained(): void {
    this.#exchange?.drained();
  }

  closed(error: StreamError | undefined): void {
    this.#ended = true;
    this.core.deadlines.drop(this.deadline);
    // An answer that was cut off says why, also where the connection was to end after it anyway.
    if (this.#exchange) this.session.closing = error && error.errno !== brokenPipe ? "TX_ERROR" : "REM_CLOSE";
    else this.session.close("REM_CLOSE");
    this.#exchange?.inputEnded(error);
    this.#exchange?.cut();
    this.#forget();
  }

  /** Ends the connection: what was written still goes out, what still comes is not looked at. */
  shut(reason: CloseReason): void {
    if (this.#shut) return;
    this.#noteClose(reason);
    this.input.clear();
    this.stream.end();
    // Closing with input unread would reset the connection, and the client could lose the answer.
    this.#resume();
    this.expect(lingering);
  }

  /** Ends the connection at once: the client must see that what it got is not whole. */
  abort(reason: CloseReason): void {
    this.#noteClose(reason);
    this.stream.destroy();
  }

  /** Reads on: the body of the request that is being answered is asked for. */
  read(): void {
    this.#resume();
  }

  /** HTTP has no more to do with the connection: whoever took it over ends it. */
  release(): void {
    this.#shut = true;
    this.core.deadlines.drop(this.deadline);
  }

  /** Tells how a connection that was taken over has ended. */
  releasedEnded(reason: CloseReason): void {
    this.#shut = false;
    this.#noteClose(reason);
    this.#forget();
  }

  /** Seconds until the client has to have sent, or taken, something. */
  expect(seconds: number): void {
    this.core.deadlines.in(this.deadline, seconds);
  }

  expectNothing(): void {
    this.deadline.at = Infinity;
  }

  #forget(): void {
    if (!this.#shut) this.#noteClose(this.session.closing ?? "REM_CLOSE");
    this.#gone(this);
  }

  #noteClose(reason: CloseReason): void {
    if (this.#shut) return;
    this.#shut = true;
    const { session, core } = this;
    session.close(reason);
    const why = session.closing as CloseReason;
    core.count(`sc_${why.toLowerCase()}`);
    core.count("sess_closed");
    if (closeReasons[why]) core.count("sess_closed_err");
    if (core.host.log.silent) return;
    this.log("SessClose", `${why} ${(core.host.now() - this.#since).toFixed(3)}`);
    this.log("End", "");
  }

  #awaitRequest(): void {
    this.expect(this.session.timeout("timeout_idle"));
  }

  #resume(): void {
    if (!this.#paused) return;
    this.#paused = false;
    this.stream.resume();
  }

  #pause(): void {
    if (this.#paused) return;
    this.#paused = true;
    this.stream.pause();
  }

  /** Whether the client still takes its answer: something is unsent, and not as much as when it was looked at before. */
  #isTaken(): boolean {
    const { unsent } = this.stream;
    const moves = unsent > 0 && unsent !== this.#lastUnsent;
    this.#lastUnsent = unsent;
    return moves;
  }

  /** Counts clients who have taken longer to go on than Varnish keeps a thread for them. */
  #noteHerd(): void {
    const idle = this.core.deadlines.now() - this.#idleSince;
    if (idle > this.session.timeout("timeout_linger")) this.core.count("sess_herd");
  }

  /** Answers the requests that have come, one by one; a few in a row, then others have their turn. */
  #turn(): void {
    if (this.#turning) return;
    this.#turning = true;
    let left = burst;
    while (!this.#shut && !this.#exchange && this.#take()) {
      if (--left > 0) continue;
      this.core.host.setTimer(0, () => this.#exchange ?? this.#turn());
      break;
    }
    this.#turning = false;
    if (this.#exchange || this.#shut) return;
    if (this.#ended && left > 0) this.shut("REM_CLOSE");
    else if (left > 0) this.#resume();
  }

  /** Takes the next request off the input. False: it is not there yet, or the connection is at its end. */
  #take(): boolean {
    const { input, core } = this;
    if (this.#proxyAwaited) {
      if (!takeProxyHeader(this)) return false;
      this.#proxyAwaited = false;
      const { transport } = this.session.listener;
      if (transport) {
        this.stream = carry(this, transport, this.stream, input.take());
        return false;
      }
    }
    const start = skipBlank(input.bytes, input.at);
    if (start === input.bytes.length) {
      input.clear();
      return false;
    }
    if (start > input.at) this.#blankBefore = true;
    input.at = start;
    if (input.bytes[start] === 0x50 && !this.#blankBefore && this.#isPreface(start)) return false;
    const end = endOfHead(input.bytes, start + Math.max(0, this.#searched - 2));
    const size = (end < 0 ? input.bytes.length : end) - start;
    if (size > core.params.http_req_size) return this.#overflow();
    if (end < 0) {
      this.#headBegun = true;
      this.#searched = size;
      return false;
    }
    const { http_req_hdr_len: length, http_max_hdr } = core.params;
    const text = this.stream.text(input.bytes, start, end);
    input.at = end;
    this.#headBegun = this.#blankBefore = false;
    this.#searched = 0;
    this.expectNothing();
    const head = readRequestHead(
      text,
      { length, count: http_max_hdr - 5 },
      hasFeature(core.params, "https_scheme"),
    );
    if ("garbage" in head) return this.#refuse(head, text.length);
    const body = requestBody(head);
    if (body === "bad") return this.#refuse({ bogus: undefined, garbage: head.method }, text.length);
    this.#serve(new ServerExchange(this, head, body === "none" ? undefined : body, text.length));
    return true;
  }

  #serve(exchange: ServerExchange): void {
    if (this.#isAhead) this.core.count("sess_readahead");
    this.#isAhead = false;
    this.#exchange = exchange;
    const done = this.core.handle(exchange);
    if (done) {
      void done.then(() => {
        this.#answered();
        this.#turn();
      });
    } else this.#answered();
  }

  #answered(): void {
    const { session } = this;
    this.#exchange = undefined;
    this.#isAhead = this.input.length > 0;
    this.#idleSince = this.core.deadlines.now();
    if (this.#shut) return;
    if (session.closing !== undefined) this.shut(session.closing);
    else this.#awaitRequest();
  }

  /** The beginning of an HTTP/2 connection: waited for as a whole, then the connection ends without a word. */
  #isPreface(start: number): boolean {
    const { input } = this;
    const text = this.stream.text(input.bytes, start, Math.min(input.bytes.length, start + preface.length));
    if (!preface.startsWith(text)) return false;
    this.#headBegun = true;
    if (text.length === preface.length) this.shut("REQ_HTTP20");
    return true;
  }

  #overflow(): false {
    const { http_req_overflow_status: status } = this.core.params;
    if (status > 0) this.stream.write(statusLine(status));
    this.shut("RX_OVERFLOW");
    return false;
  }

  /** A head that cannot be right: a status line without anything is the answer, and the end (http1-and-transports 1.7). */
  #refuse(head: BadHead, bytes: number): false {
    this.core.count("client_req_400");
    const answer = statusLine(400);
    logRefusal(this, head, bytes, answer.length);
    this.stream.write(answer);
    this.shut("RX_JUNK");
    return false;
  }

  #expired(): void {
    const { stream } = this;
    if (this.#shut) {
      if (this.#isTaken()) this.expect(this.session.timeout("idle_send_timeout"));
      else stream.destroy();
    } else if (this.#exchange) this.#exchange.expired();
    else if (stream.unsent > 0) this.abort("TX_ERROR");
    else this.shut(this.#headBegun || this.#proxyAwaited ? "RX_TIMEOUT" : "RX_CLOSE_IDLE");
  }
}

function statusLine(status: number): string {
  return `HTTP/1.1 ${status} ${reasonPhrase(status)}\r\n\r\n`;
}
