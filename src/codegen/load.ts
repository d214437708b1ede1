import type { VclModule } from "../runtime/vcl/vpi.js";

/** Compiled code, and the aliases of the VMODs that it is linked with. */
export interface LoadableCode {
  readonly code: string;
  readonly imports: readonly { readonly alias: string }[];
}

/** What a module is linked against: the namespace objects of the runtime and of its VMODs. */
export interface Linkage {
  /** The namespace of `vclc/runtime`. */
  readonly runtime: object;
  /** Namespaces of the VMODs' implementations, by the alias they are imported under. */
  readonly vmods: ReadonlyMap<string, object>;
  /** Called before every step of code that was compiled with `steps`, with the task that takes it. */
  readonly step?: (task: object, step: number) => void;
}

/**
 * Makes a module of this process out of compiled code. Unlike an imported ES module it can be forgotten again: nothing but the result holds
 * on to it. For that to be wholly true, set `v8.setFlagsFromString("--no-compilation-cache")` before the first call; with V8's compilation
 * cache each load keeps some 70 KB until the cache ages.
 */
export function loadJavaScript(output: LoadableCode, { runtime, vmods, step }: Linkage): VclModule {
  for (const { alias } of output.imports) {
    if (!vmods.has(alias)) throw new Error(`VMOD ${alias} is not linked`);
  }
  // eslint-disable-next-line @typescript-eslint/no-implied-eval -- the code is our own output; see above why it is no ES module
  const make = new Function("runtime", "vmods", "step", output.code) as (
    runtime: object,
    vmods: Readonly<Record<string, object>>,
    step: Linkage["step"],
  ) => VclModule;
  return make(runtime, Object.fromEntries(vmods), step);
}
