import type { DiagnosticCode } from "./catalog.js";
import { diagnostic, type Diagnostic } from "./diagnostic.js";

/** How many diagnostics of one code a program gets: more than anybody reads. */
const limit = 1000;

/** Keeps a program that is wrong in millions of places from filling the memory with diagnostics. */
export class DiagnosticLimit {
  readonly #counts = new Map<DiagnosticCode, number>();

  /** Whether a further diagnostic of a code would be left out. */
  isReached(code: DiagnosticCode): boolean {
    return (this.#counts.get(code) ?? 0) >= limit;
  }

  /** What to report: the diagnostic itself; instead of the first above the limit, that there are more; then nothing. */
  admit(found: Diagnostic): Diagnostic | undefined {
    const { code, span } = found;
    const count = (this.#counts.get(code) ?? 0) + 1;
    this.#counts.set(code, count);
    if (count <= limit) return found;
    return count === limit + 1 ? diagnostic("diagnostics-left-out", span, { limit, code }) : undefined;
  }
}
