import { nearest } from "../../analyze/suggest.js";
import { catalog, diagnosticCodes, isDiagnosticCode } from "../../diagnostics/catalog.js";
import { explainCode } from "../../diagnostics/explanations/explain.js";
import type { VmodFinder } from "../../vcc/vmod-finder.js";
import { CliError } from "../cli-error.js";
import { explainVmodWord, vmodWords } from "./vmod-words.js";
import { explainOtherWord } from "./other-words.js";
import { paragraphs } from "./page.js";
import { explainWord, languageWords, wordsByKind } from "./words.js";

/** The explanations of some codes and words of VCL, or the list of all codes and words. A word that is neither ends the command. */
export function explain(words: readonly string[], vmods: VmodFinder): string {
  if (words.length === 0) return list();
  return joined(words)
    .map((word) => explainOne(word, vmods))
    .join("\n");
}

function list(): string {
  const longest = Math.max(...diagnosticCodes.map((code) => code.length));
  const codes = diagnosticCodes.map(
    (code) => `${code.padEnd(longest)}  ${catalog[code].severity.padEnd(7)}  ${catalog[code].message}\n`,
  );
  const words = Object.entries(wordsByKind).map(([kind, all]) => `${kind}:\n${paragraphs(all.join(" "))}\n`);
  return [codes.join(""), ...words].join("\n");
}

/** Shells take `return (hash)` apart. */
function joined(words: readonly string[]): readonly string[] {
  return words
    .join("\n")
    .replace(/^(return)\n(?=\()/gim, "$1")
    .split("\n");
}

/** Letters of a word that only begins as one that is known. */
const shortestBeginning = 4;

function explainOne(word: string, vmods: VmodFinder): string {
  if (isDiagnosticCode(word)) return explainCode(word);
  // Some words are both: an action and a VMOD are called purge.
  const explained = [explainWord(word), ...explainOtherWord(word), explainVmodWord(word, vmods)].filter(
    (one) => one !== undefined,
  );
  if (explained.length > 0) return explained.join("\n");
  const known = [...diagnosticCodes, ...languageWords(), ...vmodWords(word, vmods)];
  const begun = word.length < shortestBeginning ? [] : known.filter((one) => one.startsWith(word));
  const alike = nearest(word, known) ?? (begun.length === 1 ? begun[0] : undefined);
  const hint = alike === undefined ? "vclc explain lists codes and words" : `did you mean ${alike}?`;
  throw new CliError(`${word} is no code of a diagnostic and no word of VCL (${hint})`);
}
