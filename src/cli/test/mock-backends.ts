import type { MemoryHost, Origin, OriginRequest, OriginResponse } from "../../host/memory/index.js";
import type { BackendDefinition } from "../../runtime/index.js";

/** What a mock answers. Without anything: 200 with nothing in it. */
export interface MockResponse {
  readonly status?: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
  /** The connection is reset in place of an answer, or no answer ever comes. */
  readonly failureMode?: "failed" | "frozen";
  /** The answer says what the request was, as JSON. */
  readonly echo?: boolean;
}

export interface MockBackend extends MockResponse {
  /** What is answered for a path (without its query) in place of the rest. */
  readonly routes?: ReadonlyMap<string, MockResponse>;
}

/** What a backend answers, by its name. */
export type BackendAnswers = readonly [name: string, answers: MockBackend | Origin];

/** Longer than any time-out, and than any test. */
export const forever = 1e12;

/** A request that a stand-in got. */
export interface ReceivedRequest {
  /** Of the backend. */
  readonly name: string;
  readonly request: OriginRequest;
  /** Bytes, one per code unit; nothing where it broke off. */
  readonly body: string;
}

/**
 * Stands in for the backends that a policy declares, by their names: each gets an address of its own (198.18.0.0/15, RFC 2544), so that two that
 * are declared at the same one can be told apart.
 */
export class MockBackends {
  readonly #host: MemoryHost;
  readonly #addresses = new Map<string, string>();
  readonly #configured = new Map<string, MockBackend | Origin>();
  /** What backends answer that nothing was said of. */
  rest: MockBackend | Origin = {};
  /** Whether backends that a policy declares are polled, where it says so; those that are not are healthy. */
  arePolled = true;
  #received: ReceivedRequest[] = [];

  constructor(host: MemoryHost) {
    this.#host = host;
  }

  /** Says what a backend answers from now on. `ADDRESS:PORT` stands for one that a VMOD makes. */
  set(name: string, backend: MockBackend | Origin): void {
    this.#configured.set(name, backend);
    if (/:\d+$/.test(name)) this.#host.origin(name, (request) => this.#answer(name, request));
  }

  /** The declaration of a backend with the address of its stand-in; what it says of its Host header stays. */
  standIn(name: string, definition: BackendDefinition): BackendDefinition {
    const { path: _path, via: _via, port: _port, host, probe, ...rest } = definition;
    return {
      ...{ hostHeader: host ?? "0.0.0.0", ...rest, host: this.#addressOf(name), port: "80" },
      ...(probe && this.arePolled && { probe }),
    };
  }

  /** The requests that stand-ins got since this was last called, probes left out. */
  takeReceived(): readonly ReceivedRequest[] {
    const received = this.#received;
    this.#received = [];
    return received.filter(({ request }) => !isProbe(request));
  }

  #addressOf(name: string): string {
    const known = this.#addresses.get(name);
    if (known !== undefined) return known;
    const number = this.#addresses.size + 1;
    const address = `198.18.${number >> 8}.${number & 255}`;
    this.#addresses.set(name, address);
    this.#host.origin(`${address}:80`, (request) => this.#answer(name, request));
    return address;
  }

  async #answer(name: string, request: OriginRequest): Promise<OriginResponse> {
    this.#received.push({ name, request, body: await request.text().catch(() => "") });
    const backend = this.#configured.get(name) ?? this.rest;
    if (typeof backend === "function") return backend(request);
    const [path = ""] = request.url.split("?");
    const { status, headers, body, failureMode, echo } = backend.routes?.get(path) ?? backend;
    if (echo === true) return echoOf(request);
    if (failureMode === "failed") return { failure: "Connection reset by peer" };
    if (failureMode === "frozen") return { latency: forever };
    return {
      status: status ?? 200,
      ...(headers && { headers }),
      ...(body !== undefined && { body: bytesOf(body) }),
    };
  }
}

/** A probe says that it ends the connection; a fetch has a number. */
function isProbe(request: OriginRequest): boolean {
  return request.header("x-varnish") === undefined && request.header("connection") === "close";
}

/** The request as JSON, fields in the order and names in the letters that vcltest gives them. */
export async function echoOf(request: OriginRequest): Promise<OriginResponse> {
  const { method, url } = request;
  const [path = "", query = ""] = url.split("?", 2);
  const headers = listsOf(
    request.headers
      .filter(([name]) => name.toLowerCase() !== "host")
      .map(([name, value]) => [canonical(name), value]),
  );
  const body = await request.text();
  const text = JSON.stringify({
    ...{ method, url, path },
    ...{ query: listsOf([...new URLSearchParams(query)]), headers, body },
  });
  return { status: 200, headers: { "Content-Type": "application/json" }, body: bytesOf(`${text}\n`) };
}

function listsOf(pairs: readonly (readonly [string, string])[]): Readonly<Record<string, readonly string[]>> {
  const names = [...new Set(pairs.map(([name]) => name))].sort();
  return Object.fromEntries(
    names.map((name) => [name, pairs.filter(([other]) => other === name).map(([, value]) => value)]),
  );
}

/** `x-real-ip` → `X-Real-Ip` */
function canonical(name: string): string {
  return name.toLowerCase().replace(/(^|-)[a-z]/g, (letter) => letter.toUpperCase());
}

function bytesOf(text: string): string {
  return Buffer.from(text, "utf8").toString("latin1");
}
