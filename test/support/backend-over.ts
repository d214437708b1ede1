import { HttpHeaders, type BackendTask, type Host, type RawHeader } from "vclc/runtime";
import { backendServices } from "../../src/runtime/backend/backend-services.js";
import { Backend } from "../../src/runtime/backend/backend.js";
import type { BackendResponse, Endpoint, RawConnection } from "../../src/runtime/backend/transport.js";
import { sourceOf } from "../../src/runtime/body/iterable.js";
import { defaultParameters, type Parameters } from "../../src/runtime/parameters.js";
import type { ClientTask, FetchInput } from "../../src/runtime/task.js";
import { ip } from "../../src/runtime/values/index.js";
import type { BackendDefinition } from "../../src/runtime/vcl/vpi.js";

/** What a test has a backend send. */
export interface Sent extends Partial<FetchInput> {
  readonly method?: string;
  readonly url?: string;
  readonly headers?: readonly RawHeader[];
  readonly retryConnect?: boolean;
}

/** A backend called `b` over a host, and what it counts and writes to the log. */
export class BackendOver {
  readonly backend: Backend;
  readonly params: Parameters = { ...defaultParameters };
  readonly counters: Record<string, number> = {};
  /** `TAG text`, in order. */
  readonly records: string[] = [];
  readonly #host: Host;

  constructor(host: Host, endpoint: Partial<Endpoint>, definition: BackendDefinition = {}) {
    this.#host = host;
    const count = (name: string): void => void (this.counters[name] = (this.counters[name] ?? 0) + 1);
    const services = backendServices(host, this.params, count);
    const own = { host: "origin", ...definition };
    this.backend = new Backend("b", "v.b", own, { name: "b", ...endpoint }, services);
  }

  fetch({
    method = "GET",
    url = "/",
    headers = [],
    retryConnect = true,
    ...input
  }: Sent = {}): Promise<BackendResponse> {
    const bereq = { method, url, retry_connect: retryConnect, http: new HttpHeaders(headers) };
    const traffic = { sentHead: 0, sentBody: 0, head: 0, body: 0 };
    const fetchInput = { traffic, body: undefined, signal: undefined, unconditional: false, ...input };
    return this.backend.fetch({ ...this.#task(), bereq, fetchInput } as unknown as BackendTask);
  }

  /** Fetches and reads everything. */
  async text(sent: Sent = {}): Promise<string> {
    return readText(await this.fetch(sent));
  }

  open(): Promise<RawConnection> {
    return this.backend.open(this.#task() as unknown as ClientTask);
  }

  /** Texts of the records with that tag. */
  texts(tag: string): string[] {
    return this.records
      .filter((record) => record.startsWith(`${tag} `))
      .map((record) => record.slice(tag.length + 1));
  }

  /** Ends it, and with it its idle connections. */
  end(): void {
    this.backend.end();
  }

  #task(): object {
    return {
      timestamp: () => undefined,
      host: this.#host,
      client: { ip: ip("192.0.2.1", 4711) },
      server: { ip: ip("192.0.2.2", 80) },
      log: (tag: string, text: string) => void this.records.push(`${tag} ${text}`),
    };
  }
}

/** The body of a response, one byte per code unit. */
export async function readText({ body }: BackendResponse): Promise<string> {
  let text = "";
  if (body) {
    await sourceOf(body).pipe({
      write(chunk) {
        for (const byte of chunk) text += String.fromCharCode(byte);
      },
    });
  }
  return text;
}

/** Gives a body up. */
export function giveUp({ body }: BackendResponse): void {
  if (body) sourceOf(body).cancel();
}
