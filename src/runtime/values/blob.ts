/** A BLOB value. `type` tells blobs of different origin apart for VMODs. */
export interface Blob {
  readonly bytes: Uint8Array;
  readonly type: string;
}

/** A BLOB from bytes given as text, one per code unit. */
export function blob(bytes: string, type = "literal"): Blob {
  return { bytes: latin1Bytes(bytes), type };
}

/** Bytes of a VCL STRING. */
export function latin1Bytes(text: string): Uint8Array {
  const bytes = new Uint8Array(text.length);
  for (let i = 0; i < text.length; i++) bytes[i] = text.charCodeAt(i);
  return bytes;
}

/** Bytes as a VCL STRING. */
export function latin1Text(bytes: Uint8Array): string {
  // Arguments of a call are limited; 8 KB at a time is safe everywhere. Spreading them takes ten times as long.
  let text = "";
  for (let i = 0; i < bytes.length; i += 8192)
    text += String.fromCharCode.apply(undefined, bytes.subarray(i, i + 8192) as unknown as number[]);
  return text;
}

/** A BLOB as VCL writes it, base64 between colons; NULL stays NULL. */
export function blobToString(value: Blob): string;
export function blobToString(value: Blob | undefined): string | undefined;
export function blobToString(value: Blob | undefined): string | undefined {
  return value && `:${btoa(latin1Text(value.bytes))}:`;
}

/** Bytes as lower-case hexadecimal digits. */
export function hexText(bytes: Uint8Array): string {
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
}
