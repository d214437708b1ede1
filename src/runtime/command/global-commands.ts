import { Backend } from "../backend/backend.js";
import type { Director } from "../director/director.js";
import { healthOf } from "../director/admin-health.js";
import { CountedDirector } from "../director/counted-director.js";
import type { Instance } from "../instance.js";
import { CommandFailure } from "../vcl/command-failure.js";
import type { Command } from "./command.js";
import { timeToString } from "../values/time.js";
import { columns, jsonReply, ok } from "./reply.js";

/** The registry of global directors, which Varnish does not have. */
export const globalCommands: readonly Command[] = [
  {
    name: "global.list",
    syntax: "[-j]",
    help: "List the global directors in order of registration.",
    least: 0,
    most: 0,
    json: true,
    async run({ instance }, { json, words }) {
      const found = await globals(instance);
      if (json) return jsonReply(1, words, instance.host.now(), found.map(jsonGlobal));
      const rows = found.map(({ name, director }) => {
        const { healthy, changed } = healthOf(director, undefined);
        return [
          name,
          director.kind,
          healthy ? "healthy" : "sick",
          references(director),
          timeToString(changed),
        ];
      });
      return ok(columns([["Name", "Type", "Health", "References", "Last change"], ...rows]));
    },
  },
  {
    name: "global.remove",
    syntax: "<name>",
    help: "Take a name off the registry; VCLs that are bound to its director keep it.",
    least: 1,
    most: 1,
    async run({ instance }, { args: [name = ""] }) {
      if (!(await instance.control.run((registry) => registry.remove(name)))) throw unknown(name);
      return ok();
    },
  },
  {
    name: "global.show",
    syntax: "<name>",
    help: "Show a global director with the directors and backends below it.",
    least: 1,
    most: 1,
    async run({ instance }, { args: [wanted = ""] }) {
      const found = (await globals(instance)).find(({ name }) => name === wanted);
      if (!found) throw unknown(wanted);
      return ok(columns(layers(found.director, 0, new Set())));
    },
  },
];

/** A name of the registry, and what it stands for. */
export interface Global {
  readonly name: string;
  readonly director: Director;
}

/** Every registered director; the reference that looking one up takes is given back at once. */
export function globals(instance: Instance): Promise<Global[]> {
  return instance.control.run((registry) =>
    registry.names().flatMap((name) => {
      const director = registry.lookup(name);
      if (!director) return [];
      registry.release(director);
      return [{ name, director }];
    }),
  );
}

function unknown(name: string): CommandFailure {
  return new CommandFailure(106, `No global director named ${name} known`);
}

/** How many references a director counts; `-` for those that count none. */
export function references(director: Director): string {
  return director instanceof Backend || director instanceof CountedDirector
    ? String(director.references)
    : "-";
}

function jsonGlobal({ name, director }: Global): object {
  const { healthy, changed } = healthOf(director, undefined);
  const count = Number(references(director));
  return {
    name,
    type: director.kind,
    health: healthy ? "healthy" : "sick",
    ...(Number.isNaN(count) ? {} : { references: count }),
    last_change: Number(changed.toFixed(3)),
  };
}

/** One row for each director, indented by its layer; one that was shown already is not gone into again. */
function layers(director: Director, depth: number, seen: Set<Director>): string[][] {
  const { endpoint } = director;
  const address = endpoint?.path ?? (endpoint ? `${endpoint.address ?? ""}:${endpoint.port ?? ""}` : "");
  const health = healthOf(director, undefined).healthy ? "healthy" : "sick";
  const row = [`${"  ".repeat(depth)}${director.vclName}`, director.kind, health, address];
  if (seen.has(director)) return [row];
  seen.add(director);
  return [row, ...[...(director.members?.() ?? [])].flatMap((member) => layers(member, depth + 1, seen))];
}
