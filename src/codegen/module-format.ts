import type { ModuleFormat } from "../runtime/vcl/module-format.js";

/** The version of the module format that is written. What else a module says depends on the VCL alone, not on the version of vclc. */
export const moduleFormat: ModuleFormat = 1;
