import { buildConnector, Pool, type Dispatcher } from "undici";
import {
  FetchFailure,
  type BackendRequest,
  type BackendResponse,
  type Endpoint,
} from "../../runtime/index.js";
import { socketPath } from "./connect-places.js";
import { fetchPlainly, isOddTarget } from "./fetch-plainly.js";
import { PulledBody } from "./pulled-body.js";
import { errnoText, reasonOf } from "./system-error.js";

/** Fields of one connection, which the pool writes itself. */
const ownFields = new Set(["connection", "expect", "keep-alive", "transfer-encoding", "upgrade"]);

/** An endpoint's pool, and how many connections it has opened: a request during which none was opened used an old one. */
interface EndpointPool {
  readonly pool: Pool;
  opened: number;
}

/** Sends requests over kept-alive connections, one pool for each endpoint. */
export class PooledFetcher {
  readonly #pools = new Map<string, EndpointPool>();
  readonly #idleTimeout: number;

  /** `idleTimeout` in seconds: how long an unused connection is kept. */
  constructor(idleTimeout: number) {
    this.#idleTimeout = idleTimeout;
  }

  async fetch(request: BackendRequest): Promise<BackendResponse> {
    if (isOddTarget(request.url)) return fetchPlainly(request, wireFields(request));
    if (request.ownConnection) return this.#fetchAlone(request);
    const pool = this.#poolFor(request);
    const opened = pool.opened;
    try {
      return await send(pool.pool, request);
    } catch (error) {
      // A connection that the other side had closed meanwhile: once more, as Varnish does, where the body can be sent again.
      const replayable = request.body === undefined || request.body instanceof Uint8Array;
      const reused = pool.opened === opened;
      if (!(error instanceof ClosedEarly && replayable && reused) || request.signal?.aborted) throw error;
      return send(pool.pool, request);
    }
  }

  /** Closes the connections of one pool: idle ones now, busy ones after their request. */
  closePool(key: string): void {
    const entry = this.#pools.get(key);
    this.#pools.delete(key);
    void entry?.pool.close();
  }

  /** Closes every connection, busy or not. */
  async close(): Promise<void> {
    const pools = [...this.#pools.values()];
    this.#pools.clear();
    await Promise.all(pools.map(({ pool }) => pool.destroy()));
  }

  /** On a connection that is opened for this request and closed after it. */
  #fetchAlone(request: BackendRequest): Promise<BackendResponse> {
    const pool = this.#open(request);
    const response = send(pool, request);
    // Waits for the request that is under way, its body included.
    void pool.close();
    return response;
  }

  #poolFor(request: BackendRequest): EndpointPool {
    const { endpoint, preamble = "" } = request;
    const key = request.pool ?? `${endpoint.path ?? originOf(endpoint)} ${preamble}`;
    let entry = this.#pools.get(key);
    if (!entry) {
      const created = (entry = { pool: this.#open(request), opened: 0 });
      created.pool.on("connect", () => created.opened++);
      this.#pools.set(key, entry);
    }
    return entry;
  }

  #open({ endpoint, preamble = "" }: BackendRequest): Pool {
    return new Pool(endpoint.path === undefined ? originOf(endpoint) : "http://localhost", {
      connect: connector(endpoint, preamble),
      keepAliveTimeout: this.#idleTimeout * 1000,
      pipelining: 1,
    });
  }
}

function originOf({ address = "", port = 80 }: Endpoint): string {
  return `http://${address.includes(":") ? `[${address}]` : address}:${port}`;
}

/**
 * Opens connections without a time-out of its own (each request has its own), at the other address where the first one takes none, and sends the
 * preamble on them.
 */
function connector({ path, fallback }: Endpoint, preamble: string): buildConnector.connector {
  const open = buildConnector({ timeout: 0, ...(path !== undefined && { socketPath: socketPath(path) }) });
  if (preamble === "" && fallback === undefined) return open;
  return (options, callback) => {
    const opened: buildConnector.Callback = (...result) => {
      result[1]?.write(preamble, "latin1");
      callback(...result);
    };
    open(options, (...result) => {
      if (result[0] && fallback !== undefined) open({ ...options, hostname: fallback }, opened);
      else opened(...result);
    });
  };
}

/** The connection was closed before any byte of the response. */
class ClosedEarly extends FetchFailure {}

function send(pool: Pool, request: BackendRequest): Promise<BackendResponse> {
  return new Promise((resolve, reject) => {
    try {
      const { body } = request;
      pool.dispatch(
        {
          method: request.method,
          path: request.url,
          headers: wireFields(request),
          // undici takes async iterables; its types do not say so.
          body: (body ?? null) as Uint8Array | null,
          headersTimeout: request.firstByteTimeout * 1000,
          bodyTimeout: request.betweenBytesTimeout * 1000,
        },
        new ResponseHandler(request, resolve, reject),
      );
    } catch (error) {
      reject(new FetchFailure(reasonOf(error)));
    }
  });
}

