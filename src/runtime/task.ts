import type { FetchTraffic, Transport } from "./backend/transport.js";
import type { BodySource } from "./body/body.js";
import type { DeliveryContext, FetchContext, FilterKind } from "./body/filter-kind.js";
import type { Director } from "./director/director.js";
import type { Host } from "./host.js";
import type { HeaderList } from "./http/header-list.js";
import type { Blob } from "./values/blob.js";
import type { Ip } from "./values/ip.js";
import type { Parameters } from "./parameters.js";
import type { ObjectWatcher } from "./cache/object-watchers.js";
import type { PurgeTimes } from "./cache/soft-purge.js";
import type { Stevedore } from "./cache/stevedore.js";
import type { LateLabelUse, LoadedVcl, VclRef } from "./vcl/loaded-vcl.js";
import type { ControlSide } from "./vcl/control.js";
import type { GlobalDirectorRegistry } from "./vcl/registry.js";
import type { BackendDefinition } from "./vcl/vpi.js";

/** What a sub returns: an action, or nothing when it falls through. */
export type Action =
  | "abandon"
  | "beresp"
  | "deliver"
  | "dispatch"
  | "error"
  | "fail"
  | "fetch"
  | "hash"
  | "lookup"
  | "merge"
  | "obj_stale"
  | "ok"
  | "pass"
  | "pipe"
  | "purge"
  | "restart"
  | "retry"
  | "synth"
  | "vcl";

/** State that a VMOD keeps; `fini` runs when the scope (call site, VCL, task, top request) ends. */
export interface Priv {
  value: unknown;
  fini?: (value: unknown) => void;
}

/** What every piece of VCL can see, whichever task runs it. */
export interface Task {
  readonly kind: "client" | "backend" | "housekeeping";
  /** The method sub that is running, e.g. `vcl_recv`. */
  readonly method: string;
  /** Seconds since the epoch; constant within a sub. */
  readonly now: number;
  readonly vcl: LoadedVcl;
  readonly host: Host;
  readonly server: Server;
  readonly param: Readonly<Parameters>;
  /** Writes a VSL record of this transaction. */
  log(tag: string, text: string): void;
  /** State of a VMOD for this task (PRIV_TASK), keyed by module name or by any object. */
  privTask(key: unknown): Priv;
  /** Writes a Timestamp record `label: absolute since-start since-last`; nothing outside a transaction. */
  timestamp(label: string): void;
  /** Adds a ban; answers with what is wrong with the expression, or undefined when it is right. */
  ban(expression: string | undefined): string | undefined;
}

export interface Server {
  readonly hostname: string;
  readonly identity: string;
  readonly ip: Ip;
}

interface TransactionTask extends Task {
  readonly client: { readonly ip: Ip; identity: Text | undefined };
  readonly remote: { readonly ip: Ip };
  readonly local: { readonly ip: Ip; readonly endpoint: string; readonly socket: string };
}

/** A client transaction: the subs from vcl_recv to vcl_deliver and vcl_synth. Which members are usable where, the compiler checks. */
export interface ClientTask extends TransactionTask {
  readonly kind: "client";
  readonly req: Req;
  readonly req_top: ReqTop;
  /** In vcl_pipe only. */
  readonly bereq: Bereq;
  readonly obj: Obj;
  readonly resp: Resp;
  readonly sess: Sess;
  /** State shared with ESI children (PRIV_TOP). */
  privTop(key: unknown): Priv;
  /** Puts the request back to what the client sent: headers, URL, method, body filters, task state (std.rollback). */
  rollback(): void;
  /**
   * Reads the request body and keeps it, at most `size` bytes (std.cache_req_body). False when it is larger: the request is then answered
   * with 400 after vcl_recv. False also after a restart, unless the body was kept before.
   */
  cacheRequestBody(size: number): Promise<boolean>;
  /** The request body, once it has been read and kept. */
  readonly keptRequestBody: Uint8Array | undefined;
  /** In vcl_hash: adds the strands of one `hash_data` statement to the hash of the object. */
  addHash(strands: readonly (string | undefined)[]): void;
  /** True: `100 Continue` is sent when the body is read, not at the end of vcl_recv (std.late_100_continue). */
  late100Continue: boolean;
  /**
   * In vcl_hit and vcl_miss: takes every object of this request's hash out of the cache, or, with times, shortens what is left of them
   * (vmod purge). Answers how many objects that were.
   */
  purge(times?: PurgeTimes): number;
  /** Marks the client connection's packets, where the host can (std.set_ip_tos). */
  setIpTos?(tos: number): void;
}

