import { ChunkedDecoder, LengthDecoder, type BodyDecoder } from "./body-decoder.js";
import type { FieldLines } from "../http/http-headers.js";
import { contentLength } from "../http/index.js";

/** The value of the first field of that name (lower case) without the blanks around it; undefined where there is none. */
export function fieldValue({ lines, lowers }: FieldLines, name: string): string | undefined {
  const index = lowers.indexOf(name);
  return index < 0 ? undefined : (lines[index] as string).slice(name.length + 1).replace(/^[ \t]+/, "");
}

/** What Content-Length and Transfer-Encoding say together: a decoder, nothing, or that they cannot be right. */
export function statedFraming(fields: FieldLines): BodyDecoder | "none" | "unstated" | "bad" {
  const length = fieldValue(fields, "content-length");
  const coding = fieldValue(fields, "transfer-encoding");
  if (coding !== undefined) {
    // Both at once, or a coding that is not exactly chunked, is how requests are smuggled past one of two readers.
    return length !== undefined || coding.toLowerCase() !== "chunked" ? "bad" : new ChunkedDecoder();
  }
  if (length === undefined) return "unstated";
  const bytes = contentLength(length);
  if (Number.isNaN(bytes)) return "bad";
  return bytes === 0 ? "none" : new LengthDecoder(bytes);
}
