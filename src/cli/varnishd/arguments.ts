import { CliError } from "../cli-error.js";

/** Options of varnishd that take a value, and those that take none. */
const withValue = "abEfhIijlMnPprSsTtWx";
const plain = "CdFV?";

type Letter = string;

/** What was given for each option, in order. */
export class VarnishdArguments {
  readonly #values: ReadonlyMap<Letter, readonly string[]>;

  constructor(values: ReadonlyMap<Letter, readonly string[]>) {
    this.#values = values;
  }

  has(letter: Letter): boolean {
    return this.#values.has(letter);
  }

  /** Every value of an option. */
  all(letter: Letter): readonly string[] {
    return this.#values.get(letter) ?? [];
  }

  /** The value of an option that may be there once. */
  one(letter: Letter): string | undefined {
    const values = this.all(letter);
    if (values.length > 1) throw new CliError(`-${letter} can only be given once`);
    return values[0];
  }
}

/** Reads arguments as getopt(3) does: `-a X`, `-aX`, `-dF`. */
export function readArguments(args: readonly string[]): VarnishdArguments {
  const values = new Map<Letter, string[]>();
  const add = (letter: Letter, value: string): void => {
    const before = values.get(letter);
    if (before) before.push(value);
    else values.set(letter, [value]);
  };
  for (let at = 0; at < args.length; at++) {
    const word = args[at] as string;
    if (!/^-./.test(word)) throw new CliError(`Too many arguments (${word})`);
    for (let place = 1; place < word.length; place++) {
      const letter = word[place] as Letter;
      if (plain.includes(letter)) {
        add(letter, "");
        continue;
      }
      if (!withValue.includes(letter)) throw new CliError(`there is no option -${letter}`);
      const attached = word.slice(place + 1);
      const value = attached === "" ? args[++at] : attached;
      if (value === undefined) throw new CliError(`option -${letter} needs a value`);
      add(letter, value);
      break;
    }
  }
  return new VarnishdArguments(values);
}
