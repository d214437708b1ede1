import { statSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { openStorages, readStorageArguments } from "../../src/cli/run/storage-arguments.js";
import { temporaryFolder } from "../support/cli.js";

const mega = 1024 * 1024;
const read = (...texts: string[]): unknown =>
  readStorageArguments(texts).map(({ name, limit }) => [name, limit]);

describe("-s", () => {
  test("a size alone, or a kind with its size", () => {
    expect(read("64m")).toEqual([["s0", 64 * mega]]);
    expect(read("malloc,1g")).toEqual([["s0", 1024 * mega]]);
    expect(read("default,64m")).toEqual([["s0", 64 * mega]]);
    expect(read("malloc")).toEqual([["s0", Infinity]]);
  });

  test("several have names, or s0, s1 … in their order", () => {
    expect(read("one=malloc,2m", "malloc,3m", "Transient=malloc,4m", "malloc,5m")).toEqual([
      ["one", 2 * mega],
      ["s0", 3 * mega],
      ["Transient", 4 * mega],
      ["s1", 5 * mega],
    ]);
  });

  test("a file", () => {
    expect(readStorageArguments(["disk=lmdb,/var/cache/vclc.mdb,10g"])).toEqual([
      { name: "disk", kind: "lmdb", limit: 10 * 1024 * mega, path: "/var/cache/vclc.mdb" },
    ]);
  });

  test("a file that is as large as its storage, where objects are in memory", async () => {
    const path = join(temporaryFolder(), "cache.bin");
    const [storage] = await openStorages(readStorageArguments([`f=file,${path},2m`]));
    expect([storage?.kind, storage?.name, storage?.limit]).toEqual(["file", "f", 2 * mega]);
    expect(statSync(path).size).toBe(2 * mega);
    expect(readStorageArguments([`f=file,${path}`])).toMatchObject([{ limit: 2 * mega }]);
  });

  const wrong: readonly (readonly [readonly string[], string])[] = [
    [["much"], '-s much: unknown storage "much"'],
    [["file"], "(-sfile) path is mandatory"],
    [["file,/nosuch"], '(-sfile) "/nosuch" needs a size'],
    [["file,/x,much"], "Invalid number"],
    [["file,/x,1G,much"], '(-sfile) granularity "much": Invalid number'],
    [["file,/x,1G,,much"], '(-sfile) invalid advice: "much"'],
    [["file,/x,1G,4k,random,1"], "(-sfile) too many arguments"],
    [["malloc,100"], '"100" is too small, did you forget to specify M or G?'],
    [["malloc,big"], '"big" is no size'],
    [["malloc,1m,2m"], "malloc takes a size and nothing else"],
    [["lmdb,/x"], "lmdb takes PATH,SIZE"],
    [["Transient=lmdb,/x,1m"], "what is short-lived is kept in memory"],
    [["a=malloc,1m", "a=malloc,2m"], "(-s a=malloc,2m) 'a' is already defined"],
    [["1 2=malloc"], '"1 2" is no name'],
  ];
  for (const [texts, message] of wrong) {
    test(`refuses ${texts.join(" -s ")}`, () => expect(() => read(...texts)).toThrow(message));
  }
});
