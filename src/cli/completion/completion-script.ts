import type { Command } from "commander";
import { diagnosticCodes } from "../../diagnostics/catalog.js";
import { languageWords } from "../explain/words.js";
import { bashScript } from "./bash.js";
import { commandTree } from "./command-tree.js";
import { fishScript } from "./fish.js";
import { zshScript } from "./zsh.js";

const scripts = { bash: bashScript, zsh: zshScript, fish: fishScript } as const;

/** The script that makes a shell complete the commands of a program, with their options and choices. */
export function completionScript(shell: keyof typeof scripts, program: Command): string {
  const plain = languageWords().filter((word) => /^[\w.]+$/.test(word));
  return scripts[shell](commandTree(program, { explain: [...diagnosticCodes, ...plain] }));
}
