import {
  CommandSyntaxError,
  findCommand,
  readCommands,
  runCommand,
  status,
  type Control,
} from "../../runtime/command/index.js";
import { CliError } from "../cli-error.js";

/** Runs a file of commands in Varnish's syntax. The first that fails ends it, unless its line begins with `-`. */
export async function runCommands(path: string, text: string, control: Control): Promise<void> {
  for (const { line, words, mayFail } of commandsOf(path, text)) {
    const failure = await failureOf(words, control);
    if (!failure || mayFail) continue;
    const what = `${path}:${line}: ${words.slice(0, 2).join(" ")}`;
    throw new CliError(`${what}: ${failure.message}`, failure.exitCode);
  }
}

function commandsOf(path: string, text: string): ReturnType<typeof readCommands> {
  try {
    return readCommands(text);
  } catch (error) {
    throw error instanceof CommandSyntaxError ? new CliError(`${path}: ${error.message}`) : error;
  }
}

/** Runs one command; answers with why it failed, if it did. */
async function failureOf(words: readonly string[], control: Control): Promise<CliError | undefined> {
  try {
    const reply = await runCommand(control, words);
    if (reply.status === status.ok) return undefined;
    const usage = findCommand(words[0] ?? "")?.syntax;
    const wrongCount = reply.status === status.tooFew || reply.status === status.tooMany;
    return new CliError(`${reply.body.trim()}${wrongCount ? `. Write: ${words[0]} ${usage}` : ""}`);
  } catch (error) {
    if (error instanceof CliError) return error;
    throw error;
  }
}
