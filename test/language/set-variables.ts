import type { variables } from "../../src/language/variables.js";
import type { setLimits } from "../../src/language/limits.js";
import type { Parameters } from "../../src/runtime/parameters.js";
import { get, packed, post, type WireWorld } from "./wire-world.js";

type Entry = (typeof variables)[number];
type WithRight = Extract<Entry, { readonly write: unknown } | { readonly unset: unknown }>;
/** Every variable that can be set or unset and has its whole effect. */
export type SettableName = Exclude<WithRight["name"], never>;

/** A statement that sets a variable, and what the wire shows with it and without it not. */
export interface Effect {
  /** `sub: statement` */
  readonly set: string;
  readonly shows: RegExp;
  /** The rest of the VCL. */
  readonly vcl?: string;
  readonly version?: "4.0";
  readonly parameters?: Partial<Parameters>;
  /** What happens; one GET / unless given. */
  readonly play?: (world: WireWorld) => Promise<void>;
}

const pass = "sub vcl_recv { return (pass); }";
const stored = "sub vcl_backend_response { set beresp.ttl = 1s; set beresp.grace = 1m; return (deliver); }";
const shown = (name: string) => `sub vcl_deliver { set resp.http.Shown = ${name}; }`;

/** Requests one after another, each so many seconds after the one before. */
const after =
  (...steps: readonly (readonly [seconds: number, text: string])[]) =>
  async (world: WireWorld): Promise<void> => {
    world.answers((call) => ({ headers: { Vary: "X", ETag: `"e${call}"` }, body: `body${call}` }));
    for (const [seconds, text] of steps) {
      await world.clock.advance(seconds);
      await world.client(text);
    }
  };
const twice = after([0, get()], [5, get()]);

const answering =
  (answer: ReturnType<Parameters0>, text = get(), wait = 0) =>
  async (world: WireWorld): Promise<void> => {
    world.answers(() => answer);
    await world.client(text);
    await world.clock.advance(wait);
  };
type Parameters0 = Parameters_<WireWorld["answers"]>[0];
type Parameters_<F extends (...args: never[]) => unknown> = F extends (...args: infer A) => unknown
  ? A
  : never;

/** A body whose second half comes after so many seconds, or never. */
async function* halves(world: WireWorld, seconds: number): AsyncGenerator<Uint8Array> {
  yield new TextEncoder().encode("first");
  await new Promise<void>((resolve) => world.setTimer(seconds, resolve));
  yield new TextEncoder().encode("second");
}

const slowBody = async (world: WireWorld): Promise<void> => {
  world.answers(() => ({ body: halves(world, 9) }));
  await world.client(get());
  await world.clock.advance(10);
};

/** A megabyte in pieces. */
async function* pieces(taken: () => void = () => undefined): AsyncGenerator<Uint8Array> {
  for (let at = 0; at < 100; at++) {
    taken();
    yield new Uint8Array(10_000).fill(0x23);
  }
}

