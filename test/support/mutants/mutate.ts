import { variables } from "../../../src/language/variables.js";
import type { Random } from "../random.js";
import { pools, wordsOf, type Word } from "./words.js";

/** A program with one word changed, and what was changed. */
export interface Mutant {
  readonly text: string;
  readonly change: string;
}

/** Changes one word of a program: drops, doubles, swaps or replaces it, or puts another one before it. */
export function mutate(text: string, random: Random): Mutant {
  const words = wordsOf(text);
  const places = words.flatMap((word, at) => (word.kind === "space" ? [] : [at]));
  // Nothing but comments and blanks.
  if (places.length === 0) return { text, change: "none" };
  const at = random.pick(places);
  const word = words[at]!;
  const [name, change] = random.pick(changes);
  const changed = change(word, { words, places, at, random });
  const before = words.slice(0, at).map((one) => one.text);
  const line = before.join("").split("\n").length;
  const rest = words.slice(at + 1 + (changed.more ?? 0)).map((one) => one.text);
  return {
    text: [...before, changed.text, ...rest].join(""),
    change: `line ${line}: ${name} ${JSON.stringify(word.text)} → ${JSON.stringify(changed.text)}`,
  };
}

interface Place {
  readonly words: readonly Word[];
  /** Indices of what is no space. */
  readonly places: readonly number[];
  readonly at: number;
  readonly random: Random;
}

/** The text that takes the word's place, and how many words after it are gone too. */
interface Change {
  readonly text: string;
  readonly more?: number;
}

type Changer = (word: Word, place: Place) => Change;

const alike: Changer = (word, { words, at, random }) => ({ text: random.pick(poolFor(word, words, at)) });

const other: Changer = (_, { words, places, random }) => ({ text: words[random.pick(places)]!.text });

/** A word that is likely to mean nearly the same to the grammar. */
const near: Changer = (word, { words, at, random }) => {
  const group = groups.find((one) => one.includes(word.text));
  if (group) return { text: random.pick(group) };
  if (word.kind === "string" && random.below(2) === 0) return { text: random.pick(pools.expression) };
  const known = variables.find(
    ({ name }) => name.replace("*", "") === word.text.replace(/(?<=\.http\.).*/, ""),
  );
  const likes = known ? variables.filter(({ type }) => type === known.type) : [];
  if (likes.length > 0)
    return { text: random.pick(likes).name.replace("*", random.pick(["x-b", "Host", "a"])) };
  return { text: random.pick(poolFor(word, words, at)) };
};

/** After a `;` or a brace a statement or a declaration more; elsewhere an expression instead. */
const grown: Changer = ({ text }, { words, at, random }) => {
  const list = /^[;{}]$/.test(text)
    ? isTopLevel(words, at)
      ? pools.declaration
      : pools.statement
    : undefined;
  return { text: list ? `${text} ${random.pick(list)}` : random.pick(pools.expression) };
};

function isTopLevel(words: readonly Word[], at: number): boolean {
  const depth = words
    .slice(0, at + 1)
    .reduce((sum, { text }) => sum + (text === "{" ? 1 : text === "}" ? -1 : 0), 0);
  return depth <= 0;
}

const anything: Changer = (_, { random }) => ({ text: random.pick(random.pick(Object.values(pools))) });

const swapped: Changer = (word, { words, at }) => {
  const next = words.findIndex(({ kind }, index) => index > at && kind !== "space");
  if (next < 0) return { text: "" };
  const between = words.slice(at + 1, next).map(({ text }) => text);
  return { text: [words[next]!.text, ...between, word.text].join(""), more: next - at };
};

const insideWord: Changer = ({ text }, { random }) => {
  const at = random.below(text.length);
  const letter = random.pick(["", "x", ".", "_", "-", "0", " ", text[at]!.toUpperCase(), "\n", '"']);
  return { text: text.slice(0, at) + letter + text.slice(at + 1) };
};

const changes: readonly (readonly [string, Changer])[] = [
  ["drop", () => ({ text: "" })],
  ["double", ({ text }) => ({ text: `${text} ${text}` })],
  ["swap", swapped],
  ["replace", alike],
  ["replace", alike],
  ["replace", alike],
  ["near", near],
  ["near", near],
  ["near", near],
  ["near", near],
  ["grow", grown],
  ["grow", grown],
  ["grow", grown],
  ["repeat", other],
  ["put", anything],
  ["insert", (word, place) => ({ text: `${anything(word, place).text} ${word.text}` })],
  ["append", ({ text }, { random }) => ({ text: text + random.pick(pools.property) })],
  ["letter", insideWord],
];

const groups = [
  ["==", "!=", "<", ">", "<=", ">=", "~", "!~"],
  ["=", "+=", "-=", "*=", "/="],
  ["+", "-", "*", "/", "%"],
  ["&&", "||"],
  ["set", "unset"],
  ["if", "elseif"],
  ["else", "elsif", "elseif", "elif", "else if"],
  ["true", "false"],
];

/** Words of the same sort. */
function poolFor({ text, kind }: Word, words: readonly Word[], at: number): readonly string[] {
  if (kind === "operator") return pools.operator;
  const before = words.slice(0, at).findLast((one) => one.kind !== "space")?.text;
  if (before === "vcl") return pools.version;
  if (kind !== "name") return pools.literal;
  if (text.startsWith("vcl_")) return pools.sub;
  if (before === "(" && words.slice(0, at).findLast((one) => one.kind === "name")?.text === "return")
    return pools.action;
  if (text.includes(".")) {
    const used = words.filter((one) => one.kind === "name" && one.text.includes(".")).map((one) => one.text);
    return [...pools.variable, ...used, ...used];
  }
  return [
    ...pools.keyword,
    ...pools.type,
    ...words.filter((one) => one.kind === "name").map((one) => one.text),
  ];
}
