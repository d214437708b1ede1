import { CommandFailure } from "../vcl/command-failure.js";
import type { Command, Control, Invocation } from "./command.js";
import { ok, status, type Reply } from "./reply.js";
import { commandTable } from "./table.js";
import { unknownRequest } from "./unknown-request.js";

const commands: ReadonlyMap<string, Command> = new Map(
  commandTable.map((command) => [command.name, command]),
);

/** The command of that name. */
export function findCommand(name: string): Command | undefined {
  return commands.get(name) ?? statusCommand(name);
}

/** `MODULE.status`: what a VMOD has to say. Which ones have, is known only while they run. */
function statusCommand(name: string): Command | undefined {
  const module = /^(.+)\.status$/.exec(name)?.[1];
  if (module === undefined) return undefined;
  return {
    name,
    syntax: "",
    help: `Say how VMOD ${module} fares.`,
    least: 0,
    most: 0,
    run({ instance }) {
      const lines = instance.statusOf(module);
      return lines.length > 0 ? ok(`${lines.join("\n")}\n`) : unknownRequest(name);
    },
  };
}

/** What a request asks for; a reply when there is no such command, or its arguments are too few or too many. */
export function readRequest(
  words: readonly string[],
): { readonly command: Command; readonly invocation: Invocation } | Reply {
  const [name = "", ...given] = words;
  const command = findCommand(name);
  if (!command) return unknownRequest(name);
  const json = given[0] === "-j";
  if (json && !command.json) return { status: status.unimplemented, body: "JSON unimplemented\n" };
  const args = json ? given.slice(1) : given;
  if (args.length < command.least) return { status: status.tooFew, body: "Too few parameters\n" };
  if (args.length > command.most) return { status: status.tooMany, body: "Too many parameters\n" };
  return { command, invocation: { words, args, json } };
}

/** Carries out a request. A refusal is a reply too; only what is nobody's refusal is thrown. */
export async function runCommand(control: Control, words: readonly string[]): Promise<Reply> {
  const request = readRequest(words);
  if ("status" in request) return request;
  try {
    return await request.command.run(control, request.invocation);
  } catch (error) {
    if (error instanceof CommandFailure) return { status: error.status, body: error.message };
    throw error;
  }
}
