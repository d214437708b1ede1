/** Wire spellings seen so far and their lower-case form: the same few names come with every message. */
const lowerNames = new Map<string, string>();
/** Hostile names must not fill the memory. */
const knownNamesLimit = 2000;

/** A field name in lower case (ASCII only). Fast for names seen before. */
export function lowerName(name: string): string {
  const known = lowerNames.get(name);
  if (known !== undefined) return known;
  // In a name outside ASCII, toLowerCase would also change letters that are equal to no other for HTTP.
  const lower = name.replace(/[A-Z]+/g, (letters) => letters.toLowerCase());
  if (lowerNames.size < knownNamesLimit && name.length <= 64) lowerNames.set(name, lower);
  return lower;
}

const token = /^[!#$%&'*+\-.^_`|~0-9A-Za-z]+$/;
const badValue = /[\x00-\x08\x0a-\x1f\x7f\u0100-\uffff]/;

/** Names off the wire that were found to be tokens, and their lower-case form. */
const tokens = new Map<string, string>();

/** The lower-case form of a field name off the wire; undefined where it is no token. */
export function lowerToken(name: string): string | undefined {
  const known = tokens.get(name);
  if (known !== undefined) return known;
  if (!isHeaderName(name)) return undefined;
  const lower = lowerName(name);
  if (tokens.size < knownNamesLimit && name.length <= 64) tokens.set(name, lower);
  return lower;
}

/** Whether a text may be a field name: a token of RFC 9110 section 5.6.2. */
export function isHeaderName(text: string): boolean {
  return token.test(text);
}

/** Whether a text may be a field value: bytes, and of the control characters only TAB. Bytes from 0x80 on are legal. */
export function isHeaderValue(text: string): boolean {
  return !badValue.test(text);
}
