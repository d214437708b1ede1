import { readFileSync } from "node:fs";
import { fixtureCases } from "./fixtures.js";
import { corpusCases } from "./conformance.js";
import { check } from "./analyze.js";
import { mutate } from "./mutants/mutate.js";
import { pools } from "./mutants/words.js";
import type { Random } from "./random.js";

/** Milliseconds that 10 KB of input may take; shorter inputs may take as long. */
const limit = 1000;

/** Programs to start from: the fixtures, and the corpus where it is present. */
export function fuzzSeeds(): readonly string[] {
  const fixtures = ["analyze", "compile", "emit", "diagnostics", "parse", "recover"].flatMap(fixtureCases);
  const texts = fixtures.map(({ file }) => readFileSync(file("input.vcl"), "latin1"));
  return [...texts, ...(corpusCases() ?? []).map(({ vcl }) => vcl)].filter(({ length }) => length < 20_000);
}

type Strategy = (seeds: readonly string[], random: Random) => string;

const everyWord = Object.values(pools).flat();
const many = (random: Random, limit: number) => 1 + random.below(1 + random.below(limit));

const words: Strategy = (_, random) =>
  Array.from({ length: many(random, 60) }, () => random.pick(everyWord)).join(
    random.pick([" ", " ", "\n", ""]),
  );

const changedWords: Strategy = (seeds, random) => {
  let text = random.pick(seeds);
  for (let left = many(random, 6); left > 0 && text.trim() !== ""; left--) text = mutate(text, random).text;
  return text;
};

const changedBytes: Strategy = (seeds, random) => {
  let text = random.pick(seeds);
  for (let left = many(random, 12); left > 0; left--) {
    const at = random.below(text.length + 1);
    const gone = random.below(3) === 0 ? random.below(20) : random.below(2);
    const bytes = Array.from({ length: random.below(4) }, () => String.fromCharCode(random.below(256)));
    text = text.slice(0, at) + bytes.join("") + text.slice(at + gone);
  }
  return text;
};

const spliced: Strategy = (seeds, random) => {
  const [one, other] = [random.pick(seeds), random.pick(seeds)];
  const start = random.below(other.length + 1);
  const end = start + random.below(other.length - start + 1);
  return (
    one.slice(0, random.below(one.length + 1)) + other.slice(start, end) + random.pick(["", "}", "}}\n"])
  );
};

const repeated: Strategy = (seeds, random) => {
  const word =
    random.below(2) === 0
      ? random.pick(everyWord)
      : random.pick(["(", "{", "-", "!", '"', "/*", "@", "\xff"]);
  const seed = random.pick(seeds);
  const at = random.below(seed.length + 1);
  return seed.slice(0, at) + `${word}${random.pick(["", " "])}`.repeat(many(random, 300)) + seed.slice(at);
};

const bytes: Strategy = (_, random) =>
  Array.from({ length: many(random, 200) }, () => String.fromCharCode(random.below(256))).join("");

const strategies: readonly Strategy[] = [
  ...[words, bytes, repeated, spliced, spliced],
  ...[changedWords, changedWords, changedWords, changedBytes, changedBytes],
];

/** A random input: words, bytes, or a program that was changed. Files are not read: an include would make runs differ. */
export function randomInput(seeds: readonly string[], random: Random): string {
  return random
    .pick(strategies)(seeds, random)
    .replace(/include/g, "inc1ude");
}

/**
 * What is wrong with how the lexer, parser and analyzer take an input: an exception, too much time, a refusal without a diagnostic, a place
 * outside of the text. Undefined when all is well.
 */
export function misbehaviour(text: string): string | undefined {
  const started = performance.now();
  let checked: ReturnType<typeof check>;
  try {
    checked = check({ name: "main.vcl", text, kind: "file" });
  } catch (error) {
    return `throws ${error instanceof Error ? error.stack : String(error)}`;
  }
  const took = performance.now() - started;
  if (took > limit * Math.max(1, text.length / 10_000))
    return `takes ${took.toFixed(0)} ms for ${text.length} bytes`;
  const { program, diagnostics } = checked;
  const errors = diagnostics.filter(({ severity }) => severity === "error");
  if (program === undefined && errors.length === 0) return "is refused without a diagnostic";
  if (program !== undefined && errors.length > 0) return "has errors and a program";
  const outside = diagnostics.find(
    ({ span: { file, start, end } }) => !(0 <= start && start <= end && end <= file.text.length),
  );
  return outside && `has a place outside of the text: ${outside.code}`;
}
