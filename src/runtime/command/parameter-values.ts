import { parseBytes, parseDuration } from "../values/index.js";
import type { ParameterFact, ParameterKind } from "./parameter-table.js";

const switches: Readonly<Record<string, number>> = {
  on: 1,
  true: 1,
  yes: 1,
  enable: 1,
  off: 0,
  false: 0,
  no: 0,
  disable: 0,
};

/** The value a text gives a parameter that has a value now, or what is wrong with the text, in varnishd's words. */
export function readValue(fact: ParameterFact, text: string, now: number): number | string {
  const { kind, minimum, maximum } = fact;
  if (kind === "bits") return readBits(fact.bits ?? [], text, now);
  const plain = kind as PlainKind;
  const value = readKind(plain, text);
  if (value === undefined) return complaints[plain](text);
  const shown = (limit: number): string => formatValue(fact, limit);
  if (value < minimum) {
    return `Must be ${kind === "seconds" ? "greater or equal to" : "at least"} ${shown(minimum)}\n`;
  }
  if (maximum !== undefined && value > maximum) return `Must be no more than ${shown(maximum)}\n`;
  return value;
}

type PlainKind = Exclude<ParameterKind, "bits" | "text" | "tags" | "pool">;

function readKind(kind: PlainKind, text: string): number | undefined {
  if (kind === "switch") return switches[text.toLowerCase()];
  const plain = /^-?(?:\d+\.?\d*|\.\d+)$/.test(text) ? Number(text) : undefined;
  if (kind === "number") {
    const value = plain ?? switches[text.toLowerCase()];
    return value !== undefined && Number.isInteger(value) ? value : undefined;
  }
  if (plain !== undefined) return kind === "seconds" || Number.isInteger(plain) ? plain : undefined;
  const parsed = kind === "seconds" ? parseDuration(text) : parseBytes(text);
  return "error" in parsed ? undefined : parsed.value;
}

/** `+name,-name`: bits set and cleared, from left to right; `none` clears all. */
function readBits(names: readonly string[], text: string, now: number): number | string {
  if (text === "none" || text === "default") return 0;
  let value = now;
  for (const word of text.split(/[ ,]+/).filter((part) => part !== "")) {
    if (!/^[+-]/.test(word)) return `Missing '+' or '-' (${word})\n`;
    const place = names.indexOf(word.slice(1));
    if (place < 0) return `Unknown feature bit (${word})\n`;
    value = word.startsWith("+") ? value | (1 << place) : value & ~(1 << place);
  }
  return value;
}

const complaints: Readonly<Record<PlainKind, (text: string) => string>> = {
  switch: () => 'use "on" or "off"\n',
  seconds: (text) => `Invalid number (${text})\n`,
  number: (text) => `Not a number (${text})\n`,
  bytes: () => "Could not convert to bytes.\nInvalid number\n  Try something like '80k' or '120M'\n",
};

/** A value as `param.show` prints it, without its unit. */
export function formatValue({ kind, bits = [] }: ParameterFact, value: number | string): string {
  if (typeof value === "string") return value;
  if (kind === "switch") return value === 0 ? "off" : "on";
  if (kind === "bits") {
    const set = bits.filter((_, place) => (value & (1 << place)) !== 0);
    return set.length === 0 ? "none" : set.map((name) => `+${name}`).join(",");
  }
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
