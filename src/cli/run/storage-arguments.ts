import { MemoryStorage, parseBytes, type Storage } from "../../runtime/index.js";
import { CliError } from "../cli-error.js";

/** A storage of `-s [NAME=]KIND[,…]`. */
export interface StorageArgument {
  readonly name: string;
  /** Bytes; Infinity: no limit. */
  readonly limit: number;
}

const smallest = 1024 * 1024;

/** `-s` with a size and nothing else, for the usual case. */
const sizeOnly = /^\d+(\.\d+)?[kmgtp]?b?$/i;
/** Kinds in memory; `umem` is another allocator of the same. */
const memoryKinds = new Set(["malloc", "default", "umem"]);

/** Reads every `-s`. Those without a name are s0, s1 …, as Varnish counts: by their place, Transient not counted. */
export function readStorageArguments(texts: readonly string[]): readonly StorageArgument[] {
  const read: StorageArgument[] = [];
  let unnamed = 0;
  for (const text of texts) {
    const [, given, rest = ""] = /^(?:([^=,]+)=)?(.*)$/.exec(text) ?? [];
    const name = given ?? `s${unnamed++}`;
    if (!/^[A-Za-z][A-Za-z0-9_-]*$/.test(name)) throw new CliError(`-s ${text}: "${name}" is no name`);
    if (read.some((other) => other.name === name)) {
      throw new CliError(`-s ${text}: there is a storage ${name} already`);
    }
    read.push({ name, limit: limitOf(text, rest) });
  }
  return read;
}

/** Makes the storages. */
export function openStorages(read: readonly StorageArgument[]): readonly Storage[] {
  return read.map(({ name, limit }) => new MemoryStorage(name, limit));
}

function limitOf(text: string, rest: string): number {
  const [kind = "", size, ...more] = sizeOnly.test(rest) ? ["malloc", rest] : rest.split(",");
  if (!memoryKinds.has(kind)) throw new CliError(`-s ${text}: unknown storage "${kind}": give malloc[,SIZE]`);
  if (more.length > 0) throw new CliError(`-s ${text}: ${kind} takes a size and nothing else`);
  return size === undefined || size === "" ? Infinity : bytesOf(text, size);
}

function bytesOf(text: string, size: string): number {
  const parsed = parseBytes(size);
  if ("error" in parsed) throw new CliError(`-s ${text}: "${size}" is no size such as 256m`);
  if (parsed.value < smallest) {
    throw new CliError(`-s ${text}: "${size}" is too small, did you forget to specify M or G?`);
  }
  return parsed.value;
}
