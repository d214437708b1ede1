import { CommandFailure } from "../vcl/command-failure.js";
import type { Command } from "./command.js";
import { ok } from "./reply.js";

/** What Varnish's own tests ask for; `help -d` lists them. */
export const debugCommands: readonly Command[] = [
  {
    name: "debug.fragfetch",
    syntax: "<bytes>",
    help: "Taken, as storage has no fragments here.",
    debug: true,
    least: 1,
    most: 1,
    run: () => ok(),
  },
  {
    name: "debug.listen_address",
    syntax: "",
    help: "List where requests are taken: name, address, port.",
    debug: true,
    least: 0,
    most: 0,
    run({ worker }) {
      const lines = (worker?.places ?? []).map(
        ({ name, address, port }) => `${name} ${address} ${port === 0 ? "-" : port}\n`,
      );
      return ok(lines.join(""));
    },
  },
  {
    name: "debug.reqpoolfail",
    syntax: "<pattern>",
    help: "Taken, as requests have no memory pool here.",
    debug: true,
    least: 1,
    most: 1,
    run: () => ok(),
  },
  {
    name: "debug.srandom",
    syntax: "[<seed>]",
    help: "Taken; random numbers stay random.",
    debug: true,
    least: 0,
    most: 1,
    run: () => ok(),
  },
  {
    name: "debug.vmod",
    syntax: "",
    help: "List the VMODs in use.",
    debug: true,
    least: 0,
    most: 0,
    run: () => ok(),
  },
  {
    name: "debug.xid",
    syntax: "[<number> [<chunk>]]",
    help: "Show the number of the last transaction, or set it.",
    debug: true,
    least: 0,
    most: 2,
    run({ instance }, { args: [number] }) {
      if (number !== undefined) {
        if (!/^\d+$/.test(number)) throw new CommandFailure(106, `"${number}" is no number`);
        instance.lastXid = Number(number);
      }
      return ok(`XID is ${instance.lastXid} chunk 1`);
    },
  },
];