export interface BackendTask extends TransactionTask {
  readonly kind: "backend";
  readonly bereq: Bereq;
  readonly beresp: Beresp;
  readonly obj_stale: Obj & { readonly is_valid: boolean };
  readonly sess: { readonly xid: number };
  /** Puts bereq back to what it was when the fetch began. */
  rollback(): void;
  /** Works ttl, grace and keep of beresp out again from its headers and logs them (std.rfc_ttl). */
  rfcTtl(): void;
}

/** The directors of one VCL, for a VMOD that makes and ends some whenever it likes, also while requests run. */
export interface OwnDirectors {
  /** Makes a director that counts its references known to the VCL: listed, and found by its name, until it is removed. */
  add(director: Director): void;
  /** Takes one off that retires. */
  remove(director: Director): void;
  /**
   * Makes a backend of the VCL that lives until its last reference goes, of which the caller owns the first (S0-01): listed, and probed while the
   * VCL is warm. Rejects with a one-line reason.
   */
  addBackend(name: string, definition: BackendDefinition): Promise<Director>;
}

/** vcl_init and vcl_fini: no request. */
export interface HousekeepingTask extends Task {
  readonly kind: "housekeeping";
  /** The registry of global directors; only this side may touch it. */
  readonly registry: GlobalDirectorRegistry;
  /** What outlives the event that runs: the way back to the control queue, and backends that belong to no VCL. */
  readonly control: ControlSide;
  /** The backend or director of this VCL with that name (directors.lookup). */
  director(name: string): Director | undefined;
  /** Makes a VMOD's director known to this VCL: listed, and found by its name, until the VCL is discarded. */
  addDirector(director: Director): void;
  /**
   * Makes a backend of this VCL (VRT_new_backend), as if it had been declared: listed, probed while the VCL is warm, and gone with it. Only in vcl_init.
   * Rejects with a one-line reason, for instance when the host is not found.
   */
  addBackend(name: string, definition: BackendDefinition): Promise<Director>;
  /** The same for directors and backends that come and go while the VCL runs; it may be kept. */
  readonly ownDirectors: OwnDirectors;
  /**
   * Says which labels functions of this VCL may answer with (`control.label`), as things stand: asked again whenever somebody wants to know. Those are
   * not discarded while the VCL is there, and `vclc warm` says which of them are missing. Only in vcl_init.
   */
  useLabels(labels: () => Iterable<LateLabelUse>): void;
  /**
   * Gives a backend of this VCL the transport that its connections and probes go over: only in vcl_init, and only one that has none yet. What it is
   * to others, its limits and its probe stay as declared.
   */
  useTransport(backend: Director, transport: Transport): void;
  /**
   * Makes a filter of bodies known to this VCL by its name (VRT_AddVFP, VRT_AddVDP): `fetch` for beresp.filters and req.filters, `delivery` for
   * resp.filters and bereq.filters. Fails where the name is taken.
   */
  addFilter(side: "fetch", kind: FilterKind<FetchContext>): void;
  addFilter(side: "delivery", kind: FilterKind<DeliveryContext>): void;
  /** Tells of the objects that come into the cache and leave it, until the answer is called. Those that are there already are not told of. */
  watchObjects(watcher: ObjectWatcher): () => void;
  /**
   * VRT_VCL_Prevent_Discard, from the WARM event on: the VCL goes cold as always, but stays in memory until the answer is called. `description`
   * says who holds it. Fails in vcl_init, where the VCL is not warm yet.
   */
  preventDiscard(description: string): () => void;
  /**
   * Takes a backend from this VCL and puts it on the global list: it is warm from now on, and lives until its last reference goes. The VCL keeps
   * one until its discard, the caller owns another. Only in vcl_init, and only a backend that no director has as a member yet.
   */
  transferBackend(backend: Director): Director;
}

