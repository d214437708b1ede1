import { closeSync, fstatSync, futimesSync, openSync } from "node:fs";

/** Seconds that a reader counts as being there after it was last noticed. */
const patience = 5;

/**
 * Notices readers of the log, who give no sign but that they read the index. Its time of access is put back before that of its last change; the
 * file system then notes the next access. Where it notes none (mounted noatime), nobody is ever noticed.
 */
export class ReaderWatch {
  readonly #file: number;
  #set = 0;
  #noticed = -Infinity;

  constructor(path: string) {
    this.#file = openSync(path, "r+");
    this.#reset();
  }

  /** Whether somebody reads, as far as one can tell. `now` in seconds. */
  present(now: number): boolean {
    if (Math.abs(fstatSync(this.#file).atimeMs - this.#set) > 1) {
      this.#noticed = now;
      this.#reset();
    }
    return now - this.#noticed < patience;
  }

  close(): void {
    closeSync(this.#file);
  }

  #reset(): void {
    const now = Date.now() / 1000;
    // Kept as it is set, not as it reads afterwards: a reader may have come in between, and the file system notes no second access.
    this.#set = (now - 60) * 1000;
    futimesSync(this.#file, now - 60, now);
  }
}
