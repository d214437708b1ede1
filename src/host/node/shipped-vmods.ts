import { dirname } from "node:path";
import { builtFile } from "./built-file.js";

/** The folder with the shipped VMODs, one folder for each with its `.vcc`: `src/vmod` in a checkout, `dist/vmod` in the package. */
export function shippedVmodFolder(): string {
  const found = builtFile("vmod/std/std.vcc");
  if (found === undefined) throw new Error("this installation of vclc has no VMODs");
  return dirname(dirname(found));
}