/**
 * A string and a number that a variable holds. To TypeScript they are what they say, except that comparing one with a literal tells it nothing
 * about the next comparison: a sub called in between may have changed the variable.
 */
export type Text = string & {};
export type Numeric = number & {};

/** `req`. Setting `url` or `method` to "" or NULL, and every other illegal value, fails the task as Varnish does. */
export interface Req {
  readonly http: HeaderList;
  get url(): Text;
  set url(value: string | undefined);
  get method(): Text;
  set method(value: string | undefined);
  get proto(): Text;
  set proto(value: string | undefined);
  backend_hint: Director | undefined;
  readonly can_gzip: boolean;
  esi: boolean;
  readonly esi_level: Numeric;
  get filters(): Text | undefined;
  set filters(value: string | undefined);
  /** Seconds; unset reads as -1. Setting `undefined` is VCL's `unset`. */
  get grace(): Numeric;
  set grace(value: number | undefined);
  get max_age(): Numeric;
  set max_age(value: number | undefined);
  get ttl(): Numeric;
  set ttl(value: number | undefined);
  readonly hash: Blob | undefined;
  hash_always_miss: boolean;
  hash_ignore_busy: boolean;
  hash_ignore_vary: boolean;
  readonly is_hitmiss: boolean;
  readonly is_hitpass: boolean;
  readonly restarts: Numeric;
  storage: Stevedore | undefined;
  readonly time: Numeric;
  trace: boolean;
  readonly transport: Text;
  readonly xid: Numeric;
}

export interface ReqTop {
  readonly http: HeaderList;
  readonly url: Text;
  readonly method: Text;
  readonly proto: Text;
  readonly time: Numeric;
}

export interface Bereq {
  readonly http: HeaderList;
  get url(): Text;
  set url(value: string | undefined);
  get method(): Text;
  set method(value: string | undefined);
  get proto(): Text;
  set proto(value: string | undefined);
  backend: Director | undefined;
  /** Setting `undefined` is `unset bereq.body`. */
  get body(): undefined;
  set body(value: undefined);
  get connect_timeout(): Numeric;
  set connect_timeout(value: number | undefined);
  get first_byte_timeout(): Numeric;
  set first_byte_timeout(value: number | undefined);
  get between_bytes_timeout(): Numeric;
  set between_bytes_timeout(value: number | undefined);
  get task_deadline(): Numeric;
  set task_deadline(value: number | undefined);
  get filters(): Text | undefined;
  set filters(value: string | undefined);
  readonly hash: Blob | undefined;
  readonly is_bgfetch: boolean;
  readonly is_hitmiss: boolean;
  readonly is_hitpass: boolean;
  readonly retries: Numeric;
  retry_connect: boolean;
  readonly time: Numeric;
  trace: boolean;
  readonly uncacheable: boolean;
  readonly xid: Numeric;
}

/** A body that VCL writes: vcl_synth and vcl_backend_error. */
export interface SyntheticBody {
  /** Replaces what was written so far (`set resp.body = …`). */
  get body(): Text | undefined;
  set body(value: string | Blob | undefined);
  /** `set resp.body += …` and `synthetic(…)`. */
  appendBody(value: string | Blob | undefined): void;
}

