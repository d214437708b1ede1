import { caseLines, valueCases, walkCase } from "./cases.js";
import { allCommands, quoted, type CompletedCommand } from "./command-tree.js";

/** The completion script for zsh, with what each word means. */
export function zshScript(root: CompletedCommand): string {
  const all = allCommands(root);
  const described = (name: string, description: string) =>
    quoted(`${name.replaceAll(":", "\\:")}:${description}`);
  const option = ({ options }: CompletedCommand) =>
    options.flatMap(({ names, description }) => names.map((name) => described(name, description))).join(" ");
  const word = ({ commands, words }: CompletedCommand) =>
    [
      ...commands.map(({ path, summary }) => described(path.at(-1) ?? "", summary)),
      ...words.map(quoted),
    ].join(" ");
  return `#compdef vclc
# Completion of vclc in zsh: source <(vclc completion zsh), or as a file _vclc in a folder of $fpath
_vclc() {
  local prev="\${words[CURRENT-1]}" at="" word
  local -a found
  for word in "\${(@)words[2,CURRENT-1]}"; do
    case "$at $word" in
${walkCase(all)}
    esac
  done
  if [[ $PREFIX == --*=* ]]; then
    prev="\${PREFIX%%=*}"
    compset -P 1 '*='
  fi
  case "$at $prev" in
${valueCases(all, (choices) => `compadd -- ${choices.map(quoted).join(" ")}; return`, "_files; return")}
  esac
  if [[ $PREFIX == -* ]]; then
    case "$at" in
${caseLines(all, (command) => `found=(${option(command)})`)}
    esac
    _describe option found
    return
  fi
  case "$at" in
${caseLines(all, (command) => `found=(${word(command)})`)}
  esac
  (( $#found )) && _describe word found
  [[ -n $at ]] && _files
}
if [[ $funcstack[1] == _vclc ]]; then _vclc "$@"; else compdef _vclc vclc; fi
`;
}
