import { CommandFailure, VclFailure, type Instance } from "../../../runtime/index.js";
import { CommandSyntaxError, runCommand, splitCommand } from "../../../runtime/command/index.js";

/** What an operator of a policy under test may do; the rest is about files and processes, which a test has none of. */
const allowed = /^(?:ban|ban\.list|backend\.\w+|param\.\w+)$/;

/** Carries out a command as the command port does, and answers with its text. Fails where it is refused. */
export async function operate(instance: Instance, line: string): Promise<string> {
  const refuse = (reason: string): never => {
    throw new VclFailure(`testing.command(): ${line}: ${reason.trim()}`);
  };
  const words = wordsOf(line);
  if (typeof words === "string") return refuse(words);
  if (!allowed.test(words[0] ?? "")) return refuse("a test has ban, ban.list, backend.… and param.…");
  const nothing = (): Promise<never> => Promise.reject(new CommandFailure(106, "a test compiles nothing"));
  const compiler = { file: nothing, text: nothing };
  const { status, body } = await runCommand(
    { instance, compiler, sources: new WeakMap(), pid: 0, program: "vclc test" },
    words,
  );
  return status === 200 ? body : refuse(body);
}

function wordsOf(line: string): readonly string[] | string {
  try {
    return splitCommand(line);
  } catch (error) {
    if (error instanceof CommandSyntaxError) return error.message;
    throw error;
  }
}
