import {
  ConnectFailure,
  parseIp,
  type ByteStream,
  type Host,
  type TlsSettings,
} from "../../../runtime/index.js";
import { resolveEndpoint } from "../../../runtime/backend/resolve-endpoint.js";
import { ClientConnection } from "../../../runtime/wire/client-connection.js";
import { Deadlines } from "../../../runtime/wire/deadlines.js";
import type { ResponseHead } from "../../../runtime/wire/response-head.js";
import { ReceivedAnswer, within, type HttpAnswer } from "./http-answer.js";

/** A server: `http://HOST:PORT/PATH`, or https. */
export interface ServerUrl {
  readonly text: string;
  readonly isSecure: boolean;
  readonly host: string;
  readonly port: string;
  /** Before every path; without a slash at its end. */
  readonly path: string;
}

/** Undefined where it is none. */
export function parseUrl(text: string): ServerUrl | undefined {
  const match = /^(https?):\/\/(\[[0-9a-f:.]+\]|[^\s:/?#@[\]]+)(?::(\d{1,5}))?(\/[^\s?#]*)?$/i.exec(text);
  if (!match) return undefined;
  const [, scheme = "", host = "", port, path = ""] = match;
  const isSecure = scheme.toLowerCase() === "https";
  return { text, isSecure, host, port: port ?? (isSecure ? "443" : "80"), path: path.replace(/\/+$/, "") };
}

/** What is asked, and for how long one waits. Times in seconds; 0: as long as it takes. */
export interface HttpRequest {
  readonly method?: "GET" | "POST";
  /** Path and query. */
  readonly path: string;
  readonly headers?: Readonly<Record<string, string | undefined>>;
  readonly body?: string;
  /** For the head of the answer. */
  readonly patience?: number;
  /** For the next bytes of its body. */
  readonly silence?: number;
}

/** TLS by files, which are read for each connection: they may be renewed at any time. */
export type TlsOf = (url: ServerUrl) => Promise<TlsSettings>;

/** The server has answered, but not as wanted. */
export class HttpStatus extends Error {
  readonly status: number;

  constructor(status: number, message: string) {
    super(message);
    this.status = status;
  }
}

/** Seconds to connect in, and to wait for an answer in unless something else is said. */
const usualPatience = 10;
/** Asks a server, each time over a connection of its own, which ends with the answer. */
export class HttpClient {
  readonly #host: Host;
  readonly #deadlines: Deadlines;
  readonly #tls: TlsOf;
  readonly #open = new Set<ClientConnection>();
  #isClosed = false;

  constructor(host: Host, tls: TlsOf) {
    this.#host = host;
    this.#deadlines = new Deadlines(host);
    this.#tls = tls;
  }

  /** Rejects with one line where no answer of 200 comes. */
  async ask(url: ServerUrl, request: HttpRequest): Promise<HttpAnswer> {
    const { patience = usualPatience, silence = usualPatience, body } = request;
    const stream = await this.#connect(url);
    const connection = new ClientConnection(stream, this.#deadlines);
    this.#open.add(connection);
    if (this.#isClosed) connection.close();
    const giveUp = (): void => {
      connection.abort();
      connection.close();
    };
    const sent = connection.send(
      {
        method: request.method ?? "GET",
        head: headText(url, request),
        body: body === undefined ? undefined : Uint8Array.from(body, (character) => character.charCodeAt(0)),
        // The deadline is for all of the head.
        firstByte: 0,
        betweenBytes: silence,
        headSize: 32 * 1024,
        fields: { length: 8192, count: 100 },
        close: "RESP_CLOSE",
        unconditional: true,
      },
      () => this.#open.delete(connection),
    );
    const { head, body: source } = await within(this.#host, patience, "no answer", sent, giveUp);
    const received = new ReceivedAnswer(this.#host, head, source, stream, giveUp);
    if (head.status !== 200) throw await refusal(url, request, head, received);
    return received;
  }

  /** Gives up what runs: it rejects. */
  close(): void {
    this.#isClosed = true;
    for (const connection of this.#open) {
      connection.abort();
      connection.close();
    }
  }

  async #connect(url: ServerUrl): Promise<ByteStream> {
    const { address = "", port = 0 } = await resolveEndpoint(
      "",
      { host: `${url.host}:${url.port}` },
      this.#host,
    ).catch((error: unknown) => {
      throw new Error(messageOf(error).replace(/^Backend : /, ""));
    });
    const place = { address, port };
    try {
      if (!url.isSecure) return await this.#host.connect(place, usualPatience);
      if (!this.#host.connectTls) throw new Error("there is no TLS here");
      return await this.#host.connectTls(place, usualPatience, await this.#tls(url));
    } catch (error) {
      // Its number says nothing that its text does not.
      throw error instanceof ConnectFailure ? new Error(lowerFirst(error.error.text)) : error;
    }
  }
}

async function refusal(
  url: ServerUrl,
  request: HttpRequest,
  head: ResponseHead,
  answer: ReceivedAnswer,
): Promise<HttpStatus> {
  const text = await answer.beginning();
  const said = text === "" ? "" : `: ${text}`;
  const path = `${url.path}${request.path}`.replace(/\?.*/s, "");
  return new HttpStatus(head.status, `${path}: ${`${head.status} ${head.reason}`.trim()}${said}`);
}

function headText({ host, port, path: base }: ServerUrl, request: HttpRequest): string {
  const { method = "GET", path, headers = {}, body } = request;
  const fields = {
    Host: `${host}:${port}`,
    Accept: "application/json",
    "User-Agent": "vclc",
    Connection: "close",
    ...(body !== undefined && { "Content-Type": "application/json", "Content-Length": String(body.length) }),
    ...headers,
  };
  const lines = Object.entries(fields).flatMap(([name, value]) =>
    value === undefined ? [] : [`${name}: ${value}\r\n`],
  );
  return `${method} ${base}${path} HTTP/1.1\r\n${lines.join("")}\r\n`;
}

/** In the middle of a line; abbreviations stay. */
function lowerFirst(text: string): string {
  return text.replace(/^[A-Z](?=[a-z])/, (letter) => letter.toLowerCase());
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

/** The name that a certificate must be for: that of the URL, without the brackets of an address. */
export function certificateName({ host }: ServerUrl): string {
  const bare = host.replace(/^\[|\]$/g, "");
  return parseIp(bare) ? bare : host;
}
