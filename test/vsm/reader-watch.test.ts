import { utimesSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test, vi } from "vitest";
import { ReaderWatch } from "../../src/host/node/vsm/reader-watch.js";
import { temporaryFolder } from "../support/cli.js";

/** What happens right after the time of access was put back. */
const between = vi.hoisted(() => ({ happens: (): void => undefined }));
vi.mock("node:fs", async (original) => {
  const fs = await original<typeof import("node:fs")>();
  const futimesSync: typeof fs.futimesSync = (file, accessed, modified) => {
    fs.futimesSync(file, accessed, modified);
    between.happens();
  };
  return { ...fs, futimesSync };
});

test("a reader is noticed also where it reads while the time of access is put back", () => {
  const path = join(temporaryFolder(), "_.index");
  writeFileSync(path, "");
  const watch = new ReaderWatch(path);
  expect(watch.present(0)).toBe(false);
  const reads = (): void => utimesSync(path, new Date(), new Date());
  between.happens = reads;
  reads();
  expect(watch.present(1)).toBe(true);
  between.happens = () => undefined;
  expect(watch.present(7)).toBe(true);
  expect(watch.present(8)).toBe(true);
  expect(watch.present(13)).toBe(false);
  watch.close();
});
