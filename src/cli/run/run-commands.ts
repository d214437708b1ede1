import { CommandFailure, type Instance } from "../../runtime/index.js";

import type { VclState } from "../../runtime/vcl/vcl.js";
import { CliError } from "../cli-error.js";
import type { CompilerFlags } from "../compiler-options.js";
import { CommandSyntaxError, readCommands } from "./command-line.js";
import { loadFile, loadText } from "./load-module.js";

interface Command {
  readonly usage: string;
  readonly least: number;
  readonly most: number;
  run(instance: Instance, args: readonly string[], flags: CompilerFlags): Promise<unknown>;
}

/** The commands that a file of `-I` may hold. */
const commands: Readonly<Record<string, Command>> = {
  "vcl.load": {
    usage: "vcl.load NAME FILE [auto|cold|warm]",
    least: 2,
    most: 3,
    run: async (instance, [name = "", file = "", state], flags) =>
      instance.load(name, await loadFile(file, flags), stateOf(state)),
  },
  "vcl.inline": {
    usage: "vcl.inline NAME TEXT [auto|cold|warm]",
    least: 2,
    most: 3,
    run: async (instance, [name = "", text = "", state], flags) =>
      instance.load(name, await loadText(name, text, flags), stateOf(state)),
  },
  "vcl.label": {
    usage: "vcl.label LABEL NAME",
    least: 2,
    most: 2,
    run: (instance, [label = "", name = ""]) => instance.label(label, name),
  },
  "vcl.use": {
    usage: "vcl.use NAME|LABEL",
    least: 1,
    most: 1,
    run: (instance, [name = ""]) => instance.use(name),
  },
  "vcl.discard": {
    usage: "vcl.discard PATTERN...",
    least: 1,
    most: Number.POSITIVE_INFINITY,
    run: (instance, patterns) => instance.discard(...patterns),
  },
};

/** Runs a file of commands in Varnish's syntax. The first that fails ends it, unless its line begins with `-`. */
export async function runCommands(
  path: string,
  text: string,
  instance: Instance,
  flags: CompilerFlags,
): Promise<void> {
  for (const { line, words, mayFail } of commandsOf(path, text)) {
    try {
      await runOne(words, instance, flags);
    } catch (error) {
      if (!(error instanceof CommandFailure) && !(error instanceof CliError)) throw error;
      if (mayFail) continue;
      const exitCode = error instanceof CliError ? error.exitCode : 2;
      throw new CliError(`${path}:${line}: ${words.slice(0, 2).join(" ")}: ${error.message}`, exitCode);
    }
  }
}

function commandsOf(path: string, text: string): ReturnType<typeof readCommands> {
  try {
    return readCommands(text);
  } catch (error) {
    throw error instanceof CommandSyntaxError ? new CliError(`${path}: ${error.message}`) : error;
  }
}

async function runOne(
  [name = "", ...args]: readonly string[],
  instance: Instance,
  flags: CompilerFlags,
): Promise<void> {
  const command = Object.hasOwn(commands, name) ? commands[name] : undefined;
  if (!command) throw new CliError(`Unknown request. Known are ${Object.keys(commands).join(", ")}`);
  if (args.length < command.least) throw new CliError(`Too few parameters. Write: ${command.usage}`);
  if (args.length > command.most) throw new CliError(`Too many parameters. Write: ${command.usage}`);
  await command.run(instance, args, flags);
}

function stateOf(text = "auto"): VclState {
  if (text === "auto" || text === "cold" || text === "warm") return text;
  throw new CliError("State must be one of auto, cold or warm.");
}
