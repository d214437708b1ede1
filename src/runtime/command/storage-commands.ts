import type { Command } from "./command.js";
import { jsonReply, ok } from "./reply.js";

export const storageCommands: readonly Command[] = [
  {
    name: "storage.list",
    syntax: "[-j]",
    help: "List the storages.",
    least: 0,
    most: 0,
    json: true,
    run({ instance }, { json, words }) {
      const { all } = instance.storages;
      if (json) {
        const items = all.map(({ name, kind }) => ({ name, storage: kind }));
        return jsonReply(2, words, instance.host.now(), items);
      }
      return ok(`Storage devices:\n${all.map(({ name, kind }) => `\tstorage.${name} = ${kind}\n`).join("")}`);
    },
  },
];
