import type { SourceFile } from "./source-file.js";

/** A source file from its bytes. */
export function readSource(name: string, bytes: Uint8Array, kind: SourceFile["kind"] = "file"): SourceFile {
  return { name, text: bytesToText(bytes), kind };
}

/** A source file from a JavaScript string: what an editor or a test holds. The text is encoded to UTF-8 bytes. */
export function sourceFromText(name: string, text: string, kind: SourceFile["kind"] = "file"): SourceFile {
  return readSource(name, new TextEncoder().encode(text), kind);
}

/** Bytes as a string with one code unit for each byte. */
export function bytesToText(bytes: Uint8Array): string {
  const chunk = 8192; // String.fromCharCode takes its bytes as arguments, of which there may be only so many
  let text = "";
  for (let start = 0; start < bytes.length; start += chunk) {
    // Bytes as a list of arguments: spreading them takes five times the time. `apply` is typed for arrays only.
    const part = bytes.subarray(start, start + chunk) as unknown as number[];
    text += String.fromCharCode.apply(undefined, part);
  }
  return text;
}