function wireFields({ headers }: BackendRequest): string[] {
  const fields: string[] = [];
  for (const [name, value] of headers) if (!ownFields.has(name.toLowerCase())) fields.push(name, value);
  return fields;
}

/**
 * Takes one response off a connection. The time-outs are kept here: the one for connecting may differ from request to request, and those
 * of undici go off up to a second late; they stand behind as a second net, for requests that cannot be sent to their end.
 */
class ResponseHandler implements Dispatcher.DispatchHandler {
  readonly #request: BackendRequest;
  readonly #resolve: (response: BackendResponse) => void;
  readonly #reject: (failure: FetchFailure) => void;
  #timer: NodeJS.Timeout | undefined;
  #abort: ((error?: Error) => void) | undefined;
  #body: PulledBody | undefined;
  #connected = false;
  #over = false;
  #failure: FetchFailure | undefined;
  readonly #onAbort = (): void => this.#give(new FetchFailure("fetch given up"));

  constructor(
    request: BackendRequest,
    resolve: (response: BackendResponse) => void,
    reject: (failure: FetchFailure) => void,
  ) {
    this.#request = request;
    this.#resolve = resolve;
    this.#reject = reject;
    const { connectTimeout, signal } = request;
    this.#expect(connectTimeout, () => this.#connectFailure("110 (Connection timed out)"));
    signal?.addEventListener("abort", this.#onAbort, { once: true });
    if (signal?.aborted) this.#onAbort();
  }

  onConnect(abort: (error?: Error) => void): void {
    clearTimeout(this.#timer);
    this.#connected = true;
    this.#abort = abort;
    if (this.#failure) abort();
  }

  /** The request is sent, its body included. */
  onRequestSent(): void {
    // A response may come before all of the request is sent.
    if (this.#body || this.#over) return;
    this.#expect(this.#request.firstByteTimeout, () => new FetchFailure("first byte timeout"));
  }

  onHeaders(status: number, raw: Buffer[], resume: () => void, reason: string): boolean {
    if (status < 200) return true;
    const headers: [string, string][] = [];
    for (let i = 0; i + 1 < raw.length; i += 2) {
      headers.push([(raw[i] as Buffer).toString("latin1"), (raw[i + 1] as Buffer).toString("latin1")]);
    }
    const bodyless = this.#request.method === "HEAD" || status === 204 || status === 304;
    if (!bodyless) this.#body = this.#pulledBody(resume);
    this.#resolve({ status, reason, proto: "HTTP/1.1", headers, body: this.#body });
    return true;
  }

  onData(chunk: Buffer): boolean {
    const goOn = this.#body?.push(chunk) ?? true;
    // While the connection is paused, it is the reader who is waited for.
    if (goOn) this.#timer?.refresh();
    else clearTimeout(this.#timer);
    return goOn;
  }

  onComplete(): void {
    this.#end();
    this.#body?.end();
  }

  onError(error: Error): void {
    this.#end();
    const failure = this.#failure ?? this.#explain(error);
    this.#body?.fail(failure);
    this.#reject(failure);
  }

  #pulledBody(resume: () => void): PulledBody {
    const expectMore = (): void =>
      this.#expect(this.#request.betweenBytesTimeout, () => new FetchFailure("between bytes timeout"));
    expectMore();
    const goOn = (): void => {
      expectMore();
      resume();
    };
    return new PulledBody(goOn, () => this.#give(new FetchFailure("body not wanted")));
  }

  /** Fails unless something happens within so many seconds; 0 waits without end. */
  #expect(seconds: number, failure: () => FetchFailure): void {
    clearTimeout(this.#timer);
    this.#timer = seconds > 0 ? setTimeout(() => this.#give(failure()), seconds * 1000) : undefined;
  }

  /** Fails now; undici learns of it at once, or when it gets to the request. */
  #give(failure: FetchFailure): void {
    this.#end();
    this.#failure ??= failure;
    this.#body?.fail(this.#failure);
    this.#reject(this.#failure);
    this.#abort?.();
  }

  #end(): void {
    this.#over = true;
    clearTimeout(this.#timer);
    this.#request.signal?.removeEventListener("abort", this.#onAbort);
  }

  #explain(error: Error): FetchFailure {
    const { code } = error as { code?: string };
    if (code === "UND_ERR_HEADERS_TIMEOUT") return new FetchFailure("first byte timeout");
    if (code === "UND_ERR_BODY_TIMEOUT") return new FetchFailure("between bytes timeout");
    if (!this.#connected) return this.#connectFailure(errnoText(error) ?? reasonOf(error));
    const closed = code === "UND_ERR_SOCKET" || code === "ECONNRESET" || code === "EPIPE";
    if (closed && !this.#body) return new ClosedEarly("http first read error: EOF");
    return new FetchFailure(closed ? "body closed before its end" : reasonOf(error));
  }

  #connectFailure(text: string): FetchFailure {
    return new FetchFailure(`backend ${this.#request.endpoint.name}: fail errno ${text}`);
  }
}
