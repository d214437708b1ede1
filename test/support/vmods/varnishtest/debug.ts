// vmod_debug for Varnish's own tests; the texts that it logs are those that the tests look for.
import {
  VclFailure,
  VclReturn,
  type Acl,
  type BackendTask,
  type ClientTask,
  type Director,
  type HeaderRef,
  type HousekeepingTask,
  type Ip,
  type OwnDirectors,
  type Priv,
  type Probe,
  type Regex,
  type Task,
  type VclSub,
} from "vclc/runtime";

import { addFilters, expected } from "./debug-filters.js";

const finiKey = {};
const taskKey = {};
const ipKey = {};

export function event(task: HousekeepingTask, _priv: Priv, event: string): void {
  if (event === "load" && (task.param as Readonly<Record<string, number>>)["nuke_limit"] === 42)
    throw new VclFailure("nuke_limit is not the answer.");
  if (event === "load") addFilters(task);
  if (event === "warm" && (task.param as Readonly<Record<string, number>>)["max_esi_depth"] === 42)
    throw new VclFailure("max_esi_depth is not the answer.");
  if (event === "warm" || event === "cold")
    task.log("Debug", `${task.vcl.name}: VCL_EVENT_${event.toUpperCase()}`);
}

export function author(_task: Task, person: string, _someone: string): string {
  const names: Readonly<Record<string, string>> = {
    phk: "Poul-Henning",
    des: "Dag-Erling",
    kristian: "Kristian",
    mithrandir: "Tollef",
  };
  return names[person] ?? person;
}

/** What was kept is still there. */
function keeps(priv: Priv, text: string): void {
  if (priv.value !== undefined && priv.value !== text) throw new VclFailure("somebody else's state");
  priv.value = text;
}

export function test_priv_call(_task: Task, priv: Priv): void {
  keeps(priv, "BAR");
}

export function test_priv_vcl(_task: Task, priv: Priv): void {
  keeps(priv, "FOO");
}

export function test_priv_task_get(task: Task): void {
  if (task.privTask(taskKey).value !== undefined) throw new VclFailure("somebody else's state");
}

export function test_priv_task(task: Task, priv: Priv, text = ""): string {
  const before = priv.value as string | undefined;
  if (text !== "") priv.value = before === undefined ? text : `${before} ${text}`;
  const now = (priv.value as string | undefined) ?? "";
  const how = text === "" ? "exists" : before === undefined ? "new" : "update";
  task.log("Debug", `test_priv_task(0x1) = 0x1 ${now} (${how})`);
  priv.fini ??= () => task.log("Debug", "priv_task_fini(0x1)");
  return now;
}

export function test_priv_top(_task: ClientTask, priv: Priv, text = ""): string {
  return (priv.value ??= text) as string;
}

class TestObject {
  readonly #name: string;
  readonly #string: string;
  readonly #number: string;

  constructor(name: string, string: string, number: string) {
    this.#name = name;
    this.#string = string;
    this.#number = number;
  }

  static create(
    this: void,
    _task: HousekeepingTask,
    vclName: string,
    string = "default",
    number: string,
  ): TestObject {
    if (string === "fail") throw new VclFailure("failing as requested");
    return new TestObject(vclName, string, number);
  }

  enum(_task: Task, word: string): void {
    if (word !== "martin") throw new VclFailure("wrong word");
  }

  obj(): void {
    // That it can be called is all there is to it.
  }

  string(): string {
    return this.#string;
  }

  number(): string {
    return this.#number;
  }

  foo(_task: Task, why = ""): string {
    if (!["", "FOO"].includes(why)) throw new VclFailure("wrong argument");
    return "BOO";
  }

  date(): number {
    return 21;
  }

  test_priv_call(task: Task, priv: Priv): void {
    test_priv_call(task, priv);
  }

  test_priv_vcl(task: Task, priv: Priv): void {
    test_priv_vcl(task, priv);
  }

  test_priv_task(task: Task, text = ""): string {
    const priv = task.privTask(this);
    if (text === "" && priv.value === undefined) {
      task.log("Debug", `${this.#name}.priv_task() = NULL`);
      return "";
    }
    const how = text === "" ? "" : priv.value === undefined ? " [new]" : " [update]";
    if (text !== "") priv.value = text;
    priv.fini ??= () => task.log("Debug", "obj_priv_task_fini(0x1)");
    const now = (priv.value as string | undefined) ?? "";
    task.log("Debug", `${this.#name}.priv_task() = 0x1 .priv = 0x1 ("${now}")${how}`);
    return now;
  }

  test_priv_top(task: ClientTask, text = ""): string {
    return (task.privTop(this).value ??= text) as string;
  }
}

export { TestObject as Obj };

/** Its filters are there already. */
export function rot104(task: HousekeepingTask): void {
  addFilters(task);
}

export function rot52(
  task: Task,
  { http }: { readonly http: { set(name: string, value: string): void } },
): void {
  void task;
  http.set("Encrypted", "ROT52");
}

