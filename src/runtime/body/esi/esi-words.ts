/** A fixed text that ESI markup may have somewhere, and what it means there. */
export interface Word<Meaning> {
  readonly text: string;
  readonly means: Meaning;
}

/** What may stand behind `<`: the longer of two that begin alike comes first. */
export const tagWords = [
  { text: "!---->", means: "text" },
  { text: "!--esi", means: "esi comment" },
  { text: "!--", means: "comment" },
  { text: "/esi:", means: "esi end tag" },
  { text: "esi:", means: "esi tag" },
  { text: "![CDATA[", means: "cdata" },
] as const satisfies readonly Word<string>[];

/** ESI elements; what follows the name does not matter. */
export const elementWords = [
  { text: "include", means: "include" },
  { text: "remove", means: "remove" },
  { text: "comment", means: "comment" },
] as const satisfies readonly Word<string>[];

/** The attributes of an include that mean something. */
export const attributeWords = [
  { text: "src=", means: "src" },
  { text: "onerror=", means: "onerror" },
] as const satisfies readonly Word<string>[];

/** What the feature esi_remove_bom looks for: not the byte order mark of UTF-8 (EF BB BF), but what Varnish takes for it. */
export const orderMark = [{ text: "\xeb\xbb\xbf", means: "mark" }] as const satisfies readonly Word<string>[];

/** The word that bytes begin with, undefined where it is none, or "more" where that depends on what follows. */
export function wordAt<Meaning>(
  words: readonly Word<Meaning>[],
  bytes: Uint8Array,
  at: number,
): Word<Meaning> | "more" | undefined {
  for (const word of words) {
    const { text } = word;
    let i = 0;
    while (i < text.length && bytes[at + i] === text.charCodeAt(i)) i++;
    if (i === text.length) return word;
    if (at + i >= bytes.length) return "more";
  }
  return undefined;
}

/** Blanks and line ends. */
export const isWhite = (byte: number): boolean =>
  byte === 0x20 || byte === 0x09 || byte === 0x0a || byte === 0x0d;
export const isBlank = (byte: number): boolean => byte === 0x20 || byte === 0x09;

/** Whether an XML name can begin with a byte: letters, `:`, `_`, and letters of Latin-1. */
export function isNameStart(byte: number): boolean {
  return (
    (byte >= 0x61 && byte <= 0x7a) ||
    (byte >= 0x41 && byte <= 0x5a) ||
    byte === 0x3a ||
    byte === 0x5f ||
    (byte >= 0xc0 && byte !== 0xd7 && byte !== 0xf7)
  );
}

/** Whether an XML name can go on with a byte: also digits, `-`, `.` and the middle dot. */
export function isNamePart(byte: number): boolean {
  return (
    isNameStart(byte) || (byte >= 0x30 && byte <= 0x39) || byte === 0x2d || byte === 0x2e || byte === 0xb7
  );
}
