import type { BanListing } from "../cache/ban-list.js";
import { CommandFailure } from "../vcl/command-failure.js";
import type { Command } from "./command.js";
import { jsonReply, ok } from "./reply.js";

export const banCommands: readonly Command[] = [
  {
    name: "ban",
    syntax: "<field> <operator> <arg> [&& <field> <oper> <arg> ...]",
    help: "What is cached and matches all of these is not delivered any more.",
    least: 3,
    most: Number.POSITIVE_INFINITY,
    run({ instance }, { args }) {
      if (args.length % 4 !== 3) throw new CommandFailure(106, "Wrong number of arguments");
      const problem = instance.cache.ban(args, instance.host.now());
      if (problem !== undefined) throw new CommandFailure(106, problem);
      return ok();
    },
  },
  {
    name: "ban.list",
    syntax: "[-j]",
    help: "List the bans in force, newest first, with how many objects were last tested against each.",
    least: 0,
    most: 0,
    json: true,
    run({ instance }, { json, words }) {
      const bans = instance.cache.banned();
      if (json) {
        const items = bans.map(({ time, refs, completed, text }) => ({ time, refs, completed, spec: text }));
        return jsonReply(2, words, instance.host.now(), items);
      }
      return ok(`Present bans:\n${bans.map(listed).join("")}`);
    },
  },
];

/** In varnishd's columns. */
function listed({ time, refs, completed, text }: BanListing): string {
  return `${time.toFixed(6)} ${String(refs).padStart(5)} ${completed ? "C" : "-"}  ${text}\n`;
}
