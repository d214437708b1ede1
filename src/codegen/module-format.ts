import type { ModuleFormat } from "../runtime/vcl/module-format.js";

const first: ModuleFormat = 1;

/** What emitted modules may use that came after the first version of their format, and the version that it came with. */
const since = {
  /** `vpi.settled`: asking for health waits for what is still being looked up. */
  settled: 2,
  /** `entries`: subs that are called from outside. */
  entries: 2,
} as const satisfies Record<string, ModuleFormat>;

/**
 * The version of the module format that a module states: the oldest that has everything it uses, so that no module changes with vclc that needs nothing
 * new. What else a module says depends on the VCL alone, not on the version of vclc.
 */
export class NeededFormat {
  #version: ModuleFormat = first;

  get version(): ModuleFormat {
    return this.#version;
  }

  uses(what: keyof typeof since): void {
    if (since[what] > this.#version) this.#version = since[what];
  }
}
