import type { IncludeTarget } from "./esi-include.js";
import type { EsiProblem } from "./esi-problems.js";

/** The bits of the parameter `feature` that change how ESI is read. */
export interface EsiFeatures {
  readonly esi_disable_xml_check: boolean;
  readonly esi_remove_bom: boolean;
  readonly esi_ignore_other_elements: boolean;
  readonly esi_ignore_https: boolean;
}

/**
 * What a stretch of the body is. Every byte is kept or dropped, in order. A `keep` without bytes only says that a dropped stretch is over: the next
 * tag begins one of its own.
 */
export type EsiEvent =
  | { readonly kind: "keep" | "drop"; readonly bytes: Uint8Array }
  | ({ readonly kind: "include"; readonly continues: boolean } & IncludeTarget)
  | { readonly kind: "problem"; readonly problem: EsiProblem };

/** Answer of a reading step that cannot go on before more bytes are there. */
export const more = -1;