export interface Beresp extends SyntheticBody {
  readonly http: HeaderList;
  readonly age: Numeric;
  readonly backend: Director | undefined;
  readonly backend_ip: Ip | undefined;
  readonly backend_name: Text | undefined;
  do_esi: boolean;
  do_gunzip: boolean;
  do_gzip: boolean;
  do_stream: boolean;
  get filters(): Text | undefined;
  set filters(value: string | undefined);
  grace: Numeric;
  keep: Numeric;
  ttl: Numeric;
  get proto(): Text;
  set proto(value: string | undefined);
  get reason(): Text;
  set reason(value: string | undefined);
  status: Numeric;
  storage: Stevedore | undefined;
  get storage_hint(): Text | undefined;
  set storage_hint(value: string | undefined);
  readonly time: Numeric;
  transit_buffer: Numeric;
  uncacheable: boolean;
  readonly was_304: boolean;
}

export interface Obj {
  readonly http: HeaderList;
  readonly age: Numeric;
  readonly can_esi: boolean;
  readonly grace: Numeric;
  readonly hits: Numeric;
  readonly keep: Numeric;
  readonly proto: Text;
  readonly reason: Text;
  readonly status: Numeric;
  readonly storage: Stevedore | undefined;
  readonly time: Numeric;
  readonly ttl: Numeric;
  readonly uncacheable: boolean;
}

export interface Resp extends SyntheticBody {
  readonly http: HeaderList;
  do_esi: boolean;
  get filters(): Text | undefined;
  set filters(value: string | undefined);
  readonly is_streaming: boolean;
  get proto(): Text;
  set proto(value: string | undefined);
  get reason(): Text;
  set reason(value: string | undefined);
  status: Numeric;
  readonly time: Numeric;
}

export interface Sess {
  get idle_send_timeout(): Numeric;
  set idle_send_timeout(value: number | undefined);
  get send_timeout(): Numeric;
  set send_timeout(value: number | undefined);
  get timeout_idle(): Numeric;
  set timeout_idle(value: number | undefined);
  get timeout_linger(): Numeric;
  set timeout_linger(value: number | undefined);
  readonly xid: Numeric;
  /** For VMODs: bytes of bodies that go to the client in a second; 0: as many as it takes. */
  pace: number;
  /** What a PROXY header says beside addresses, for VMODs: the value of each TLV by its type. */
  readonly proxyTlvs: ReadonlyMap<number, Uint8Array> | undefined;
}

/** Fields that the state machine and the switch to another VCL share; not visible to VCL. */
export interface Switchable {
  vcl: LoadedVcl;
  /** The VCL the request came in on, once it has switched away from it (VPI's `vcl0`). */
  vcl0: LoadedVcl | undefined;
  /** What `return (vcl(…))` or `return (dispatch(…))` asked for. */
  switchTo: VclRef | undefined;
}

/** What an action with arguments notes on the task, for the state machine to read; not visible to VCL. */
export interface ActionNotes {
  /** Of synth(…) and error(…): checked, 100 to 65535. */
  errStatus: number;
  errReason: string | undefined;
  /** Seconds, of `pass(DURATION)`; undefined for a plain `pass`. */
  passDuration: number | undefined;
  /** Adds the strands of one `hash_data` statement to the hash of the object. */
  addHash?(strands: readonly (string | undefined)[]): void;
}

/** A client task as the state machine and the VPI see it. */
export type ClientTransaction = Omit<ClientTask, "vcl"> & Switchable & ActionNotes;

/** A backend task as the state machine and the VPI see it. */
export type BackendTransaction = BackendTask & ActionNotes & { readonly fetchInput: FetchInput };

/** What a backend needs to send `bereq`, beside what VCL sees of it. */
export interface FetchInput {
  /** The request body, filters applied; undefined: none. */
  readonly body: BodySource | Uint8Array | undefined;
  /** Counts the bytes of all its tries. */
  readonly traffic: FetchTraffic;
  /** A 304 is no answer to it: there is nothing that it could confirm, and nobody who asked for it. */
  readonly unconditional: boolean;
  /** Aborts the fetch, when the task has no use for it any more. */
  readonly signal: AbortSignal | undefined;
  /** Seconds, as VCL set them; undefined: not set, so the backend's own or the parameter counts. */
  readonly connectTimeout: number | undefined;
  readonly firstByteTimeout: number | undefined;
  readonly betweenBytesTimeout: number | undefined;
}