export function argtest(
  _task: Task,
  args: Readonly<Record<string, unknown>> & {
    readonly one?: string | undefined;
    readonly two?: number;
    readonly three?: string | undefined;
    readonly comma?: string | undefined;
    readonly four?: number;
  },
): string {
  const { one, two = 2, three = "3", comma = ",", four = 4 } = args;
  const given = (args["string"] ?? args["opt"]) as string | undefined;
  return `${one} ${two} ${three} ${comma} ${four} ${given === undefined ? 0 : 1} ${given ?? "<undef>"}`;
}

export function vre_limit(task: Task): number {
  return (task.param as Readonly<Record<string, number>>)["pcre2_match_limit"] ?? 0;
}

export function register_obj_events(task: HousekeepingTask, priv: Priv): void {
  if (priv.value) return;
  const { host } = task;
  const log = (text: string): void => host.log.record(0, "Debug", text, "-");
  const stop = task.watchObjects({
    inserted: () => log("Object Event: insert 0x1"),
    removed: () => log("Object Event: expire 0x1"),
  });
  log("Subscribed to Object Events");
  priv.value = stop;
  priv.fini = () => {
    stop();
    log("Unsubscribed from Object Events");
  };
}

export function fail(): void {
  throw new VclFailure("Forced failure");
}

export function fail2(): boolean {
  throw new VclFailure("Forced failure");
}

/** A backend that another can take the place of while requests use it. */
class OneBackend {
  readonly #name: string;
  readonly #own: OwnDirectors;
  #backend: Director | undefined;

  constructor(name: string, own: OwnDirectors) {
    this.#name = name;
    this.#own = own;
  }

  backend(): Director | undefined {
    return this.#backend;
  }

  protected async use(definition: Parameters<OwnDirectors["addBackend"]>[1]): Promise<void> {
    const before = this.#backend;
    this.#backend = await this.#own.addBackend(this.#name, definition);
    before?.release?.();
  }

  protected fail(why: string): never {
    throw new VclFailure(`${this.#name}: ${why}`);
  }
}

export class Dyn extends OneBackend {
  static async create(
    this: void,
    { ownDirectors }: HousekeepingTask,
    vclName: string,
    host = "",
    port = "",
    probe: Probe | undefined,
  ): Promise<Dyn> {
    const made = new Dyn(vclName, ownDirectors);
    await made.refresh(undefined, host, port, probe);
    return made;
  }

  refresh(_task: unknown, host = "", port = "", probe: Probe | undefined): Promise<void> {
    if (host === "" || port === "") this.fail("Missing dynamic backend address or port");
    return this.use({ host, port, ...(probe && { probe }) });
  }
}

export class DynUds extends OneBackend {
  static async create(
    this: void,
    task: HousekeepingTask,
    vclName: string,
    path: string | undefined,
  ): Promise<DynUds> {
    const made = new DynUds(vclName, task.ownDirectors);
    await made.refresh(task, path);
    return made;
  }

  async refresh({ host }: Task, path = ""): Promise<void> {
    if (!path.startsWith("/")) this.fail("path must be an absolute path");
    const isSocket = await host.isSocket?.(path);
    if (isSocket !== true)
      throw new VclFailure(isSocket === undefined ? `Cannot stat path ${path}` : `${path} is not a socket`);
    await this.use({ path });
  }
}

export function null_acl(): Acl | undefined {
  return undefined;
}

export function acl(_task: Task, list: Acl | undefined): Acl | undefined {
  return list;
}

export function match_acl(task: Task, list: Acl | undefined, address: Ip | undefined): boolean {
  if (!list || !address) throw new VclFailure("No ACL, or no address");
  return list.matches(task, address);
}

export class Aclobj {
  readonly #acl: Acl | undefined;

  constructor(list: Acl | undefined) {
    this.#acl = list;
  }

  static create(this: void, _task: HousekeepingTask, _name: string, list: Acl | undefined): Aclobj {
    return new Aclobj(list);
  }

  get(): Acl | undefined {
    return this.#acl;
  }
}

export function test_probe(_task: Task, probe: Probe | undefined, same: Probe | undefined): void {
  if (!probe || (same && probe !== same)) throw new VclFailure("Different probes");
}

export class Concat {
  readonly #text: string | undefined;

  constructor(text: string | undefined) {
    this.#text = text;
  }

  static create(this: void, _task: HousekeepingTask, _name: string, text: string | undefined): Concat {
    return new Concat(text);
  }

  get(): string | undefined {
    return this.#text;
  }
}

export function concatenate(_task: Task, text: string | undefined): string | undefined {
  return text;
}

export { concatenate as collect, concatenate as return_strands };

export function sethdr(_task: Task, { list, name }: HeaderRef, text: string | undefined): void {
  list.set(name, text ?? "");
}

export function priv_perf(): number {
  return 0;
}

interface Options {
  readonly s?: string | undefined;
  readonly b?: boolean;
}

function shownOptions(prefix: string, { s = "*undef*", b }: Options): string {
  return `${prefix}_s ${s} ${prefix}_b ${b === undefined ? "*undef*" : String(b)}`;
}

export class ObjOpt {
  readonly #made: string;

