import { parseBytes } from "../../runtime/values/index.js";
import { CliError } from "../cli-error.js";

/** A storage of `-s [NAME=]KIND[,SIZE]`. */
export interface StorageArgument {
  readonly name: string;
  /** Bytes; undefined: no limit was given. */
  readonly size: number | undefined;
}

const kinds = new Set(["malloc", "default", "umem"]);

/** Reads every `-s`. Storages without a name are s0, s1 …; there is always one that is no Transient. */
export function readStorages(texts: readonly string[]): readonly StorageArgument[] {
  const read: StorageArgument[] = [];
  for (const text of texts) {
    const [, name, kind = "", size] = /^(?:([^=,]+)=)?([^,]*)(?:,([^,]*))?/.exec(text) ?? [];
    if (!kinds.has(kind)) throw new CliError(`-s ${text}: storage is kept in memory only: malloc[,SIZE]`);
    const wanted = name ?? `s${read.filter((other) => /^s\d+$/.test(other.name)).length}`;
    if (read.some((other) => other.name === wanted))
      throw new CliError(`-s ${text}: there is a storage ${wanted} already`);
    read.push({ name: wanted, size: sizeOf(text, size) });
  }
  return read.every(({ name }) => name === "Transient") ? [{ name: "s0", size: undefined }, ...read] : read;
}

function sizeOf(text: string, size: string | undefined): number | undefined {
  if (size === undefined || size === "") return undefined;
  const parsed = parseBytes(size);
  if ("error" in parsed || parsed.value <= 0) throw new CliError(`-s ${text}: "${size}" is no size`);
  return parsed.value;
}
