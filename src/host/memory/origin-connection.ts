import type { RawHeader } from "../../runtime/backend/transport.js";
import type { ConnectPlace } from "../../runtime/host.js";
import { hasToken } from "../../runtime/http/tokens.js";
import { latin1Bytes } from "../../runtime/values/blob.js";
import type { BodyDecoder } from "../../runtime/wire/body-decoder.js";
import type { StreamReceiver } from "../../runtime/wire/byte-stream.js";
import { endOfHead, skipBlank } from "../../runtime/wire/find-head.js";
import { fieldValue } from "../../runtime/wire/framing.js";
import { Input } from "../../runtime/wire/input.js";
import { isHttp10, readRequestHead, requestBody, type RequestHead } from "../../runtime/wire/request-head.js";
import type { VirtualClock } from "./clock.js";
import type { MemoryStream } from "./memory-stream.js";
import { headOf, type Origin, type OriginRequest, type OriginResponse } from "./origins.js";

const noLimits = { length: Infinity, count: Infinity };
const reset = 104;

/** What an origin's connection needs of its host. */
export interface OriginPlace {
  readonly clock: VirtualClock;
  readonly place: ConnectPlace;
  /** The function behind the address, whichever it is when a request comes. */
  readonly origin: Origin;
  /** Told of every request. */
  note(request: OriginRequest): void;
}

/** The far end of a connection to an in-memory origin: a small HTTP/1 server around a function. */
export class OriginConnection implements StreamReceiver {
  readonly #stream: MemoryStream;
  readonly #place: OriginPlace;
  readonly #input = new Input();
  #body: IncomingBody | undefined;
  #answering = false;
  #open = true;
  #drained: (() => void) | undefined;
  #closed: (() => void) | undefined;

  constructor(stream: MemoryStream, place: OriginPlace) {
    this.#stream = stream;
    this.#place = place;
    stream.receiver = this;
  }

  data(chunk: Uint8Array): void {
    this.#input.append(chunk);
    this.#advance();
  }

  ended(): void {
    this.#body?.cut();
    if (!this.#answering) this.#stream.end();
  }

  drained(): void {
    this.#drained?.();
  }

  closed(): void {
    this.#open = false;
    this.#body?.cut();
    this.#drained?.();
    this.#closed?.();
  }

  #advance(): void {
    this.#body?.read(this.#input);
    if (this.#answering || this.#body?.done === false) return;
    const input = this.#input;
    const { bytes } = input;
    input.at = skipBlank(bytes, input.at);
    const end = endOfHead(bytes, input.at);
    if (end < 0) return;
    const head = readRequestHead(this.#stream.text(bytes, input.at, end), noLimits, false);
    input.at = end;
    const framing = "garbage" in head ? "bad" : requestBody(head);
    if ("garbage" in head || framing === "bad") return this.#refuse();
    this.#body = new IncomingBody(framing === "none" ? undefined : framing);
    this.#body.read(input);
    void this.#answer(head, this.#body);
  }

  #refuse(): void {
    this.#stream.write("HTTP/1.1 400 Bad Request\r\nConnection: close\r\n\r\n");
    this.#stream.end();
  }

  async #answer(head: RequestHead, body: IncomingBody): Promise<void> {
    this.#answering = true;
    const request = requestOf(head, body, this.#place.place);
    this.#place.note(request);
    try {
      const response = await this.#place.origin(request);
      if (response.latency) await this.#pause(response.latency);
      if (!this.#open) return;
      if (response.failure !== undefined) return this.#break("HTTP/1.1 ", response.failure);
      await this.#write(head, response);
      if (response.breaks !== undefined) return this.#break("", response.breaks);
    } catch (error) {
      return this.#break("HTTP/1.1 ", error instanceof Error ? error.message : String(error));
    }
    this.#answering = false;
    if (isHttp10(head) || hasToken(fieldValue(head, "connection"), "close")) this.#stream.end();
    else this.#advance();
  }

  #pause(seconds: number): Promise<void> {
    return new Promise((resolve) => {
      const { clock } = this.#place;
      const timer = clock.set(seconds, resolve);
      this.#closed = () => {
        clock.clear(timer);
        resolve();
      };
    });
  }

  #break(text: string, why: string): void {
    this.#stream.write(text);
    this.#stream.break({ errno: reset, text: why });
  }

  async #write({ method }: RequestHead, response: OriginResponse): Promise<void> {
    const { body = "" } = response;
    const { text, chunked } = headOf(response, method);
    if (method === "HEAD" || body === "") return void this.#stream.write(text);
    if (typeof body === "string" && !chunked) return void this.#stream.write(text, [latin1Bytes(body)]);
    this.#stream.write(text);
    const chunks = iteratorOf(body);
    this.#closed = () => void chunks.return?.();
    for (let next = await chunks.next(); !next.done && this.#open; next = await chunks.next()) {
      const chunk = typeof next.value === "string" ? latin1Bytes(next.value) : next.value;
      if (chunk.length > 0)
        await this.#send(chunked ? `${chunk.length.toString(16)}\r\n` : "", chunk, chunked);
    }
    if (chunked && response.breaks === undefined) this.#stream.write("0\r\n\r\n");
  }

  async #send(size: string, chunk: Uint8Array, chunked: boolean): Promise<void> {
    const goesOn = this.#stream.write(size, chunked ? [chunk, Uint8Array.of(13, 10)] : [chunk]);
    if (!goesOn && this.#open) await new Promise<void>((resolve) => (this.#drained = resolve));
  }
}

type Chunks = AsyncIterator<Uint8Array | string> | Iterator<Uint8Array | string>;

function iteratorOf(body: NonNullable<OriginResponse["body"]>): Chunks {
  const source = typeof body === "string" ? [body] : body;
  return Symbol.asyncIterator in source ? source[Symbol.asyncIterator]() : source[Symbol.iterator]();
}

function requestOf(head: RequestHead, body: IncomingBody, endpoint: ConnectPlace): OriginRequest {
  const headers = head.lines.map((line, at): RawHeader => {
    const { length } = head.lowers[at] as string;
    return [line.slice(0, length), line.slice(length + 1).replace(/^[ \t]+/, "")];
  });
  return {
    endpoint,
    method: head.method,
    url: head.url,
    headers,
    header: (name) => fieldValue(head, name),
    text: () => body.text,
  };
}

/** The body of a request, read as it comes. */
class IncomingBody {
  readonly text: Promise<string>;
  readonly #decoder: BodyDecoder | undefined;
  #bytes = "";
  #resolve: (text: string) => void = () => undefined;
  #reject: (error: Error) => void = () => undefined;

  constructor(decoder: BodyDecoder | undefined) {
    this.#decoder = decoder;
    this.text = new Promise((resolve, reject) => {
      this.#resolve = resolve;
      this.#reject = reject;
    });
    // Not every origin reads it.
    this.text.catch(() => undefined);
    if (!decoder) this.#resolve("");
  }

  get done(): boolean {
    return this.#decoder?.done ?? true;
  }

  read(input: Input): void {
    const decoder = this.#decoder;
    if (!decoder) return;
    for (let piece = decoder.next(input); piece; piece = decoder.next(input)) {
      for (const byte of piece) this.#bytes += String.fromCharCode(byte);
    }
    if (decoder.failure !== undefined) this.#reject(new Error(decoder.failure));
    else if (decoder.done) this.#resolve(this.#bytes);
  }

  cut(): void {
    if (!this.done) this.#reject(new Error("the request's body broke off"));
  }
}
