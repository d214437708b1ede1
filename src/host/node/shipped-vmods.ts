import { existsSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

/**
 * The folder with the shipped VMODs, one folder for each with its `.vcc`: `src/vmod` in a checkout, `dist/vmod` in the package. It is
 * looked for upwards from here, because bundling decides how deep this code stands.
 */
export function shippedVmodFolder(): string {
  let folder = dirname(fileURLToPath(import.meta.url));
  while (folder !== dirname(folder)) {
    const vmods = join(folder, "vmod");
    if (existsSync(join(vmods, "std", "std.vcc"))) return vmods;
    folder = dirname(folder);
  }
  throw new Error("this installation of vclc has no VMODs");
}
