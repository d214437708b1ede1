import { closeSync, ftruncateSync, openSync, statSync } from "node:fs";
import { resolve } from "node:path";
import { systemReason } from "../../host/node/system-reason.js";
import { isPersistent, MemoryStorage, parseBytes, type Storage } from "../../runtime/index.js";
import { CliError } from "../cli-error.js";

/** A storage of `-s [NAME=]KIND[,…]`. */
export interface StorageArgument {
  readonly name: string;
  /** As it is told of: varnishd's `default` and `umem` are `malloc`. */
  readonly kind: "malloc" | "file" | "lmdb";
  /** Bytes; Infinity: no limit. */
  readonly limit: number;
  /** The file of `file` and `lmdb`. */
  readonly path?: string;
}

const transientName = "Transient";
const smallest = 1024 * 1024;

/** `-s` with a size and nothing else, for the usual case. */
const sizeOnly = /^\d+(\.\d+)?[kmgtp]?b?$/i;
/** Kinds in memory; `umem` is another allocator of the same. */
const memoryKinds = new Set(["malloc", "default", "umem"]);

/** How the system may expect a file to be read. */
const advices = new Set(["normal", "random", "sequential"]);

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
    if (name === transientName && argument.kind === "lmdb") {
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

async function openStorage({ name, kind, limit, path = "" }: StorageArgument): Promise<Storage> {
  if (kind === "malloc") return new MemoryStorage(name, limit);
  if (kind === "file") {
    reserveFile(path, limit);
    return new MemoryStorage(name, limit, kind);
  }
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

type Place = Omit<StorageArgument, "name">;

function placeOf(text: string, rest: string): Place {
  const [kind = "", ...values] = sizeOnly.test(rest) ? ["malloc", rest] : rest.split(",");
  if (kind === "lmdb") return databaseOf(text, values);
  if (kind === "file") return fileOf(text, values);
  if (!memoryKinds.has(kind)) {
    throw new CliError(
      `-s ${text}: unknown storage "${kind}": give malloc[,SIZE], file,PATH,SIZE or lmdb,PATH,SIZE`,
    );
  }
  const [size = "", ...more] = values;
  if (more.length > 0) throw new CliError(`-s ${text}: ${kind} takes a size and nothing else`);
  return { kind: "malloc", limit: size === "" ? Infinity : bytesOf(text, size) };
}

function databaseOf(text: string, [path = "", size = "", ...more]: readonly string[]): Place {
  if (path === "" || size === "" || more.length > 0) throw new CliError(`-s ${text}: lmdb takes PATH,SIZE`);
  return { kind: "lmdb", limit: bytesOf(text, size), path: resolve(path) };
}

/** `file,PATH[,SIZE[,GRANULARITY[,ADVICE]]]`; the last two are about pages of the file, and change nothing. */
function fileOf(
  text: string,
  [path = "", size = "", granularity = "", advice = "random", ...more]: readonly string[],
): Place {
  if (path === "") throw new CliError(`(-sfile) path is mandatory`);
  if (more.length > 0) throw new CliError(`(-sfile) too many arguments`);
  const limit = size === "" ? lengthOf(path) : bytesOf(text, size);
  const pages = granularity === "" ? undefined : parseBytes(granularity);
  if (pages && "error" in pages) {
    throw new CliError(`(-sfile) granularity "${granularity}": ${pages.error}`);
  }
  if (!advices.has(advice)) throw new CliError(`(-sfile) invalid advice: "${advice}"`);
  return { kind: "file", limit, path: resolve(path) };
}

/** Bytes of a file that is there already, which is its storage's size unless one is given. */
function lengthOf(path: string): number {
  const facts = statSync(path, { throwIfNoEntry: false });
  if (!facts?.isFile() || facts.size === 0)
    throw new CliError(`(-sfile) "${path}" needs a size: file,PATH,SIZE`);
  return facts.size;
}

/**
 * Makes the file of a `file` storage, of its size and without contents. Objects are in memory all the same: varnishd, too, starts with an empty
 * file each time. In a folder nothing is made: there varnishd's file has no name.
 */
function reserveFile(path: string, size: number): void {
  try {
    if (statSync(path, { throwIfNoEntry: false })?.isDirectory()) return;
    const file = openSync(path, "a", 0o600);
    ftruncateSync(file, size);
    closeSync(file);
  } catch (error) {
    throw new CliError(`(-sfile) "${path}" could not be opened: ${systemReason(error)}`);
  }
}

function bytesOf(text: string, size: string): number {
  const parsed = parseBytes(size);
  if ("error" in parsed) throw new CliError(`-s ${text}: "${size}" is no size such as 256m: ${parsed.error}`);
  if (parsed.value < smallest) {
    throw new CliError(`-s ${text}: "${size}" is too small, did you forget to specify M or G?`);
  }
  return parsed.value;
}
