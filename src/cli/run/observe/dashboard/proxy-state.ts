import type { Instance, SharedBackend } from "../../../../runtime/index.js";
import { globals, references } from "../../../../runtime/command/global-commands.js";
import { healthOf } from "../../../../runtime/index.js";
import { counterSets } from "../../../../runtime/vsc/instance-counters.js";

/** Counters of MAIN that are shown. */
const shown = [
  ...["client_req", "cache_hit", "cache_hit_grace", "cache_miss", "cache_hitpass", "cache_hitmiss"],
  ...["s_pass", "s_pipe", "s_synth", "s_fetch", "s_bgfetch", "backend_req", "fetch_failed", "vcl_fail"],
  ...["sess_conn", "n_object", "n_lru_nuked", "n_expired", "bans", "s_resp_bodybytes", "MEMPOOL.sess0.live"],
];
/** Rows of a list that are sent: what is more is counted. */
const mostRows = 200;

/** A list, and how many rows of it were left out. */
interface Rows<Row> {
  readonly rows: readonly Row[];
  readonly more: number;
}

/** How a proxy stands, as it is told to who watches. */
export function proxyState(instance: Instance): object {
  return {
    counters: countersOf(instance),
    backends: firstRows([...instance.sharedBackends].map(backendRow)),
    vcls: firstRows(
      instance.list().map(({ name, status, state, temperature, busy, label }) => ({
        name,
        status,
        state,
        temperature,
        busy,
        label: label?.name ?? "",
      })),
    ),
  };
}

/** The registry is looked at in its turn, after whatever is being loaded. */
export async function globalsState(instance: Instance): Promise<Rows<object>> {
  const found = await globals(instance);
  return firstRows(
    found.map(({ name, director }) => ({
      name,
      kind: director.kind,
      health: healthOf(director, undefined).healthy ? "healthy" : "sick",
      references: references(director),
      members: [...(director.members?.() ?? [])].slice(0, mostRows).map(({ vclName }) => vclName),
    })),
  );
}

function countersOf(instance: Instance): Record<string, number> {
  const all = new Map<string, number | bigint>();
  for (const { ident, values } of counterSets(instance, new Map())) {
    if (ident === "MAIN") for (const [name, value] of values) all.set(name, value);
    if (ident === "MEMPOOL.sess0") all.set("MEMPOOL.sess0.live", values.get("live") ?? 0);
  }
  return Object.fromEntries(shown.map((name) => [name, Number(all.get(name) ?? 0)]));
}

function backendRow({ fullForm, admin, history, counters, slots, references: users }: SharedBackend): object {
  const healthy = admin === "auto" ? (history?.healthy ?? true) : admin === "healthy";
  return {
    name: fullForm,
    health: healthy ? "healthy" : "sick",
    admin,
    polls: (history?.with("H") ?? []).map((good) => (good ? 1 : 0)),
    connections: slots.used,
    requests: counters.req,
    failures: counters.fail + counters.unhealthy + counters.busy + counters.helddown,
    users: users.map(({ fullName }) => fullName),
  };
}

function firstRows<Row>(rows: readonly Row[]): Rows<Row> {
  return { rows: rows.slice(0, mostRows), more: Math.max(0, rows.length - mostRows) };
}
