import { cliPage } from "./cli-page.js";
import { diagnosticPages } from "./diagnostic-pages.js";
import { limitsPage } from "./limits-page.js";
import { vmodPages } from "./vmod-pages.js";

/** Folders in which every page is written by this script: one that it does not write any more goes. */
export const generatedFolders = ["docs/diagnostics", "docs/vmods"];

/** Every page that is made from the sources: path to text. */
export async function generatedPages(): Promise<ReadonlyMap<string, string>> {
  return new Map([...(await cliPage()), ...diagnosticPages(), ...vmodPages(), ...limitsPage()]);
}
