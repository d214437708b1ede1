import type { Transport } from "../backend/transport.js";
import type { Acl } from "../values/acl.js";
import type { Director } from "../director/director.js";
import type { Ip } from "../values/ip.js";
import type { Action, BackendTask, ClientTask, HousekeepingTask, Priv, Task } from "../task.js";
import type { Stevedore } from "../cache/stevedore.js";
import type { VclRef } from "./loaded-vcl.js";
import { checkFormat, type ModuleHead } from "./module-format.js";

/** A backend as declared in VCL; times in seconds. */
export interface BackendDefinition {
  readonly host?: string;
  readonly port?: string;
  readonly path?: string;
  readonly hostHeader?: string;
  readonly connectTimeout?: number;
  readonly firstByteTimeout?: number;
  readonly betweenBytesTimeout?: number;
  readonly maxConnections?: number;
  readonly proxyHeader?: 1 | 2;
  readonly preamble?: string;
  readonly via?: Director;
  readonly authority?: string;
  readonly waitLimit?: number;
  readonly waitTimeout?: number;
  readonly probe?: Probe;
  /** What a module puts between HTTP and its connections; no field of VCL's. */
  readonly transport?: Transport;
}

/** A probe as declared in VCL; times in seconds. */
export interface ProbeDefinition {
  readonly url?: string;
  readonly request?: readonly string[];
  readonly expectedResponse?: number;
  readonly timeout?: number;
  readonly interval?: number;
  readonly window?: number;
  readonly threshold?: number;
  readonly initial?: number;
  readonly expectClose?: boolean;
}

/** A PROBE value. */
export interface Probe extends ProbeDefinition {
  readonly name: string;
}

/** A SUB value: a sub that a VMOD can hand back to `call`. */
export interface VclSub {
  readonly name: string;
  /** The method subs it may run in. */
  readonly methods: readonly string[];
  // The kind of task was checked by the compiler; at run time `methods` guards it.
  run(task: Task): SubResult;
}

/** `[address, mask bits]`; a leading `!` negates, `?` marks an entry whose look-up may fail. Without mask: every bit. */
export type AclEntryDefinition = readonly [address: string, mask?: number];

export type SubResult = Action | void | Promise<Action | void>;

/**
 * The interface between an emitted module and the VCL it is loaded as (Varnish's VPI, "VCL private interface"). One per loaded
 * VCL. Emitted code calls the first group once while loading, the second at init, the third while tasks run.
 */
export interface Vpi {
  // Loading
  backend(name: string, definition: BackendDefinition): Director;
  /** `backend NAME none;` is the NULL backend; its name still counts for collisions. */
  noBackend(name: string): undefined;
  /** Which of the declared ones is the VCL's default. */
  useDefaultBackend(backend: Director | undefined): void;
  probe(name: string, definition: ProbeDefinition): Probe;
  acl(name: string, options: { readonly log?: boolean }, entries: readonly AclEntryDefinition[]): Acl;
  /** An IP constant written as a host name; looked up while the VCL loads. */
  ip(text: string): Ip;
  storage(name: string): Stevedore | undefined;
  /** Shared look-up of a label for vcl() and dispatch() (VPI_vcl_get); `place` is `file:line:column` for messages. */
  label(name: string, place: string): VclRef;
  sub(name: string, methods: readonly string[], run: (task: never) => SubResult): VclSub;
  privCall(): Priv;
  /** State of a VMOD for this VCL, by its module: the same that its event function gets. */
  privVcl(vmod: object): Priv;

  // Init
  /**
   * Looks a global director up and keeps a reference until the VCL is discarded; fails the load when it is missing or collides. `place` is
   * `file:line:column` of its use, `backend` of the backend of that name, where the VCL declares one.
   */
  bindGlobal(name: string, place: string, backend?: string): Director;

  // Tasks
  defaultBackend(): Director | undefined;
  /** `.resolve()` of a BACKEND: down through all layers to a backend that can be used now. */
  resolve(task: Task, director: Director | undefined): Director | undefined | Promise<Director | undefined>;
  /**
   * The same director, once its health is known or has taken too long to know: before it is asked for (S0-43). On the control queue, which waits for
   * nothing that is far away, at once.
   */
  settled<D extends Director | undefined>(task: Task, director: D): D | Promise<D>;
  /** `return (dispatch(label))`; a VMOD may hand back no label, which fails the task. */
  dispatch(task: ClientTask, label: VclRef | undefined): Action;
  /** `return (vcl(label))` */
  select(task: ClientTask, label: VclRef | undefined): Action;
  synth(task: ClientTask, status: number, reason?: string): Action;
  error(task: BackendTask, status?: number, reason?: string): Action;
  pass(task: ClientTask | BackendTask, duration: number): Action;
  fail(task: Task, reason?: string): Action;
  ban(task: Task, expression: string | undefined): void;
  hash_data(task: ClientTask, ...strands: (string | undefined)[]): void;
  synthetic(task: ClientTask | BackendTask, text: string | undefined): void;
  /** `call` of a SUB value. */
  call(task: Task, sub: VclSub | undefined): SubResult;
}

/** What loading an emitted module yields: its subs over the bindings of this one load. */
export interface VclBody {
  init?(task: HousekeepingTask): SubResult;
  /** Binds the global directors that vcl_init did not. */
  bind?(): void;
  fini?(task: HousekeepingTask): SubResult;
  /** Objects in order of their `new`; undefined ones were not constructed. The third member is true for NULL_OK classes. */
  objects?(): readonly (readonly [name: string, object: unknown, nullOk?: boolean])[];
  /** Subs that whoever loads it calls, with their names, such as tests; they do what a client's task may. */
  readonly entries?: readonly (readonly [name: string, run: (task: ClientTask) => SubResult])[];
  vcl_recv?(task: ClientTask): SubResult;
  vcl_pipe?(task: ClientTask): SubResult;
  vcl_pass?(task: ClientTask): SubResult;
  vcl_hash?(task: ClientTask): SubResult;
  vcl_purge?(task: ClientTask): SubResult;
  vcl_miss?(task: ClientTask): SubResult;
  vcl_hit?(task: ClientTask): SubResult;
  vcl_deliver?(task: ClientTask): SubResult;
  vcl_synth?(task: ClientTask): SubResult;
  vcl_backend_fetch?(task: BackendTask): SubResult;
  vcl_backend_refresh?(task: BackendTask): SubResult;
  vcl_backend_response?(task: BackendTask): SubResult;
  vcl_backend_error?(task: BackendTask): SubResult;
}

/** An emitted module: loaded any number of times, each with its own bindings. */
export interface VclModule {
  /** The source's name, for messages. */
  readonly source: string;
  /** Language version times ten. */
  readonly version: 40 | 41;
  /** VMODs with `$Event` handlers, in import order. */
  readonly vmods: readonly VmodModule[];
  readonly load: (vpi: Vpi) => VclBody;
}

export type VclEvent = "load" | "warm" | "cold" | "discard";

/** What the runtime itself needs to know of a VMOD's module. */
export interface VmodModule {
  readonly event?: (task: HousekeepingTask, priv: Priv, event: VclEvent) => void | Promise<void>;
}

/** Wraps an emitted module; `vmods` lists the imported modules whose `.vcc` has `$Event`. Throws when the format is not one that links. */
export function defineVcl(
  head: ModuleHead,
  load: (vpi: Vpi) => VclBody,
  vmods: readonly VmodModule[] = [],
): VclModule {
  checkFormat(head);
  const { source, version } = head;
  return { source, version, vmods, load };
}
