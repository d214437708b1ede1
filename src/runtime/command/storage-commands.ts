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
      const names = [instance.storage.name, instance.transient.name];
      if (json) {
        const items = names.map((name) => ({ name, storage: "malloc" }));
        return jsonReply(2, words, instance.host.now(), items);
      }
      return ok(`Storage devices:\n${names.map((name) => `\tstorage.${name} = malloc\n`).join("")}`);
    },
  },
];
