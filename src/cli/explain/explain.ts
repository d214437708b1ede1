import { nearest } from "../../analyze/suggest.js";
import { catalog, diagnosticCodes, isDiagnosticCode } from "../../diagnostics/catalog.js";
import { explainCode } from "../../diagnostics/explanations/explain.js";
import type { VmodFinder } from "../../vcc/vmod-finder.js";
import { CliError } from "../cli-error.js";
import { explainVmodWord, vmodWords } from "./vmod-words.js";
import { explainWord, languageWords } from "./words.js";

/** The explanations of some codes and words of VCL, or the list of all codes. A word that is neither ends the command. */
export function explain(words: readonly string[], vmods: VmodFinder): string {
  if (words.length === 0) return list();
  return joined(words)
    .map((word) => explainOne(word, vmods))
    .join("\n");
}

function list(): string {
  const longest = Math.max(...diagnosticCodes.map((code) => code.length));
  return diagnosticCodes
    .map((code) => `${code.padEnd(longest)}  ${catalog[code].severity.padEnd(7)}  ${catalog[code].message}\n`)
    .join("");
}

/** Shells take `return (hash)` apart. */
function joined(words: readonly string[]): readonly string[] {
  return words
    .join("\n")
    .replace(/^(return)\n(?=\()/gim, "$1")
    .split("\n");
}

function explainOne(word: string, vmods: VmodFinder): string {
  if (isDiagnosticCode(word)) return explainCode(word);
  // Some words are both: an action and a VMOD are called purge.
  const explained = [explainWord(word), explainVmodWord(word, vmods)].filter((one) => one !== undefined);
  if (explained.length > 0) return explained.join("\n");
  const alike = nearest(word, [...diagnosticCodes, ...languageWords(), ...vmodWords(word, vmods)]);
  const hint = alike === undefined ? "vclc explain lists the codes" : `did you mean ${alike}?`;
  throw new CliError(`${word} is no code of a diagnostic and no word of VCL (${hint})`);
}
