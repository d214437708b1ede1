import type { CatalogEntry } from "./entry.js";

/** Diagnostics about texts that form no token, and source files. */
export const lexicalCatalog = {} as const satisfies Record<string, CatalogEntry>;
