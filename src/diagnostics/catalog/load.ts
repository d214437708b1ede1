import type { CatalogEntry } from "./entry.js";

/** Diagnostics about what only loading can find: labels, host names, global directors. */
export const loadCatalog = {} as const satisfies Record<string, CatalogEntry>;
