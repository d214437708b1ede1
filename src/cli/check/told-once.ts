import type { CheckedFile } from "../../diagnostics/reporters/reporter.js";
import type { Format } from "../reporters.js";
import { keyOf } from "./check-file.js";

/** Formats whose readers look at each file by itself: there nothing is left out. */
const byFile: ReadonlySet<Format> = new Set(["json", "junit"]);

/** A mistake in a file that several programs include is told with the first of them. */
export class ToldOnce {
  readonly #told = new Set<string>();
  readonly #isByFile: boolean;
  #again = 0;

  constructor(format: Format) {
    this.#isByFile = byFile.has(format);
  }

  /** What of a file was not told before. */
  left({ path, diagnostics }: CheckedFile): CheckedFile {
    if (this.#isByFile) return { path, diagnostics };
    const left = diagnostics.filter((one) => {
      if (!one.span.file.includedFrom) return true;
      const key = keyOf(one);
      const isNew = !this.#told.has(key);
      if (isNew) this.#told.add(key);
      else this.#again++;
      return isNew;
    });
    return { path, diagnostics: left };
  }

  /** How many were left out, as a line; nothing when none were. */
  remark(): string {
    if (this.#again === 0) return "";
    const what = this.#again === 1 ? "one is" : `${this.#again} are`;
    return `(${what} in files that several programs include, and told once)\n`;
  }
}
