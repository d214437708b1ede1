import type { SharedBackend } from "../backend/shared-backend.js";
import type { Storage } from "../cache/storage.js";
import type { Instance } from "../instance.js";
import type { CounterKind, CounterValues } from "./counter-set.js";
import { mainCounters } from "./main-counters.js";
import { backendCounters, managerCounters, poolCounters, storageCounters } from "./other-counters.js";

const kinds = {
  manager: { name: "mgt", order: 10, text: "The process that manages", rows: managerCounters },
  main: { name: "main", order: 20, text: "The process that serves", rows: mainCounters },
  pool: { name: "mempool", order: 40, text: "Requests and sessions", rows: poolCounters },
  storage: { name: "sma", order: 50, text: "Storages in memory", rows: storageCounters },
  backend: { name: "vbe", order: 60, text: "Backends", rows: backendCounters },
} as const satisfies Record<string, CounterKind>;

/** What the process that serves has counters of. */
export const servingKinds: readonly CounterKind[] = [kinds.main, kinds.pool, kinds.storage, kinds.backend];

/** Counters of one thing, with their values now. */
export interface CounterSet {
  readonly kind: CounterKind;
  /** What stands before the counters' names: `MAIN`, `VBE.boot.b1`. */
  readonly ident: string;
  readonly values: CounterValues;
}

/** Counters of the process that manages: how long it runs, how often serving began and how often it ended. */
export function managerSet(uptime: number, began: number, ended: number): CounterSet {
  const values = new Map([
    ["uptime", uptime],
    ["child_start", began],
    ["child_exit", ended],
  ]);
  return { kind: kinds.manager, ident: "MGT", values };
}

/** Every counter of an instance. `more` has those of MAIN that it does not know: its uptime, and what the log counts. */
export function counterSets(instance: Instance, more: ReadonlyMap<string, number>): readonly CounterSet[] {
  return [
    { kind: kinds.main, ident: "MAIN", values: new Map([...mainValues(instance), ...more]) },
    ...poolSets(instance),
    ...instance.storages.all.map(storageSet),
    ...backendSets(instance),
  ];
}

function mainValues(instance: Instance): ReadonlyMap<string, number> {
  const { counters, cache, sharedBackends, pipes } = instance;
  const values = new Map<string, number>(counters);
  for (const [name, count] of Object.entries<number>({ ...cache.counts })) values.set(name, count);
  values.set("n_objectcore", cache.counts.n_object);
  values.set("n_backend", [...sharedBackends].length);
  values.set("n_pipe", pipes.open);
  values.set("s_sess", counters.get("sess_conn") ?? 0);
  const { bans } = cache;
  for (const [name, count] of Object.entries({ bans: bans.length, ...bans.counts, ...bans.kinds })) {
    values.set(name, count);
  }
  const vcls = instance.list().filter(({ state }) => state !== "label");
  const discarded = vcls.filter(({ status }) => status === "discarded").length;
  values.set("n_vcl", vcls.length);
  values.set("n_vcl_avail", vcls.length - discarded);
  values.set("n_vcl_discard", discarded);
  return values;
}

/** Two pools, as Varnish has without being told otherwise; all sessions are in the first. */
function poolSets({ counters }: Instance): readonly CounterSet[] {
  const count = (name: string): number => counters.get(name) ?? 0;
  const live = new Map([["sess0", count("sess_conn") - count("sess_closed")]]);
  return ["req0", "sess0", "req1", "sess1"].map((name) => ({
    kind: kinds.pool,
    ident: `MEMPOOL.${name}`,
    values: new Map([["live", live.get(name) ?? 0]]),
  }));
}

function storageSet({ kind, name, counts, limit, used_space, free_space }: Storage): CounterSet {
  const values = new Map<string, number>();
  for (const [counter, count] of Object.entries<number>({ ...counts })) values.set(counter, count);
  values.set("g_bytes", used_space);
  // Of a storage without a limit Varnish says none is free.
  values.set("g_space", limit === Infinity ? 0 : free_space);
  return { kind: kinds.storage, ident: `${idents[kind] ?? kind.toUpperCase()}.${name}`, values };
}

/** As Varnish calls the counters of its kinds of storage. */
const idents: Readonly<Record<string, string>> = { malloc: "SMA", file: "SMF" };

/** Each shared backend under its full form, and under the name that each warm VCL has for it, as Varnish's tools know it. */
function backendSets({ sharedBackends }: Instance): readonly CounterSet[] {
  const sets: CounterSet[] = [];
  for (const shared of sharedBackends) {
    const values = backendValues(shared);
    const names = shared.references.filter(({ warm }) => warm).map(({ fullName }) => fullName);
    for (const name of new Set([...names, shared.fullForm])) {
      sets.push({ kind: kinds.backend, ident: `VBE.${name}`, values });
    }
  }
  return sets;
}

function backendValues({ counters, slots, history }: SharedBackend): CounterValues {
  const values = new Map<string, number | bigint>(Object.entries(counters));
  values.set("conn", slots.used);
  values.set("happy", history ? happyBits(history.with("H")) : alwaysHappy);
  return values;
}

/** Of a backend that nobody polls. */
const alwaysHappy = (1n << 64n) - 1n;

/** One bit for each poll, the newest lowest. */
function happyBits(polls: readonly boolean[]): bigint {
  return polls.reduce((bits, good) => BigInt.asUintN(64, (bits << 1n) | (good ? 1n : 0n)), 0n);
}
