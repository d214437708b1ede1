import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo, Socket } from "node:net";
import type { Exchange } from "../../runtime/index.js";
import { letIn, realMethod, type ParseError } from "./unknown-method.js";
import { listenReason } from "./listen-reason.js";
import { HttpExchange, type ListenerFacts } from "./http-exchange.js";

export interface HttpFrontOptions {
  /** Numeric address to listen on; every address unless given. */
  readonly address?: string;
  /** 0 picks a free one. */
  readonly port: number;
  /** The listening socket's name. */
  readonly name?: string;
  /** Bytes of a request's first line and headers together (`http_req_size`). */
  readonly maxHeaderSize?: number;
  /** Seconds that an idle connection is kept (`timeout_idle`). */
  readonly idleTimeout?: number;
  /** Seconds after which a client that takes nothing of its response is cut off (`idle_send_timeout`). */
  readonly idleSendTimeout?: number;
  /** Takes every request; must not throw. */
  readonly handle: (exchange: Exchange) => void | Promise<void>;
}

/** Listens for HTTP/1.1. */
export class HttpFront {
  readonly #server: Server;
  readonly #options: HttpFrontOptions;
  readonly #facts: {
    endpoint: string;
    readonly socket: string;
    stopping: boolean;
    readonly idleSendTime: number;
  };

  constructor(options: HttpFrontOptions) {
    this.#options = options;
    this.#facts = {
      endpoint: "",
      socket: options.name ?? "a0",
      stopping: false,
      idleSendTime: (options.idleSendTimeout ?? 60) * 1000,
    };
    this.#server = createServer({
      keepAliveTimeout: (options.idleTimeout ?? 5) * 1000,
      maxHeaderSize: options.maxHeaderSize ?? 32 * 1024,
      noDelay: true,
      // A missing Host is for VCL to judge; a body may take as long as it takes.
      requireHostHeader: false,
      requestTimeout: 0,
    });
    this.#server.maxHeadersCount = 0;
    this.#server.on("request", (request, response) => this.#take(request, response, false));
    this.#server.on("checkContinue", (request, response) => this.#take(request, response, true));
    this.#server.on("clientError", (error: ParseError, socket: Socket) => {
      if (!letIn(this.#server, socket, error)) refuse(error, socket);
    });
  }

  /** Starts to listen; rejects with one line when it cannot. */
  listen(): Promise<{ readonly address: string; readonly port: number }> {
    const { address, port } = this.#options;
    return new Promise((resolve, reject) => {
      this.#server.once("error", (error: NodeJS.ErrnoException) => {
        const where = `${address ?? ""}:${port}`;
        reject(new Error(`cannot listen on ${where}: ${listenReason(error)}`));
      });
      this.#server.listen({ port, ...(address === undefined ? {} : { host: address }) }, () => {
        const bound = this.#server.address() as AddressInfo;
        this.#facts.endpoint = `${address ?? ""}:${bound.port}`;
        resolve({ address: bound.address, port: bound.port });
      });
    });
  }

  /** Takes no more connections and resolves when the requests in flight are answered. */
  stop(): Promise<void> {
    this.#facts.stopping = true;
    return new Promise((resolve) => {
      this.#server.close(() => resolve());
      this.#server.closeIdleConnections();
    });
  }

  #take(request: IncomingMessage, response: ServerResponse, awaitsContinue: boolean): void {
    const method = realMethod(request.socket);
    if (method !== undefined) request.method = method;
    const facts: ListenerFacts = method === undefined ? this.#facts : { ...this.#facts, stopping: true };
    try {
      const done = this.#options.handle(new HttpExchange(request, response, facts, awaitsContinue));
      if (done) done.catch(() => cut(response));
    } catch {
      cut(response);
    }
  }
}

/** The handler broke: an internal bug. The client sees a 500, or a cut connection when the response had begun. */
function cut(response: ServerResponse): void {
  if (response.headersSent) response.destroy();
  else response.writeHead(500, { connection: "close", "content-length": "0" }).end();
}

/** Answers what is no HTTP request, and closes. */
function refuse(error: ParseError, socket: Socket): void {
  if (!socket.writable || error.code === "ECONNRESET") {
    socket.destroy();
    return;
  }
  const status =
    error.code === "HPE_HEADER_OVERFLOW"
      ? "431 Request Header Fields Too Large"
      : error.code === "ERR_HTTP_REQUEST_TIMEOUT"
        ? "408 Request Timeout"
        : "400 Bad Request";
  socket.end(`HTTP/1.1 ${status}\r\nConnection: close\r\nContent-Length: 0\r\n\r\n`);
}
