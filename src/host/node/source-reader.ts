import { closeSync, openSync, readFileSync, readSync, statSync } from "node:fs";
import type { SourceReader } from "../../source/source-file.js";
import { lookedAt, textProblem } from "../../source/text-problem.js";
import { globPaths } from "./glob.js";
import { systemReason } from "./system-reason.js";

/** Codes of errors that say that there is no such file; any other that there is one, which cannot be read. */
const missing: ReadonlySet<unknown> = new Set(["ENOENT", "ENOTDIR", "ENAMETOOLONG"]);

/** Bytes of a source that fit into a text with room to spare; VCL of a tenth of it is refused as too long. */
const longest = 2 ** 28;

/** Reads sources from the file system. A folder or a device is an error: reading one of those may never end; so is what is no text. */
export const nodeSourceReader: SourceReader = {
  read(path) {
    try {
      const status = statSync(path);
      if (!status.isFile()) return { error: "Not a regular file", exists: true };
      if (status.size > longest) return { error: "File is longer than 256 MB", exists: true };
      return textOf(path);
    } catch (error) {
      return { error: systemReason(error), exists: !missing.has((error as NodeJS.ErrnoException).code) };
    }
  },
  glob: (pattern) => globPaths(pattern).sort(byBytes),
};

/** The text of a regular file; of one that begins as no text does, not more is read than its beginning. */
function textOf(path: string): ReturnType<SourceReader["read"]> {
  const file = openSync(path, "r");
  try {
    const beginning = Buffer.alloc(lookedAt);
    const problem = textProblem(beginning.toString("latin1", 0, readSync(file, beginning, 0, lookedAt, 0)));
    return problem === undefined ? { text: readFileSync(file, "latin1") } : { error: problem, exists: true };
  } finally {
    closeSync(file);
  }
}

function byBytes(a: string, b: string): number {
  return Buffer.compare(Buffer.from(a), Buffer.from(b));
}
