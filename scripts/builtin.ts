// Writes src/runtime/builtin-module.ts: the built-in VCL, compiled by vclc itself. Run by `npm run builtin` after a change of builtin.vcl or codegen.
import { writeFileSync } from "node:fs";
import { resolve } from "node:path";
import { builtinModule } from "../src/codegen/builtin-module.js";

writeFileSync(resolve("src/runtime/builtin-module.ts"), await builtinModule());
