import { spawnSync } from "node:child_process";
import { existsSync, renameSync, rmSync } from "node:fs";
import { createRequire } from "node:module";
import { loadLmdb, type LmdbModule, type LmdbRoot } from "./lmdb-module.js";
import { LmdbStorage } from "./lmdb-storage.js";

/** What `-s lmdb,PATH,SIZE` says. */
export interface LmdbArgument {
  readonly name: string;
  readonly path: string;
  /** Bytes. */
  readonly limit: number;
}

const databases = 8;

/** Opens the file, or makes it. One that cannot be read is put aside and told of; the storage is empty then. Throws where it cannot be had at all. */
export async function openLmdb(argument: LmdbArgument, tell: (text: string) => void): Promise<LmdbStorage> {
  const lmdb = await loadLmdb();
  if (!lmdb) throw new Error("the package lmdb is not installed: npm install lmdb");
  const { name, path, limit } = argument;
  const problem = existsSync(path) ? problemOf(path) : undefined;
  if (problem !== undefined) putAside(path, problem, tell);
  return new LmdbStorage(open(lmdb, path, limit), name, limit, tell);
}

/** The pages of what is removed are used again only once nobody reads them, and the index takes some: room for that too. */
function open(lmdb: LmdbModule, path: string, limit: number): LmdbRoot {
  const root = lmdb.open({ path, noSubdir: true, noSync: true, mapSize: 2 * limit, maxDbs: databases });
  // Processes that were killed are readers still, and what they read cannot be written over.
  root.readerCheck();
  return root;
}

/**
 * What is wrong with a file, which another process finds out by reading the whole index: where pages are missing or damaged, LMDB may end the
 * process that reads them.
 */
function problemOf(path: string): string | undefined {
  const { status, signal, stderr } = spawnSync(
    process.execPath,
    ["--input-type=commonjs", "--eval", checking, createRequire(import.meta.url).resolve("lmdb"), path],
    { encoding: "utf8", timeout: 60_000, env: { ...process.env, NODE_OPTIONS: "" } },
  );
  if (status === 0) return undefined;
  if (signal) return `it cannot be read (${signal})`;
  return /Error: (.*)/.exec(stderr)?.[1] ?? "it cannot be read";
}

/** Walks through everything but the bodies, which have sums of their own that are checked whenever one is used. */
const checking = `
const [, lmdb, path] = process.argv;
const { open } = require(lmdb);
const { statSync } = require("node:fs");
const root = open({ path, noSubdir: true, readOnly: true, maxDbs: ${databases} });
const { lastPageNumber, pageSize } = root.getStats();
if ((lastPageNumber + 1) * pageSize > statSync(path).size) throw new Error("it is shorter than it should be");
const count = (name, options) => {
  let bytes = 0;
  for (const { key, value } of root.openDB(name, options).getRange()) bytes += value?.length ?? 0;
};
count("index", { keyEncoding: "binary" });
count("order", { encoding: "binary" });
count("facts", {});
count("bans", {});
for (const key of root.openDB("bodies", { encoding: "binary" }).getKeys()) if (typeof key !== "number") throw new Error("a key is damaged");
process.exit(0);
`;

function putAside(path: string, problem: string, tell: (text: string) => void): void {
  const aside = `${path}.damaged`;
  renameSync(path, aside);
  rmSync(`${path}-lock`, { force: true });
  tell(`-s lmdb,${path}: ${problem}. It is now ${aside}; the storage begins empty`);
}
