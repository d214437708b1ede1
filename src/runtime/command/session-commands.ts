import { CommandFailure } from "../vcl/command-failure.js";
import type { Command } from "./command.js";
import { jsonReply, ok, status, type Reply } from "./reply.js";
import { unknownRequest } from "./unknown-request.js";

/** What is not about VCL: the session itself, and the process. `table` holds every command, for `help`. */
export function sessionCommands(table: () => readonly Command[]): readonly Command[] {
  return [
    {
      // Carried out by the session, which knows the secret.
      name: "auth",
      syntax: "<response>",
      help: "Prove to know the secret.",
      least: 1,
      most: 1,
      run() {
        throw new CommandFailure(300, "Secret file not configured");
      },
    },
    {
      name: "banner",
      syntax: "",
      help: "Print the greeting.",
      least: 0,
      most: 0,
      run: ({ program }) => ok(banner(program)),
    },
    {
      name: "help",
      syntax: "[-j|<command>]",
      help: "List the commands, or explain one; -a lists those for debugging too, -d only those.",
      least: 0,
      most: 1,
      json: true,
      run({ instance }, { args: [what = ""], json, words }) {
        if (json) return jsonReply(2, words, instance.host.now(), table().map(jsonHelp));
        if (what !== "" && !what.startsWith("-")) return helpFor(table(), what);
        const shows = helpFlags[what];
        if (!shows) return { status: status.unknown, body: "Unknown flag\n" };
        return ok(table().filter(shows).map(usage).join(""));
      },
    },
    {
      name: "panic.clear",
      syntax: "[-z]",
      help: "Forget the last panic; there is none.",
      least: 0,
      most: 1,
      run(_, { args: [flag] }) {
        if (flag === "-z") return ok();
        throw flag === undefined
          ? new CommandFailure(300, "No panic to clear")
          : new CommandFailure(106, `Unknown parameter "${flag}".`);
      },
    },
    {
      name: "panic.show",
      syntax: "[-j]",
      help: "Show the last panic; there is none, as what breaks fails its own request.",
      least: 0,
      most: 0,
      json: true,
      run() {
        throw new CommandFailure(300, "Child has not panicked or panic has been cleared");
      },
    },
    {
      name: "pid",
      syntax: "[-j]",
      help: "Show the process that serves: one and the same is master and worker.",
      least: 0,
      most: 0,
      json: true,
      run({ instance, pid, worker }, { json, words }) {
        const serves = worker?.running ?? true;
        if (json) {
          return jsonReply(2, words, instance.host.now(), [{ master: pid, ...(serves && { worker: pid }) }]);
        }
        const line = (name: string): string => `${name}: ${String(pid).padStart(10)}\n`;
        return ok(serves ? line("Master") + line("Worker") : line("Master"));
      },
    },
    {
      name: "ping",
      syntax: "[-j] [<timestamp>]",
      help: "Keep the connection alive.",
      least: 0,
      most: 1,
      json: true,
      run({ instance }, { json, words }) {
        const now = instance.host.now();
        return json ? jsonReply(2, words, now, ["PONG"]) : ok(`PONG ${Math.floor(now)} 1.0`);
      },
    },
    {
      name: "quit",
      syntax: "",
      help: "Close the connection.",
      least: 0,
      most: 0,
      run: () => ({ status: status.close, body: "Closing CLI connection" }),
    },
  ];
}

/** Which commands `help` lists with each flag. */
const helpFlags: Readonly<Record<string, (command: Command) => boolean>> = {
  "": ({ debug }) => !debug,
  "-a": () => true,
  "-d": ({ debug }) => debug === true,
};

/** What a session is greeted with once it may give commands. */
export function banner(program: string): string {
  const rule = "-".repeat(29);
  return [
    rule,
    "Varnish Cache CLI 1.0",
    rule,
    program,
    "",
    "Type 'help' for command list.",
    "Type 'quit' to close CLI session.",
    "",
  ].join("\n");
}

function usage({ name, syntax }: Command): string {
  return `${syntax === "" ? name : `${name} ${syntax}`}\n`;
}

function helpFor(table: readonly Command[], name: string): Reply {
  const command = table.find((candidate) => candidate.name === name);
  return command ? ok(`${usage(command)}${command.help}\n`) : unknownRequest(name);
}

function jsonHelp(command: Command): object {
  const { name, help, least, most, json, debug } = command;
  return {
    request: name,
    syntax: usage(command).trimEnd(),
    help,
    minarg: least,
    maxarg: Number.isFinite(most) ? most : -1,
    flags: debug ? "d" : "",
    json: json === true,
  };
}
