import { Backend } from "../backend/backend.js";
import type { AdminHealth } from "../backend/shared-backend.js";
import { setDirectorHealth } from "../director/admin-health.js";
import type { Instance } from "../instance.js";
import { CommandFailure } from "../vcl/command-failure.js";
import { backendJson, backendText } from "./backend-listing.js";
import { selectDirectors } from "./backend-selection.js";
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
    help: "Set the health of backends, in every VCL that has them, and of directors, or leave it to probes and members again.",
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
  if (selected.length === 0) throw new CommandFailure(106, "No Backends matches");
  for (const { director } of selected) {
    if (director instanceof Backend) director.setHealth(state);
    else setDirectorHealth(director, state, instance.host.now());
  }
  return ok();
}

const adminHealths: Readonly<Record<string, AdminHealth>> = {
  auto: "auto",
  healthy: "healthy",
  sick: "sick",
};
