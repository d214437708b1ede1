import type { Instance } from "vclc/runtime";
import type { GlobalBackend } from "../../../src/runtime/backend/backend.js";
import type { Model } from "./model.js";

/**
 * What of an instance is not as the model says. `backends` are the directors by id; those that have retired are taken out. Requests that are
 * under way hold references too: exact are the counts only when it is quiet.
 */
export function compare(
  instance: Instance,
  model: Model,
  backends: Map<string, GlobalBackend>,
  quiet: boolean,
): string[] {
  const wrong: string[] = [];
  const entries = instance.list();
  const held = entries.filter(({ status }) => status === "discarded").map(({ name }) => name);
  const rows = entries
    .filter(({ status }) => status !== "discarded")
    .map(({ name, state, status, label }) => [name, state, status, label?.name ?? ""].join(" "));
  const wanted = rowsOf(model);
  if (rows.sort().join("\n") !== wanted.sort().join("\n"))
    wrong.push(`vcl.list is\n${rows.join("\n")}\ninstead of\n${wanted.join("\n")}`);
  const references = model.references(held);
  for (const [id, backend] of backends) {
    const count = references.get(id) ?? 0;
    if (quiet ? backend.references !== count : backend.references < count)
      wrong.push(`${id} has ${backend.references} references instead of ${count}`);
    if (backend.references === 0) backends.delete(id);
  }
  const listed = [...instance.globalDirectors];
  if (listed.length !== backends.size || listed.some(({ vclName }) => !backends.has(vclName)))
    wrong.push(`the global list has ${listed.length} directors instead of ${backends.size}`);
  return wrong;
}

function rowsOf(model: Model): string[] {
  const row = (name: string, state: string, target: string): string =>
    [name, state, name === model.active.now ? "active" : "available", target].join(" ");
  return [
    ...[...model.vcls.values()].map(({ name, state }) => row(name, state, "")),
    ...[...model.labels].map(([name, trace]) => row(name, "label", trace.now ?? "")),
  ];
}
