import type { Diagnostic } from "../diagnostics/diagnostic.js";
import type { VmodInterface } from "./vmod-interface.js";

/** Where a VMOD's implementation stands: shipped with vclc (`vclc/vmod/NAME`), or a path without extension. */
export type VmodOrigin = { readonly kind: "shipped" } | { readonly kind: "path"; readonly path: string };

/** A VMOD as the compiler finds it for an `import`. */
export interface FoundVmod {
  readonly interface: VmodInterface;
  readonly origin: VmodOrigin;
}

/** A VMOD whose `.vcc` is there, but cannot be read: why not. */
export interface UnreadableVmod {
  readonly unreadable: string;
}

/** Finds the interface of an imported VMOD: along the user's `--vmod-path` first, then among those shipped. */
export interface VmodFinder {
  /**
   * `name` is the module's own name, `from` the text after `from`. Answers with the VMOD, with the diagnostics of its `.vcc` or why that cannot
   * be read, or with undefined where there is none.
   */
  find(
    name: string,
    from?: string,
  ): FoundVmod | { readonly diagnostics: readonly Diagnostic[] } | UnreadableVmod | undefined;
  /** The names of all that can be found without `from`, to tell what a misspelled one was meant for. */
  names?(): readonly string[];
}
