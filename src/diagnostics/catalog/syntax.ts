import type { CatalogEntry } from "./entry.js";

/** Diagnostics about tokens that form no program. */
export const syntaxCatalog = {} as const satisfies Record<string, CatalogEntry>;