  constructor(made: string) {
    this.#made = made;
  }

  static create(this: void, _task: HousekeepingTask, vclName: string, ...args: readonly unknown[]): ObjOpt {
    return new ObjOpt(`obj ${vclName} ${shownOptions("obj", args.at(-1) as Options)}`);
  }

  meth_opt(_task: Task, _call: Priv, _vcl: Priv, _own: Priv, options: Options): string {
    return `${this.#made} ${shownOptions("met", options)}`;
  }
}

export function return_null_strands(): string | undefined {
  return undefined;
}

export function is_null_strands(_task: Task, text: string | undefined): boolean {
  return text === undefined;
}

export function vsl_flush(): void {
  // Records are seen soon enough.
}

export function stk(): number {
  return 0;
}

export function vcl_prevent_cold(task: HousekeepingTask, priv: Priv): void {
  void task;
  void priv;
}

export function vcl_allow_cold(task: HousekeepingTask, priv: Priv): void {
  void task;
  void priv;
}

export function vcl_discard_delay(): void {
  // What a discard waits for is the events that are answered late: there are none.
}

export function cold_backend(): never {
  throw new VclFailure("a backend in a cold VCL breaks the reference's process");
}

export function cooling_backend(): void {
  // There is no state between warm and cold.
}

export function sndbuf(): void {
  // Sockets have the buffers that the system gives them.
}

export function use_reembarking_http1(): void {
  // A delivery goes on wherever it stopped, whoever asks for it.
}

export function log_strands(task: Task, prefix = "", text = "", most: number): void {
  task.log("Debug", `${prefix}[0]: (ws) 0x1 ${text.slice(0, most)}${text.length > most ? "..." : ""}`);
}

export function fail_task_fini(task: Task): void {
  const priv = task.privTask(finiKey);
  priv.value = finiKey;
  priv.fini = () => {
    throw new VclFailure("thou shalt not rollback");
  };
}

export function ok_task_fini(task: Task): void {
  task.privTask(finiKey).fini = () => undefined;
}

export function check_call(task: Task, sub: VclSub | undefined): string | undefined {
  if (!sub) return "Dynamic call of a null sub";
  return sub.methods.includes(task.method)
    ? undefined
    : `Dynamic call to "sub ${sub.name}{}" not allowed from here`;
}

/** What the sub returns ends the one that called. */
export async function call(task: Task, sub: VclSub | undefined): Promise<void> {
  const refusal = check_call(task, sub);
  if (refusal !== undefined) throw new VclFailure(refusal);
  const action = await sub?.run(task);
  if (action) throw new VclReturn(action);
}

export class Caller {
  readonly #sub: VclSub | undefined;

  constructor(sub: VclSub | undefined) {
    this.#sub = sub;
  }

  static create(this: void, _task: HousekeepingTask, _name: string, sub: VclSub | undefined): Caller {
    return new Caller(sub);
  }

  call(task: Task): Promise<void> {
    return call(task, this.#sub);
  }

  xsub(): VclSub | undefined {
    return this.#sub;
  }
}

export function chksha256(_task: Task, blob: { readonly bytes: Uint8Array } | undefined): void {
  expected.sha256 = blob?.bytes ?? new Uint8Array();
}

export function chkcrc32(_task: Task, sum: number): void {
  expected.crc32 = Math.max(sum, 0) % 2 ** 32;
}

export function chklen(_task: Task, length: number): void {
  expected.length = length;
}

export function store_ip(task: Task, address: Ip | undefined): void {
  task.privTask(ipKey).value = address;
}

export function get_ip(task: Task): Ip | undefined {
  return task.privTask(ipKey).value as Ip | undefined;
}

class FailingDirector {
  readonly #failing: Director;

  constructor(name: string) {
    this.#failing = {
      vclName: name,
      kind: "debug",
      health: () => ({ healthy: true, changed: 0 }),
      resolve() {
        throw new VclFailure("fail");
      },
    };
  }

  static create(this: void, task: HousekeepingTask, vclName: string): FailingDirector {
    const made = new FailingDirector(vclName);
    task.addDirector(made.#failing);
    return made;
  }

  fail(): Director {
    return this.#failing;
  }
}

export { FailingDirector as Director };

export function client_ip(task: ClientTask | BackendTask): string {
  return task.client.ip.text;
}

export function client_port(task: ClientTask | BackendTask): string {
  return String(task.client.ip.port);
}

export function re_quote(_task: Task, text = ""): string {
  return text === "" ? "" : `\\Q${text.replaceAll("\\E", "\\\\EE\\Q")}\\E`;
}

export function priv_task_with_option(
  _task: Task,
  priv: Priv,
  { opt }: { readonly opt?: string | undefined },
): string {
  if (priv.value === undefined && opt !== undefined) priv.value = opt;
  return (priv.value as string | undefined) ?? "";
}

export function validhdr(_task: Task, text = ""): boolean {
  return !/[\0-\x08\n-\x1f\x7f]/.test(text);
}

export function just_return_regex(_task: Task, pattern: Regex): Regex {
  return pattern;
}
