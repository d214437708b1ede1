import type { CatalogEntry } from "./entry.js";

/** Diagnostics about .vcc interface files. */
export const vccCatalog = {} as const satisfies Record<string, CatalogEntry>;
