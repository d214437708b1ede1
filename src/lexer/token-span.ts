import type { Span } from "../source/source-file.js";
import type { VclToken } from "./tokens.js";

/** The span of a token. */
export function spanOf(token: VclToken): Span {
  return { file: token.payload, start: token.startOffset, end: token.startOffset + token.image.length };
}
