import { Backend } from "../backend/backend.js";
import type { AdminHealth } from "../backend/shared-backend.js";
import type { Instance } from "../instance.js";
import { CommandFailure } from "../vcl/command-failure.js";
import { backendJson, backendText } from "./backend-listing.js";
import { selectDirectors, type Listed } from "./backend-selection.js";
import type { Command, Invocation } from "./command.js";
import { jsonReply, ok, type Reply } from "./reply.js";

export const backendCommands: readonly Command[] = [
  {
    name: "backend.list",
    syntax: "[-j] [-p] [<backend_pattern>]",
    help: "List backends and directors; -p shows what probes found. NAME(ADDRESS) selects by address, *.* all VCLs.",
    least: 0,
    most: 3,
    json: true,
    run: ({ instance }, invocation) => list(instance, invocation),
  },
  {
    name: "backend.set_health",
    syntax: "<backend_pattern> <auto|healthy|sick>",
    help: "Set the health of backends in every VCL that has them, or leave it to their probes again.",
    least: 2,
    most: 2,
    run: ({ instance }, { args: [pattern = "", state = ""] }) => setHealth(instance, pattern, state),
  },
];

async function list(instance: Instance, { args, json: jsonFirst, words }: Invocation): Promise<Reply> {
  let json = jsonFirst;
  let details = false;
  let rest = args;
  for (; rest[0]?.startsWith("-"); rest = rest.slice(1)) {
    for (const flag of rest[0].slice(1)) {
      if (flag === "j") json = !json;
      else if (flag === "p") details = !details;
      else throw new CommandFailure(106, `Invalid flag ${flag}`);
    }
  }
  if (rest.length > 1) throw new CommandFailure(106, "Too many arguments");
  const listed = await selectDirectors(instance, rest[0] ?? "*");
  const now = instance.host.now();
  if (json) {
    const entries = listed.map(({ name, director }) => [name, backendJson(director, details, now)] as const);
    return jsonReply(3, words, now, [Object.fromEntries(entries)]);
  }
  return ok(backendText(listed, details, now));
}

async function setHealth(instance: Instance, pattern: string, text: string): Promise<Reply> {
  const state = adminHealths[text.toLowerCase()];
  if (!state) throw new CommandFailure(106, `Invalid state ${text}`);
  const selected = await selectDirectors(instance, pattern);
  const backends = selected.flatMap(({ director }) => (director instanceof Backend ? [director] : []));
  if (backends.length === 0 && selected.length > 0) throw new CommandFailure(106, onlyDirectors(selected));
  if (backends.length === 0) throw new CommandFailure(106, "No Backends matches");
  for (const backend of backends) backend.setHealth(state);
  return ok();
}

/** The health of a director follows from its members. */
function onlyDirectors(selected: readonly Listed[]): string {
  return `${selected.map(({ name }) => name).join(", ")}: no backend, its health is that of its members`;
}

const adminHealths: Readonly<Record<string, AdminHealth>> = {
  auto: "auto",
  healthy: "healthy",
  sick: "sick",
};
