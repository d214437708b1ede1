import type { CatalogEntry } from "./entry.js";

/** Diagnostics about programs that mean nothing. */
export const semanticCatalog = {} as const satisfies Record<string, CatalogEntry>;
