import type { Stats } from "node:fs";
import { constants, open, realpath, type FileHandle } from "node:fs/promises";
import { FetchFailure } from "../../runtime/index.js";

/** A file that is open, a folder, or the status that says why there is neither. */
export type Found =
  | { readonly file: FileHandle; readonly stats: Stats }
  | { readonly folder: true }
  | { readonly status: 403 | 404 };

const slash = Buffer.from("/");
const statuses: Readonly<Record<string, 403 | 404>> = {
  ENOENT: 404,
  ENOTDIR: 404,
  ENAMETOOLONG: 404,
  ELOOP: 404,
  EACCES: 403,
  EPERM: 403,
  ENXIO: 403,
};

/**
 * Opens what is at these names (bytes, one per code unit) below a root, symbolic links followed as long as they stay there. The root itself may
 * be a link, and point elsewhere from one request to the next. Rejects with a FetchFailure where the system fails.
 */
export async function openBelow(root: string, segments: readonly string[]): Promise<Found> {
  let file: FileHandle | undefined;
  try {
    const base = await realpath(root, "buffer");
    const wanted = Buffer.from(segments.map((name) => `/${name}`).join(""), "latin1");
    const path = await realpath(Buffer.concat([base, wanted]), "buffer");
    // Whether there is something out there is nobody's business, either.
    if (!isBelow(base, path)) return { status: 404 };
    // A pipe must not hold the request up, and a link that has come since must not lead out.
    file = await open(path, constants.O_RDONLY | constants.O_NONBLOCK | constants.O_NOFOLLOW);
    const stats = await file.stat();
    if (stats.isFile()) return { file, stats };
    await file.close();
    return stats.isDirectory() ? { folder: true } : { status: 403 };
  } catch (error) {
    await file?.close().catch(() => undefined);
    const { code = "", message } = error as NodeJS.ErrnoException;
    const status = statuses[code];
    if (status !== undefined) return { status };
    throw new FetchFailure(`fs: ${message}`);
  }
}

function isBelow(base: Buffer, path: Buffer): boolean {
  if (path.equals(base)) return true;
  const prefix = base.equals(slash) ? base : Buffer.concat([base, slash]);
  return path.subarray(0, prefix.length).equals(prefix);
}
