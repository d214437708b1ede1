import type { CatalogEntry } from "./entry.js";

/** Diagnostics about what only loading can find (`vclc warm`): labels, host names, global directors, what VMODs refuse. */
export const loadCatalog = {
  "missing-global-director": { severity: "error", message: "No global director named {name}" },
  "colliding-global-director": {
    severity: "error",
    message: "Global director {name} collides with the backend of that name",
  },
  "missing-label": { severity: "error", message: "No label named {name}" },
  "unresolved-host": { severity: "error", message: "{reason}" },
  "not-a-socket": { severity: "error", message: "{reason}" },
  "failed-initialization": { severity: "error", message: "Initialization fails: {reason}" },
  "failed-warm-up": { severity: "error", message: "Warm-up fails: {reason}" },
  "unavailable-vmod": { severity: "error", message: "{reason}" },
  "refused-command": { severity: "error", message: "{command}: {reason}" },
} as const satisfies Record<string, CatalogEntry>;
