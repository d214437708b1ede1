import { resolve } from "node:path";
import { isPersistent, MemoryStorage, parseBytes, type Storage } from "../../runtime/index.js";
import { CliError } from "../cli-error.js";

/** A storage of `-s [NAME=]KIND[,…]`. */
export interface StorageArgument {
  readonly name: string;
  /** Bytes; Infinity: no limit. */
  readonly limit: number;
  /** The file of `lmdb`; undefined: in memory. */
  readonly path: string | undefined;
}

const transientName = "Transient";
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
      throw new CliError(`(-s ${text}) '${name}' is already defined`);
    }
    const argument = { name, ...placeOf(text, rest) };
    if (name === transientName && argument.path !== undefined) {
      throw new CliError(`-s ${text}: what is short-lived is kept in memory`);
    }
    read.push(argument);
  }
  return read;
}

/** Makes the storages, and opens those that are files. */
export async function openStorages(read: readonly StorageArgument[]): Promise<readonly Storage[]> {
  const storages: Storage[] = [];
  for (const argument of read) storages.push(await openStorage(argument));
  return storages;
}

async function openStorage({ name, limit, path }: StorageArgument): Promise<Storage> {
  if (path === undefined) return new MemoryStorage(name, limit);
  const { openLmdb } = await import("../../host/node/lmdb/open-lmdb.js");
  try {
    return await openLmdb({ name, limit, path }, (text) => void process.stderr.write(`vclc: ${text}\n`));
  } catch (error) {
    throw new CliError(`-s lmdb,${path}: ${error instanceof Error ? error.message : String(error)}`);
  }
}

/** Ends the use of what is a file, when nothing asks for it any more. */
export async function closeStorages(storages: readonly Storage[]): Promise<void> {
  await Promise.all(storages.filter(isPersistent).map((storage) => storage.close()));
}

function placeOf(text: string, rest: string): Pick<StorageArgument, "limit" | "path"> {
  const [kind = "", ...values] = sizeOnly.test(rest) ? ["malloc", rest] : rest.split(",");
  if (kind === "lmdb") return fileOf(text, values);
  if (!memoryKinds.has(kind)) {
    throw new CliError(`-s ${text}: unknown storage "${kind}": give malloc[,SIZE] or lmdb,PATH,SIZE`);
  }
  const [size = "", ...more] = values;
  if (more.length > 0) throw new CliError(`-s ${text}: ${kind} takes a size and nothing else`);
  return { limit: size === "" ? Infinity : bytesOf(text, size), path: undefined };
}

function fileOf(
  text: string,
  [path = "", size = "", ...more]: readonly string[],
): Required<Pick<StorageArgument, "limit" | "path">> {
  if (path === "" || size === "" || more.length > 0) throw new CliError(`-s ${text}: lmdb takes PATH,SIZE`);
  return { limit: bytesOf(text, size), path: resolve(path) };
}

function bytesOf(text: string, size: string): number {
  const parsed = parseBytes(size);
  if ("error" in parsed) throw new CliError(`-s ${text}: "${size}" is no size such as 256m`);
  if (parsed.value < smallest) {
    throw new CliError(`-s ${text}: "${size}" is too small, did you forget to specify M or G?`);
  }
  return parsed.value;
}
