import { parseBytes, parseDuration } from "../values/index.js";
import type { ParameterFact } from "./parameter-table.js";

const switches: Readonly<Record<string, number>> = { on: 1, true: 1, off: 0, false: 0 };

/** A plain number, a switch, a duration (`500ms`) or a size (`64k`); undefined when it is none. */
export function readNumber(text: string): number | undefined {
  if (/^-?\d+(\.\d+)?$/.test(text)) return Number(text);
  const known = switches[text.toLowerCase()];
  if (known !== undefined) return known;
  for (const read of [parseDuration, parseBytes]) {
    const parsed = read(text);
    if (!("error" in parsed)) return parsed.value;
  }
  return undefined;
}

/** The value a text gives a parameter, or what is wrong with it, in varnishd's words. */
export function readValue(fact: ParameterFact, text: string): number | string {
  const { kind, minimum, maximum } = fact;
  const value = readKind(kind, text);
  if (value === undefined) return complaints[kind](text);
  const shown = (limit: number): string => formatValue(fact, limit);
  if (value < minimum) {
    return `Must be ${kind === "seconds" ? "greater or equal to" : "at least"} ${shown(minimum)}\n`;
  }
  if (maximum !== undefined && value > maximum) return `Must be no more than ${shown(maximum)}\n`;
  return value;
}

function readKind(kind: ParameterFact["kind"], text: string): number | undefined {
  const plain = /^-?\d+(\.\d+)?$/.test(text) ? Number(text) : undefined;
  if (kind === "number") {
    const value = plain ?? switches[text.toLowerCase()];
    return value !== undefined && Number.isInteger(value) ? value : undefined;
  }
  if (plain !== undefined) return kind === "seconds" || Number.isInteger(plain) ? plain : undefined;
  const parsed = kind === "seconds" ? parseDuration(text) : parseBytes(text);
  return "error" in parsed ? undefined : parsed.value;
}

const complaints: Readonly<Record<ParameterFact["kind"], (text: string) => string>> = {
  seconds: (text) => `Invalid number (${text})\n`,
  number: (text) => `Not a number (${text})\n`,
  bytes: () => "Could not convert to bytes.\nInvalid number\n  Try something like '80k' or '120M'\n",
};

/** A value as `param.show` prints it, without its unit. */
export function formatValue({ kind }: ParameterFact, value: number): string {
  if (kind === "seconds") return value.toFixed(3);
  return kind === "bytes" ? formatBytes(value) : String(value);
}

/** `64k`, `0.25k`, `100b`: the largest suffix that leaves whole quarters. */
function formatBytes(value: number): string {
  let rest = value;
  if (rest === 0 || rest % 256 !== 0) return `${rest}b`;
  for (const suffix of ["k", "M", "G", "T", "P"]) {
    rest /= 256;
    if (rest % 4 !== 0) return `${Math.floor(rest / 4)}.${String(25 * (rest % 4)).padStart(2, "0")}${suffix}`;
    rest /= 4;
    if (rest % 256 !== 0) return `${rest}${suffix}`;
  }
  return `${value}b`;
}
