import { allCommands, quoted, type CompletedCommand } from "./command-tree.js";
import { caseLines, valueCases, walkCase } from "./cases.js";

/** The completion script for bash. Where no word fits, bash offers files. */
export function bashScript(root: CompletedCommand): string {
  const all = allCommands(root);
  const option = ({ options }: CompletedCommand) => quoted(options.flatMap(({ names }) => names).join(" "));
  const word = ({ commands, words }: CompletedCommand) =>
    quoted([...commands.map(({ path }) => path.at(-1)), ...words].join(" "));
  return `# Completion of vclc in bash: source <(vclc completion bash)
_vclc() {
  local cur="\${COMP_WORDS[COMP_CWORD]}" prev="\${COMP_WORDS[COMP_CWORD-1]}" at="" head="" word words=""
  for word in "\${COMP_WORDS[@]:1:COMP_CWORD-1}"; do
    case "$at $word" in
${walkCase(all)}
    esac
  done
  # --format=json comes as three words, or as one where = is no sign that parts words.
  if [[ $cur == "=" ]]; then cur=""
  elif [[ $prev == "=" ]]; then prev="\${COMP_WORDS[COMP_CWORD-2]}"
  elif [[ $cur == --*=* ]]; then prev="\${cur%%=*}" head="\${cur%%=*}=" cur="\${cur#*=}"
  fi
  case "$at $prev" in
${valueCases(all, (choices) => `COMPREPLY=($(compgen -P "$head" -W ${quoted(choices.join(" "))} -- "$cur")); return`, "COMPREPLY=(); return")}
  esac
  if [[ $cur == -* ]]; then
    case "$at" in
${caseLines(all, (command) => `words=${option(command)}`)}
    esac
  else
    case "$at" in
${caseLines(all, (command) => `words=${word(command)}`)}
    esac
  fi
  COMPREPLY=($(compgen -W "$words" -- "$cur"))
}
complete -o default -F _vclc vclc
`;
}
