import { CliError } from "../cli-error.js";
import type { ObserveFlags } from "../run/observe/observing.js";

/** Options of varnishd that take a value, and those that take none. */
const withValue = "abEfhIijlMnPprSsTtWx";
const plain = "CdFV?";

/** What varnishd does not have: options of `vclc run` about watching it, with the names that they have there. */
const longOptions = new Map([
  ["access-log", "accessLog"],
  ["access-log-format", "accessLogFormat"],
  ["metrics", "metrics"],
  ["metrics-host", "metricsHost"],
  ["dashboard", "dashboard"],
  ["dashboard-host", "dashboardHost"],
  ["otlp", "otlp"],
  ["log-level", "logLevel"],
  ["log-format", "logFormat"],
  ["quiet", "quiet"],
] as const satisfies readonly (readonly [string, keyof ObserveFlags])[]);
/** Those that may be given more than once. */
const lists: ReadonlySet<keyof ObserveFlags> = new Set(["metricsHost", "dashboardHost"]);

type Letter = string;

/** What was given for each option, in order. */
export class VarnishdArguments {
  readonly #values: ReadonlyMap<Letter, readonly string[]>;
  /** The option that came first. */
  readonly first: Letter | undefined;
  /** How it is watched. */
  readonly observe: ObserveFlags;

  constructor(values: ReadonlyMap<Letter, readonly string[]>, observe: ObserveFlags) {
    this.#values = values;
    this.first = values.keys().next().value;
    this.observe = observe;
  }

  /** How many options there are. */
  get count(): number {
    return [...this.#values.values()].reduce((sum, { length }) => sum + length, 0);
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
  const observe: Record<string, unknown> = {};
  for (let at = 0; at < args.length; at++) {
    const word = args[at] as string;
    if (word.startsWith("--")) {
      at += readLong(word, args[at + 1], observe);
      continue;
    }
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
  return new VarnishdArguments(values, observe);
}

/** `--name value` or `--name=value`; answers with how many of the words behind it belong to it. */
function readLong(word: string, next: string | undefined, into: Record<string, unknown>): 0 | 1 {
  const [, name = "", attached] = /^--([^=]*)(?:=(.*))?$/s.exec(word) ?? [];
  const flag = longOptions.get(name as never);
  if (flag === undefined) throw new CliError(`there is no option --${name}`);
  if (flag === "quiet") {
    into[flag] = true;
    return 0;
  }
  const value = attached ?? next;
  if (value === undefined) throw new CliError(`option --${name} needs a value`);
  into[flag] = lists.has(flag) ? [...((into[flag] as readonly string[] | undefined) ?? []), value] : value;
  return attached === undefined ? 1 : 0;
}
