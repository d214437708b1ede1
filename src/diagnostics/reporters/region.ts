import { characterPosition } from "../../source/columns.js";
import type { Position } from "../../source/position.js";
import type { Span } from "../../source/source-file.js";

/** A span in lines and characters (Unicode code points), both from 1; the end is the first place after it. */
export interface Region {
  readonly start: Position;
  readonly end: Position;
}

/** Where a span is for programs that count characters and not, as the reference compiler, bytes and tab stops. */
export function regionOf({ file, start, end }: Span): Region {
  return { start: characterPosition(file, start), end: characterPosition(file, end) };
}
