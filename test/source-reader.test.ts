import { mkdirSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { nodeSourceReader } from "../src/host/node/source-reader.js";
import { temporaryFolder } from "./support/cli.js";

function folderWith(...names: string[]): string {
  const folder = temporaryFolder();
  for (const name of names) {
    mkdirSync(join(folder, name, ".."), { recursive: true });
    writeFileSync(join(folder, name), name);
  }
  return folder;
}

describe("the source reader of the Node host", () => {
  test("reads bytes, one for each code unit", () => {
    const folder = temporaryFolder();
    writeFileSync(join(folder, "a.vcl"), Buffer.from([0x76, 0xc3, 0xa9, 0xff, 0x01, 0x0d, 0x0a]));
    expect(nodeSourceReader.read(join(folder, "a.vcl"))).toEqual({ text: "v\xc3\xa9\xff\x01\r\n" });
  });

  test("says why a file cannot be read, and never reads a folder or a device", () => {
    const folder = folderWith("file");
    expect(nodeSourceReader.read(join(folder, "none"))).toEqual({
      error: "No such file or directory",
      exists: false,
    });
    expect(nodeSourceReader.read(join(folder, "file/below"))).toEqual({
      error: "Not a directory",
      exists: false,
    });
    expect(nodeSourceReader.read(folder)).toEqual({ error: "Not a regular file", exists: true });
    expect(nodeSourceReader.read("/dev/zero")).toEqual({ error: "Not a regular file", exists: true });
    symlinkSync("loop", join(folder, "loop"));
    expect(nodeSourceReader.read(join(folder, "loop"))).toEqual({
      error: "Too many symbolic links encountered",
      exists: true,
    });
  });
});

describe("glob patterns of includes", () => {
  const matches = (folder: string, pattern: string) =>
    nodeSourceReader.glob(`${folder}/${pattern}`).map((path) => path.slice(folder.length + 1));

  test("are sorted by bytes", () => {
    const folder = folderWith("b.vcl", "a.vcl", "B.vcl", "é.vcl", "a1.vcl", "c.txt");
    expect(matches(folder, "*.vcl")).toEqual(["B.vcl", "a.vcl", "a1.vcl", "b.vcl", "é.vcl"]);
  });

  test("know *, ? and sets, in folders as well, and take the rest literally", () => {
    const folder = folderWith("x/a.vcl", "y/a.vcl", "z/b.vcl", "x/a+b.vcl", "x/aXvcl");
    expect(matches(folder, "*/a.vcl")).toEqual(["x/a.vcl", "y/a.vcl"]);
    expect(matches(folder, "[xz]/?.vcl")).toEqual(["x/a.vcl", "z/b.vcl"]);
    expect(matches(folder, "[!x]/*")).toEqual(["y/a.vcl", "z/b.vcl"]);
    expect(matches(folder, "x/a+*.vcl")).toEqual(["x/a+b.vcl"]);
    expect(matches(folder, "x/a.vc?")).toEqual(["x/a.vcl"]);
    expect(matches(folder, "x/\\*")).toEqual([]);
  });

  test("match a leading dot only where it is written, and nothing where nothing is", () => {
    const folder = folderWith(".hidden.vcl", "seen.vcl");
    expect(matches(folder, "*.vcl")).toEqual(["seen.vcl"]);
    expect(matches(folder, ".*.vcl")).toEqual([".hidden.vcl"]);
    expect(matches(folder, "none/*.vcl")).toEqual([]);
    expect(matches(folder, "seen.vcl")).toEqual(["seen.vcl"]);
    expect(matches(folder, "[z-a]*")).toEqual([]);
  });
});
