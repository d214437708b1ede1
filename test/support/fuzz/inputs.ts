import { readdirSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { fixtureCases } from "../fixtures.js";
import { corpusCases } from "../conformance.js";
import { mutate } from "../mutants/mutate.js";
import { pools } from "../mutants/words.js";
import type { Random } from "../random.js";

/** Programs and interfaces to start from. */
export type FuzzSeeds = Readonly<Record<FuzzInput["language"], readonly string[]>>;

/** Those of the fixtures, the shipped VMODs, and the corpus where it is present. */
export function fuzzSeeds(): FuzzSeeds {
  const read = (path: string) => readFileSync(path, "latin1");
  const fixtures = ["analyze", "compile", "emit", "diagnostics", "parse", "recover"].flatMap(fixtureCases);
  const vcl = [
    ...fixtures.map(({ file }) => read(file("input.vcl"))),
    ...(corpusCases() ?? []).map(({ vcl }) => vcl),
  ];
  const folder = fileURLToPath(new URL("../../../src/vmod/", import.meta.url));
  const vcc = [
    ...fixtureCases("vcc").map(({ file }) => read(file("input.vcc"))),
    ...readdirSync(folder, { recursive: true, encoding: "utf8" })
      .filter((path) => path.endsWith(".vcc"))
      .sort()
      .map((path) => read(`${folder}${path}`)),
  ];
  const short = (text: string) => text.length < 20_000;
  return { vcl: vcl.filter(short), vcc: vcc.filter(short) };
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

/** An input of one of the languages that are read. */
export interface FuzzInput {
  readonly language: "vcl" | "vcc";
  readonly text: string;
}

/** A random input: words, bytes, or a program or interface that was changed. Files are not read: an include would make runs differ. */
export function randomInput(seeds: FuzzSeeds, random: Random): FuzzInput {
  const language = random.below(10) === 0 ? "vcc" : "vcl";
  const text = random.pick(strategies)(seeds[language], random);
  return { language, text: text.replace(/include/g, "inc1ude") };
}
