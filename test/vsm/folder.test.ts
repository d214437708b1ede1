import { mkdirSync, readdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { SharedMemory, workFolder } from "../../src/host/node/vsm/shared-memory.js";
import { temporaryFolder } from "../support/cli.js";

const identity = "here";
const now = (): number => Date.now() / 1000;

test("a name that is no path is looked for where Varnish's tools look", () => {
  expect(workFolder("site")).toBe("/var/lib/varnish/site");
  expect(workFolder("/run/site")).toBe("/run/site");
});

test("what a process that is gone has left behind is taken over, and nothing stays at the end", () => {
  const folder = temporaryFolder();
  mkdirSync(join(folder, "_.vsm_mgt"));
  // Process 1 is there, but began long after this was written.
  writeFileSync(join(folder, "_.vsm_mgt", "_.index"), "# 1 100\n");
  const memory = new SharedMemory(folder, now(), { identity });
  expect(readdirSync(folder).sort()).toEqual(["_.vsm_child", "_.vsm_mgt"]);
  memory.close();
  expect(readdirSync(folder)).toEqual([]);
});

test("a directory that another process has is refused, and one that cannot be made", () => {
  const folder = temporaryFolder();
  mkdirSync(join(folder, "_.vsm_mgt"));
  writeFileSync(join(folder, "_.vsm_mgt", "_.index"), `# ${process.ppid} ${Math.ceil(now())}\n`);
  expect(() => new SharedMemory(folder, now(), { identity })).toThrow(
    `-n ${folder}: process ${process.ppid} has it`,
  );
  writeFileSync(join(folder, "file"), "");
  expect(() => new SharedMemory(join(folder, "file", "x"), now(), { identity })).toThrow("Not a directory");
});
