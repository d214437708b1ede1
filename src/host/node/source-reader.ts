import { readFileSync, statSync } from "node:fs";
import { bytesToText } from "../../source/read-source.js";
import type { SourceReader } from "../../source/source-file.js";
import { globPaths } from "./glob.js";
import { systemReason } from "./system-reason.js";

/** Reads sources from the file system. A folder or a device is an error: reading one of those may never end. */
export const nodeSourceReader: SourceReader = {
  read(path) {
    try {
      if (!statSync(path).isFile()) return { error: "Not a regular file" };
      return { text: bytesToText(readFileSync(path)) };
    } catch (error) {
      return { error: systemReason(error) };
    }
  },
  glob: (pattern) => globPaths(pattern).sort(byBytes),
};

function byBytes(a: string, b: string): number {
  return Buffer.compare(Buffer.from(a), Buffer.from(b));
}