/** A client that does not read a large body. */
const notReading = async (world: WireWorld): Promise<void> => {
  world.answers(() => ({ body: pieces() }));
  const client = await world.client("");
  client.pause();
  client.write(get());
  await world.clock.advance(20);
  client.resume();
  await world.clock.advance(20);
  const got = world.wire.join("").match(/#/g)?.length ?? 0;
  world.wire.push(`got ${got < 1_000_000 ? "part" : "all"}`);
};

const esi = answering({ body: '<p>a<esi:include src="/in"/>z</p>' });
const includes = 'sub vcl_backend_response { if (bereq.url == "/") { set beresp.do_esi = true; } }';
const gzipped = { headers: { "Content-Encoding": "gzip" }, body: packed };
const text = { headers: { "Content-Type": "text/plain" }, body: "hello ".repeat(100) };
const wantsGzip = get("/", "Accept-Encoding: gzip");
const failing = (world: WireWorld) => {
  world.refuse("*", { errno: 111, text: "Connection refused" });
  return world.client(get()).then(() => undefined);
};
const traced = { feature: 1 << 13 };

/** What each variable does once it is set. */
export const setEffects = {
  "client.identity": {
    set: 'vcl_recv: set client.identity = "me";',
    vcl: "sub vcl_backend_fetch { set bereq.http.Id = client.identity; }",
    shows: /Id: me/,
  },
  "req.backend_hint": { set: "vcl_recv: set req.backend_hint = other;", shows: /s 192.0.2.2 GET/ },
  "req.esi": {
    set: "vcl_recv: set req.esi = false;",
    version: "4.0",
    vcl: includes,
    play: esi,
    shows: /^(?!.*GET \/in)/s,
  },
  "req.filters": {
    set: 'vcl_recv: set req.filters = "gunzip";',
    vcl: pass,
    play: answering({}, post(packed, "Content-Encoding: gzip")),
    shows: /192.0.2.1 5\r\nhello|192.0.2.1 .*hello/s,
  },
  "req.grace": { set: "vcl_recv: set req.grace = 1s;", vcl: stored, play: twice, shows: /client2 .*body1/s },
  "req.hash_always_miss": {
    set: "vcl_recv: set req.hash_always_miss = true;",
    play: twice,
    shows: /client2 .*body1/s,
  },
  "req.hash_ignore_busy": {
    set: "vcl_recv: set req.hash_ignore_busy = true;",
    play: async (world) => {
      world.answers((call) => ({ latency: 5, body: `body${call}` }));
      await world.client(get());
      await world.client(get());
      await world.clock.advance(6);
    },
    shows: /client2 .*body1/s,
  },
  "req.hash_ignore_vary": {
    set: "vcl_deliver: unset resp.http.None; } sub vcl_recv { set req.hash_ignore_vary = true;",
    play: after([0, get("/", "X: a")], [1, get("/", "X: b")]),
    shows: /client2 .*body0/s,
  },
  "req.http.*": { set: 'vcl_recv: set req.http.Extra = "one";', shows: /192.0.2.1 .*Extra: one/s },
  "req.method": { set: 'vcl_recv: set req.method = "POST";', vcl: pass, shows: /192.0.2.1 POST/ },
  "req.proto": {
    set: 'vcl_recv: set req.proto = "HTTP/1.0";',
    version: "4.0",
    vcl: shown("req.proto"),
    shows: /Shown: HTTP\/1.0/,
  },
  "req.trace": {
    set: "vcl_recv: set req.trace = false;",
    parameters: traced,
    shows: /^(?!.*trace main vcl_deliver)/s,
  },
  "req.max_age": {
    set: "vcl_recv: set req.max_age = 1s;",
    vcl: "sub vcl_backend_response { set beresp.grace = 0s; }",
    play: twice,
    shows: /client2 .*body1/s,
  },
  "req.ttl": {
    set: "vcl_recv: set req.ttl = 1s;",
    vcl: "sub vcl_backend_response { set beresp.grace = 0s; }",
    play: twice,
    shows: /client2 .*body1/s,
  },
  "req.url": { set: 'vcl_recv: set req.url = "/new";', shows: /192.0.2.1 GET \/new/ },
  "bereq.backend": { set: "vcl_backend_fetch: set bereq.backend = other;", shows: /s 192.0.2.2 GET/ },
  "bereq.between_bytes_timeout": {
    set: "vcl_backend_fetch: set bereq.between_bytes_timeout = 1s;",
    play: slowBody,
    shows: /1.0s client1 \(closed\)/,
  },
  "bereq.body": {
    set: "vcl_backend_fetch: unset bereq.body;",
    vcl: pass,
    play: answering({}, post("upload")),
    shows: /^(?!.*192.0.2.1 .*upload)/s,
  },
  "bereq.connect_timeout": {
    set: "vcl_backend_fetch: set bereq.connect_timeout = 1s;",
    play: async (world) => {
      world.refuse("*");
      await world.client(get());
      await world.clock.advance(5);
    },
    shows: /1.0s client1 HTTP\/1.1 503/,
  },
  "bereq.filters": {
    set: 'vcl_backend_fetch: set bereq.filters = "none";',
    vcl: pass,
    play: answering({}, post("upload")),
    shows: /client1 HTTP\/1.1 503/,
  },
  "bereq.first_byte_timeout": {
    set: "vcl_backend_fetch: set bereq.first_byte_timeout = 1s;",
    play: answering({ latency: 5 }, get(), 6),
    shows: /1.0s client1 HTTP\/1.1 503/,
  },
  "bereq.http.*": {
    set: 'vcl_backend_fetch: set bereq.http.Extra = "one";',
    shows: /192.0.2.1 .*Extra: one/s,
  },
  "bereq.method": { set: 'vcl_backend_fetch: set bereq.method = "OPTIONS";', shows: /192.0.2.1 OPTIONS/ },
  "bereq.proto": {
    set: 'vcl_backend_fetch: set bereq.proto = "HTTP/1.0";',
    version: "4.0",
    shows: /192.0.2.1 GET \/ HTTP\/1.0/,
  },
  "bereq.retry_connect": {
    set: "vcl_backend_fetch: set bereq.retry_connect = false;",
    vcl: pass,
    play: async (world) => {
      const bare = "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n";
      world.rawOrigin("192.0.2.1:80", (stream) => {
        let asked = 0;
        const data = () => (++asked === 1 ? stream.write(bare) : stream.end());
        stream.receiver = { data, drained: () => undefined, ended: () => undefined, closed: () => undefined };
      });
      await world.client(get());
      await world.client(get());
    },
    shows: /client2 HTTP\/1.1 503/,
  },
  "bereq.task_deadline": {
    set: "vcl_pipe: set bereq.task_deadline = 2s;",
    vcl: "sub vcl_recv { return (pipe); }",
    play: async (world) => {
      world.rawOrigin("192.0.2.1:80", () => undefined);
      await world.client(get());
      await world.clock.advance(5);
    },
    shows: /2.0s client1 \(closed\)/,
  },
  "bereq.trace": {
    set: "vcl_backend_fetch: set bereq.trace = false;",
    parameters: traced,
    shows: /^(?!.*trace main vcl_backend_response)/s,
  },
  "bereq.url": { set: 'vcl_backend_fetch: set bereq.url = "/new";', shows: /192.0.2.1 GET \/new/ },
  "beresp.body": {
    set: 'vcl_backend_error: set beresp.body = "sorry"; return (deliver);',
    play: failing,
    shows: /sorry/,
  },
  "beresp.do_esi": {
    set: 'vcl_backend_response: if (bereq.url == "/") { set beresp.do_esi = true; }',
    play: esi,
    shows: /192.0.2.1 GET \/in/,
  },
  "beresp.do_gunzip": {
    set: "vcl_backend_response: set beresp.do_gunzip = true;",
    play: answering(gzipped, wantsGzip),
    shows: /client1 .*\r\n\r\n.*hello/s,
  },
  "beresp.do_gzip": {
    set: "vcl_backend_response: set beresp.do_gzip = true;",
    play: answering(text, wantsGzip),
    shows: /client1 .*Content-Encoding: gzip/s,
  },
  "beresp.do_stream": {
    set: "vcl_backend_response: set beresp.do_stream = false;",
    play: slowBody,
    shows: /9.0s client1 HTTP\/1.1 200/,
  },
  "beresp.filters": {
    set: 'vcl_backend_response: set beresp.filters = "gzip";',
    play: answering(text, wantsGzip),
    shows: /client1 .*Content-Encoding: gzip/s,
  },
  "beresp.grace": {
    set: "vcl_backend_response: set beresp.ttl = 1s; set beresp.grace = 1m;",
    vcl: "sub vcl_backend_response { if (beresp.grace < 1m) { set beresp.ttl = 1s; set beresp.grace = 0s; } }",
    play: twice,
    shows: /client2 .*body0/s,
  },
  "beresp.http.*": {
    set: 'vcl_backend_response: set beresp.http.Extra = "one";',
    shows: /client1 .*Extra: one/s,
  },
  "beresp.keep": {
    set: "vcl_backend_response: set beresp.keep = 1m;",
    vcl: "sub vcl_backend_response { set beresp.ttl = 1s; set beresp.grace = 0s; }",
    play: twice,
    shows: /192.0.2.1 .*If-None-Match: "e0"/s,
  },
  "beresp.proto": {
    set: 'vcl_backend_response: set beresp.proto = "HTTP/1.0";',
    version: "4.0",
    vcl: "sub vcl_hit { set req.http.Shown = obj.proto; } sub vcl_deliver { set resp.http.Shown = req.http.Shown; }",
    play: twice,
    shows: /Shown: HTTP\/1.0/,
  },
  "beresp.reason": {
    set: 'vcl_backend_response: set beresp.reason = "Fine";',
    shows: /client1 HTTP\/1.1 200 Fine/,
  },
  "beresp.status": { set: "vcl_backend_response: set beresp.status = 203;", shows: /client1 HTTP\/1.1 203/ },
  "beresp.storage": {
    set: "vcl_backend_response: set beresp.storage = storage.big;",
    vcl: shown("obj.storage"),
    shows: /Shown: storage.big/,
  },
  "beresp.storage_hint": {
    set: 'vcl_backend_response: set beresp.storage_hint = "big";',
    version: "4.0",
    vcl: shown("obj.storage"),
    shows: /Shown: storage.big/,
  },
  "beresp.transit_buffer": {
    set: "vcl_backend_response: set beresp.transit_buffer = 1B;",
    vcl: pass,
    play: async (world) => {
      let sent = 0;
      world.answers(() => ({ body: pieces(() => sent++) }));
      const client = await world.client("");
      client.pause();
      client.write(get());
      await world.clock.advance(1);
      world.wire.push(`${sent < 15 ? "few" : "many"} pieces`);
    },
    shows: /few pieces/,
  },
  "beresp.ttl": {
    set: "vcl_backend_response: set beresp.ttl = 0s; set beresp.grace = 0s;",
    play: twice,
    shows: /client2 .*body1/s,
  },
  "beresp.uncacheable": {
    set: "vcl_backend_response: set beresp.uncacheable = true;",
    play: twice,
    shows: /client2 .*body1/s,
  },
  "resp.body": {
    set: 'vcl_synth: set resp.body = "done"; return (deliver);',
    vcl: "sub vcl_recv { return (synth(200)); }",
    shows: /\r\n\r\n.*done/s,
  },
  "resp.do_esi": {
    set: "vcl_deliver: set resp.do_esi = false;",
    vcl: includes,
    play: esi,
    shows: /^(?!.*GET \/in)/s,
  },
  "resp.filters": {
    set: 'vcl_deliver: set resp.filters = "";',
    play: answering(text, get("/", "Range: bytes=0-1")),
    shows: /client1 HTTP\/1.1 200/,
  },
  "resp.http.*": { set: 'vcl_deliver: set resp.http.Extra = "one";', shows: /client1 .*Extra: one/s },
  "resp.proto": {
    set: 'vcl_deliver: set resp.proto = "HTTP/1.0";',
    version: "4.0",
    shows: /client1 HTTP\/1.0 200/,
  },
  "resp.reason": { set: 'vcl_deliver: set resp.reason = "Fine";', shows: /client1 HTTP\/1.1 200 Fine/ },
  "resp.status": { set: "vcl_deliver: set resp.status = 203;", shows: /client1 HTTP\/1.1 203/ },
  "sess.idle_send_timeout": {
    set: "vcl_recv: set sess.idle_send_timeout = 5s;",
    play: notReading,
    shows: /got part/,
  },
  "sess.send_timeout": {
    set: "vcl_recv: set sess.send_timeout = 5s;",
    play: notReading,
    shows: /got part/,
  },
  "sess.timeout_idle": {
    set: "vcl_recv: set sess.timeout_idle = 1s;",
    play: answering({}, get(), 10),
    shows: /1.0s client1 \(closed\)/,
  },
} as const satisfies Readonly<Record<Exclude<SettableName, keyof typeof setLimits>, Effect>>;
