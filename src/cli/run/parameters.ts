import { defaultParameters, type Parameters } from "../../runtime/index.js";
import { parseBytes, parseDuration } from "../../runtime/values/index.js";

const switches: Readonly<Record<string, number>> = { on: 1, true: 1, off: 0, false: 0 };

/** Reads `name=value` of `-p` into parameters; answers with what is wrong, or undefined. */
export function readParameter(text: string, into: Partial<Parameters>): string | undefined {
  const [, name = "", value = ""] = /^([^=]*)=(.*)$/.exec(text) ?? [];
  if (name === "") return `-p takes NAME=VALUE, not "${text}"`;
  if (!Object.hasOwn(defaultParameters, name)) return `unknown parameter "${name}"`;
  const number = readNumber(value);
  if (number === undefined || number < 0) return `parameter ${name}: "${value}" is no value`;
  into[name as keyof Parameters] = number;
  return undefined;
}

/** A plain number, a switch, a duration (`500ms`) or a size (`64k`). */
function readNumber(text: string): number | undefined {
  if (/^\d+(\.\d+)?$/.test(text)) return Number(text);
  const known = switches[text.toLowerCase()];
  if (known !== undefined) return known;
  for (const read of [parseDuration, parseBytes]) {
    const parsed = read(text);
    if (!("error" in parsed)) return parsed.value;
  }
  return undefined;
}

/** Bytes of `-s`: `256m`, or `malloc,256m` as varnishd takes it; undefined when it is neither. */
export function readStorageSize(text: string): number | undefined {
  const parsed = parseBytes(/^(?:(?:malloc|default),)?(.+)$/.exec(text)?.[1]);
  return "error" in parsed || parsed.value <= 0 ? undefined : parsed.value;
}

/** `-a`: `address:port`, `[v6]:port`, `:port` or a port alone; undefined when it is none. */
export function readListenAddress(
  text: string,
): { readonly address?: string; readonly port: number } | undefined {
  const [, bracketed, plain, port] = /^(?:(?:\[([^\]]+)\]|([^:]*)):)?(\d{1,5})$/.exec(text) ?? [];
  const number = Number(port);
  if (port === undefined || number > 65535) return undefined;
  const address = bracketed ?? plain;
  return address === undefined || address === "" || address === "*"
    ? { port: number }
    : { address, port: number };
}
