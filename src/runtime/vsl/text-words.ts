/** Texts that are known as words, and the longest of them in words: a power of two. */
const places = 256;
const longest = 64;
/** Times that a place stays with its text although others have asked for it. */
const mostCredit = 8;

/**
 * Texts as the words of the shared log: one byte a character, a NUL behind, zeros up to the next word. The same texts come again and again (the
 * names of subs, the header of a cached object), so that some are kept as words, each in the place that its length and a few characters lead to.
 */
export class TextWords {
  readonly #texts = new Array<string>(places).fill("");
  readonly #credits = new Uint8Array(places);
  /** Whether the words of a text are there: they are kept when it comes for the second time. */
  readonly #isKept = new Uint8Array(places);
  readonly #words = new Int32Array(places * longest);

  /** Writes the first `length` characters of a text, from a word on. False: one of them is no byte. */
  write(text: string, length: number, words: Int32Array, bytes: Uint8Array, at: number): boolean {
    const size = (length >> 2) + 1;
    if (length !== text.length || size > longest || length === 0)
      return encode(text, length, words, bytes, at);
    const place = placeOf(text, length);
    if (this.#texts[place] !== text) {
      const credit = this.#credits[place] as number;
      if (credit > 0) this.#credits[place] = credit - 1;
      else {
        this.#texts[place] = text;
        this.#isKept[place] = 0;
      }
      return encode(text, length, words, bytes, at);
    }
    const from = place * longest;
    const kept = this.#words;
    if (this.#isKept[place] === 1) {
      for (let i = 0; i < size; i++) words[at + i] = kept[from + i] as number;
      return true;
    }
    if (!encode(text, length, words, bytes, at)) return false;
    for (let i = 0; i < size; i++) kept[from + i] = words[at + i] as number;
    this.#isKept[place] = 1;
    this.#credits[place] = mostCredit;
    return true;
  }
}

function placeOf(text: string, length: number): number {
  const sum =
    length * 5 + text.charCodeAt(0) * 3 + text.charCodeAt(length >> 1) * 7 + text.charCodeAt(length - 1);
  return sum & (places - 1);
}

function encode(text: string, length: number, words: Int32Array, bytes: Uint8Array, at: number): boolean {
  words[at + (length >> 2)] = 0;
  const start = at * 4;
  let all = 0;
  for (let i = 0; i < length; i++) {
    const code = text.charCodeAt(i);
    bytes[start + i] = code;
    all |= code;
  }
  return all < 256;
}
