import { filterRegistries } from "../../src/runtime/body/filter-registries.js";
import {
  MemoryClient,
  MemoryHost,
  request,
  settled,
  type MemoryRequest,
  type MemoryResponse,
  type Origin,
  type OriginResponse,
} from "../../src/host/memory/index.js";
import { Backend } from "../../src/runtime/backend/backend.js";
import { backendServices } from "../../src/runtime/backend/backend-services.js";
import { MemoryStorage } from "../../src/runtime/cache/memory-storage.js";
import { ObjectCache } from "../../src/runtime/cache/object-cache.js";
import type { Storage } from "../../src/runtime/cache/storage.js";
import { Storages } from "../../src/runtime/cache/storages.js";
import type { Core } from "../../src/runtime/core.js";
import { Deadlines } from "../../src/runtime/wire/deadlines.js";
import { defaultParameters, type Parameters } from "../../src/runtime/parameters.js";
import { ipToString } from "../../src/runtime/values/index.js";
import { linkSubs } from "../../src/runtime/vcl/link-subs.js";
import type { LoadedVcl, VclRef } from "../../src/runtime/vcl/loaded-vcl.js";
import type { VclBody } from "../../src/runtime/vcl/vpi.js";

/** What the subs do that a test does not write: the gist of the built-in VCL. */
const defaults: VclBody = {
  vcl_recv({ req }) {
    return req.method === "GET" || req.method === "HEAD" ? "hash" : "pass";
  },
  vcl_pipe: () => "pipe",
  vcl_pass: () => "fetch",
  vcl_hash(task) {
    const { req, server } = task;
    const hash = task as unknown as { addHash(strands: readonly (string | undefined)[]): void };
    hash.addHash([req.url]);
    hash.addHash([req.http.get("host") ?? ipToString(server.ip)]);
    return "lookup";
  },
  vcl_purge: (task) => synth(task, 200, "Purged"),
  vcl_miss: () => "fetch",
  vcl_hit: () => "deliver",
  vcl_deliver: () => "deliver",
  vcl_synth({ resp }) {
    resp.http.set("Content-Type", "text/plain");
    resp.body = `${resp.status} ${resp.reason}`;
    return "deliver";
  },
  vcl_backend_fetch({ bereq }) {
    if (bereq.method === "GET") bereq.body = undefined;
    return "fetch";
  },
  vcl_backend_refresh: () => "merge",
  vcl_backend_response({ beresp, bereq, param }) {
    if (!bereq.uncacheable && beresp.ttl <= 0) {
      beresp.ttl = param.uncacheable_ttl;
      beresp.uncacheable = true;
    }
    return "deliver";
  },
  vcl_backend_error({ beresp }) {
    beresp.body = `${beresp.status} ${beresp.reason}`;
    return "deliver";
  },
};

/** `return (synth(…))`, as emitted code writes it through the VPI. */
export function synth(task: object, status: number, reason?: string): "synth" {
  Object.assign(task, { errStatus: status, errReason: reason });
  return "synth";
}

/** `return (error(…))` */
export function error(task: object, status: number, reason?: string): "error" {
  Object.assign(task, { errStatus: status, errReason: reason });
  return "error";
}

export interface WorldOptions {
  readonly params?: Partial<Parameters>;
  /** Bytes of the only one, or each. */
  readonly storage?: number | readonly Storage[];
  readonly origin?: Origin;
}

/** One proxy in memory, with subs written by hand, and one origin. */
export class World {
  readonly host = new MemoryHost();
  readonly counters = new Map<string, number>();
  readonly core: Core & { readonly cache: ObjectCache };
  readonly backend: Backend;
  readonly vcl: TestVcl;
  /** The first of them. */
  readonly storage: Storage;
  private xid = 1000;

  constructor(
    body: VclBody = {},
    { params, storage, origin = () => ({ body: "hello" }) }: WorldOptions = {},
  ) {
    const parameters = { ...defaultParameters, ...params };
    const endpoint = { name: "default", address: "127.0.0.1", port: 8080 };
    const services = backendServices(this.host, parameters);
    this.backend = new Backend(
      "default",
      "test.default",
      { host: "127.0.0.1", port: "8080" },
      endpoint,
      services,
    );
    this.vcl = this.load("test", body);
    this.host.origin("*", origin);
    const { host, counters, vcl } = this;
    const storages = new Storages(
      typeof storage === "object" ? storage : [new MemoryStorage("s0", storage ?? 1 << 20)],
    );
    this.storage = storages.all[0] as Storage;
    this.core = {
      host,
      params: parameters,
      deadlines: new Deadlines(host),
      pipes: { open: 0 },
      cache: new ObjectCache({
        rush: () => parameters.rush_exponent,
        storages: storages.all,
        lurker: { host: this.host, params: parameters },
      }),
      storages,
      identity: "cache",
      acquireActiveVcl() {
        vcl.retain();
        return vcl;
      },
      nextXid: () => ++this.xid,
      count: (name, by = 1) => counters.set(name, (counters.get(name) ?? 0) + by),
    };
  }

  /** Another VCL, for labels to point to. */
  load(name: string, body: VclBody): TestVcl {
    return new TestVcl(name, body, this.backend);
  }

  get(url = "/", headers: Readonly<Record<string, string>> = {}): Promise<MemoryResponse> {
    return this.send({ url, headers });
  }

  async send(wanted: MemoryRequest = {}): Promise<MemoryResponse> {
    const response = request(this.core, wanted);
    await settled();
    return response;
  }

  /** Starts a request; look at the client when time has passed. */
  start(wanted: MemoryRequest = {}): { exchange: MemoryClient; done: Promise<void> } {
    const exchange = new MemoryClient(this.core, wanted);
    return { exchange, done: exchange.done };
  }

  advance(seconds: number): Promise<void> {
    return this.host.clock.advance(seconds);
  }

  log(tag: string): readonly string[] {
    return this.host.captured.texts(tag);
  }

  /** Subs in the order in which they were called. */
  get calls(): readonly string[] {
    return this.log("VCL_call");
  }

  count(counter: string): number {
    return this.counters.get(counter) ?? 0;
  }

  /** How many requests the origin has had. */
  get fetches(): number {
    return this.host.requests.length;
  }
}

class TestVcl implements LoadedVcl {
  readonly name: string;
  readonly version = 41;
  readonly subs;
  readonly filters = filterRegistries();
  readonly defaultBackend: Backend;
  /** References that tasks hold. */
  references = 0;

  constructor(name: string, body: VclBody, backend: Backend) {
    this.name = name;
    this.subs = linkSubs(body, defaults);
    this.defaultBackend = backend;
  }

  retain(): void {
    this.references++;
  }

  release(): void {
    this.references--;
  }
}

/** A label on a VCL. */
export function label(vcl: LoadedVcl, name = "policy"): VclRef {
  return { name, current: () => vcl };
}

/** An origin that answers with each of these in turn, the last one again and again. */
export function inTurn(...responses: readonly OriginResponse[]): Origin {
  let index = 0;
  return () => responses[Math.min(index++, responses.length - 1)] ?? {};
}
