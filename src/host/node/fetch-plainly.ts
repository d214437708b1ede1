import { request as httpRequest, type IncomingMessage } from "node:http";
import { connect, type Socket } from "node:net";
import { Readable } from "node:stream";
import {
  FetchFailure,
  type BackendRequest,
  type BackendResponse,
  type Endpoint,
  type RawHeader,
} from "../../runtime/index.js";
import { connectPlaces, type ConnectPlace } from "./connect-places.js";
import { PulledBody } from "./pulled-body.js";
import { errnoText, reasonOf } from "./system-error.js";

/**
 * Sends a request on a connection of its own, whatever its URL looks like: the `*` of OPTIONS, or one that VCL has left without a slash. The
 * pool takes none of these. `fields` are names and values in turn.
 */
export function fetchPlainly(request: BackendRequest, fields: readonly string[]): Promise<BackendResponse> {
  return new Promise((resolve, reject) => new PlainFetch(request, resolve, reject).send(fields));
}

/** Whether only `fetchPlainly` can send this URL. */
export function isOddTarget(url: string): boolean {
  return !url.startsWith("/");
}

class PlainFetch {
  readonly #request: BackendRequest;
  readonly #resolve: (response: BackendResponse) => void;
  readonly #reject: (failure: FetchFailure) => void;
  readonly #socket: Socket;
  #timer: NodeJS.Timeout | undefined;
  #connected = false;
  #body: PulledBody | undefined;

  constructor(
    request: BackendRequest,
    resolve: (response: BackendResponse) => void,
    reject: (failure: FetchFailure) => void,
  ) {
    this.#request = request;
    this.#resolve = resolve;
    this.#reject = reject;
    const { endpoint, connectTimeout, firstByteTimeout } = request;
    this.#socket = connectTo(endpoint);
    this.#expect(connectTimeout, `backend ${endpoint.name}: fail errno 110 (Connection timed out)`);
    this.#socket.once("connect", () => {
      this.#connected = true;
      this.#expect(firstByteTimeout, "first byte timeout");
    });
    this.#socket.once("close", () => this.#expect(0, ""));
  }

  send(fields: readonly string[]): void {
    const { method, url, preamble = "", signal, body } = this.#request;
    const giveUp = (): void => this.#fail(new FetchFailure("fetch given up"));
    signal?.addEventListener("abort", giveUp, { once: true });
    this.#socket.once("close", () => signal?.removeEventListener("abort", giveUp));
    if (signal?.aborted) giveUp();
    if (preamble !== "") this.#socket.write(preamble, "latin1");
    try {
      const headers = [...fields, "Connection", "close"];
      const outgoing = httpRequest({ method, path: url, headers, createConnection: () => this.#socket });
      outgoing.on("error", (error) => this.#fail(error));
      outgoing.on("response", (response) => this.#respond(response));
      if (body === undefined || body instanceof Uint8Array) outgoing.end(body);
      else {
        const source = Readable.from(body, { objectMode: false });
        source.on("error", (error) => this.#fail(error)).pipe(outgoing);
      }
    } catch (error) {
      this.#fail(error as Error);
    }
  }

  #respond(response: IncomingMessage): void {
    const { statusCode: status = 0, statusMessage: reason = "", rawHeaders: raw } = response;
    const headers: RawHeader[] = [];
    for (let at = 0; at + 1 < raw.length; at += 2) headers.push([raw[at] as string, raw[at + 1] as string]);
    const bodyless = this.#request.method === "HEAD" || status === 204 || status === 304;
    if (bodyless) response.resume();
    else this.#body = this.#pulled(response);
    this.#resolve({ status, reason, proto: "HTTP/1.1", headers, body: this.#body });
  }

  #pulled(response: IncomingMessage): PulledBody {
    const expectMore = (): void => this.#expect(this.#request.betweenBytesTimeout, "between bytes timeout");
    const goOn = (): void => {
      expectMore();
      response.resume();
    };
    const body = new PulledBody(goOn, () => this.#fail(new FetchFailure("body not wanted")));
    response.on("data", (chunk: Buffer) => {
      if (body.push(chunk)) this.#timer?.refresh();
      else {
        // While the connection is paused, it is the reader who is waited for.
        this.#expect(0, "");
        response.pause();
      }
    });
    response.on("end", () => body.end());
    response.on("error", () => this.#fail(new FetchFailure("body closed before its end")));
    expectMore();
    return body;
  }

  /** Fails unless something happens within so many seconds; 0 waits without end. */
  #expect(seconds: number, text: string): void {
    clearTimeout(this.#timer);
    this.#timer =
      seconds > 0 ? setTimeout(() => this.#fail(new FetchFailure(text)), seconds * 1000) : undefined;
  }

  #fail(error: Error): void {
    const failure = error instanceof FetchFailure ? error : new FetchFailure(this.#explain(error));
    this.#reject(failure);
    this.#body?.fail(failure);
    this.#socket.destroy();
  }

  #explain(error: Error): string {
    const errno = errnoText(error);
    if (!this.#connected)
      return `backend ${this.#request.endpoint.name}: fail errno ${errno ?? reasonOf(error)}`;
    const { code } = error as { code?: string };
    return code === "ECONNRESET" || code === "EPIPE" ? "http first read error: EOF" : reasonOf(error);
  }
}

function connectTo(endpoint: Endpoint): Socket {
  return connect((connectPlaces(endpoint)[0] as ConnectPlace).options);
}
