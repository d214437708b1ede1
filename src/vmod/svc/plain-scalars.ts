import { CORE_SCHEMA, load } from "js-yaml";

/** Thrown at whatever is not plain. */
export const notPlain = new Error("not plain YAML");
/** Characters of a key. YAML ends them at 1,024. */
const longestKey = 1000;

/** What a character is to a reader of plain scalars; `flow`: one of `,[]{}`. */
export const kind = { ordinary: 0, space: 1, lineEnd: 2, colon: 3, hash: 4, flow: 5, other: 6 } as const;

const kinds = kindsOfBytes();

function kindsOfBytes(): Uint8Array {
  const table = new Uint8Array(256).fill(kind.ordinary).fill(kind.other, 0, 0x20);
  table[0x7f] = kind.other;
  for (const character of ",[]{}") table[character.charCodeAt(0)] = kind.flow;
  table[0x20] = kind.space;
  table[0x0a] = table[0x0d] = kind.lineEnd;
  table[0x3a] = kind.colon;
  table[0x23] = kind.hash;
  return table;
}

/** What a plain scalar cannot begin with, or what makes it something else: `- ` and `: ` are looked at by themselves. */
const indicators = new Set([..."?:,[]{}#&*!|>'\"%@`"].map((character) => character.charCodeAt(0)));

/** Reads the scalars of a text, keys among them, and what stands between them. Throws `notPlain` at whatever else there is. */
export class PlainScalars {
  protected readonly text: string;
  protected readonly end: number;
  protected at: number;

  constructor(text: string, start: number, end: number) {
    this.text = text;
    this.at = start;
    this.end = end;
  }

  protected code(offset = 0): number {
    return this.text.charCodeAt(this.at + offset);
  }

  protected kind(offset = 0): number | undefined {
    return kinds[this.code(offset)];
  }

  /** Whether nothing, or something blank, stands there. */
  protected isGap(offset: number): boolean {
    const found = this.kind(offset);
    return found === kind.space || found === kind.lineEnd || this.at + offset >= this.end;
  }

  protected skipSpaces(): void {
    while (this.code() === 0x20) this.at += 1;
  }

  protected isColon(): boolean {
    return this.code() === 0x3a && this.isGap(1);
  }

  protected skipLineEnd(): void {
    if (this.code() === 0x0d && this.code(1) === 0x0a) this.at += 1;
    else if (this.at < this.end && this.code() !== 0x0a) throw notPlain;
    this.at += 1;
  }

  protected skipComment(): void {
    for (let found = this.kind(); found !== kind.lineEnd; found = this.kind()) {
      if (this.at >= this.end) return;
      if ((found === undefined || found === kind.other) && this.code() !== 0x09) throw notPlain;
      this.at += 1;
    }
  }

  protected key(inFlow: boolean): string {
    const start = this.at;
    const known = this.knownKey(inFlow);
    return known ?? this.refuseOdd(this.scalar(inFlow), this.at - start);
  }

  /** Other scalars are keys too, as they are written or as what they mean. `length` is what it takes in the text. */
  protected refuseOdd(key: unknown, length: number): string {
    if (typeof key !== "string" || key === "<<" || length > longestKey) throw notPlain;
    if (length === key.length && length <= shortKey) knownKeys[keySlot(length, key.charCodeAt(0))] = key;
    return key;
  }

  /** A key that was there before, which stands here with its colon. */
  protected knownKey(inFlow: boolean): string | undefined {
    let length = 0;
    while (this.code(length) !== 0x3a) if (++length > shortKey) return undefined;
    const key = knownKeys[keySlot(length, this.code())];
    if (key?.length !== length || !this.text.startsWith(key, this.at) || !this.isGap(length + 1))
      return undefined;
    if (inFlow && !plainName.test(key)) return undefined;
    this.at += length;
    return key;
  }

  protected scalar(inFlow: boolean): unknown {
    const code = this.code();
    if (code === 0x22) return this.#doubleQuoted();
    if (code === 0x27) return this.#singleQuoted();
    if (indicators.has(code) || Number.isNaN(code)) throw notPlain;
    if (code === 0x2d && (this.isGap(1) || (inFlow && this.kind(1) === kind.flow))) throw notPlain;
    const start = this.at;
    this.#skipPlain(inFlow);
    return meaningOf(this.text.slice(start, this.at));
  }

  /** To behind the last character of a plain scalar. */
  #skipPlain(inFlow: boolean): void {
    const text = this.text;
    let end = this.at;
    for (let at = end; at < this.end; at++) {
      const found = kinds[text.charCodeAt(at)];
      if (found === kind.ordinary) end = at + 1;
      else if (found === kind.space) continue;
      else if (found === kind.lineEnd) break;
      else if (found === kind.colon) {
        const next = kinds[text.charCodeAt(at + 1)];
        if (next === kind.space || next === kind.lineEnd || at + 1 === this.end) break;
        if (inFlow && next === kind.flow) throw notPlain;
        end = at + 1;
      } else if (found === kind.hash) {
        if (end < at) break;
        end = at + 1;
      } else if (found === kind.flow) {
        if (inFlow) break;
        end = at + 1;
      } else throw notPlain;
    }
    this.at = end;
  }

  #singleQuoted(): string {
    const start = this.at + 1;
    let end = start;
    let isEscaped = false;
    for (; ; end++) {
      this.#refuseInQuotes(end);
      if (this.text.charCodeAt(end) !== 0x27) continue;
      if (this.text.charCodeAt(end + 1) !== 0x27) break;
      isEscaped = true;
      end += 1;
    }
    this.at = end + 1;
    const value = this.text.slice(start, end);
    return isEscaped ? value.replaceAll("''", "'") : value;
  }

  /** The escapes that JSON has mean in YAML what they mean there; YAML has more. */
  #doubleQuoted(): string {
    const start = this.at + 1;
    let end = start;
    let isEscaped = false;
    for (; this.text.charCodeAt(end) !== 0x22; end++) {
      this.#refuseInQuotes(end);
      if (this.text.charCodeAt(end) !== 0x5c) continue;
      isEscaped = true;
      end += 1;
    }
    this.at = end + 1;
    return isEscaped ? unescaped(this.text.slice(start - 1, end + 1)) : this.text.slice(start, end);
  }

  #refuseInQuotes(at: number): void {
    const found = kinds[this.text.charCodeAt(at)];
    if (found === kind.lineEnd || found === kind.other || found === undefined) throw notPlain;
  }
}

/** Characters of a key that is kept: so short ones are no views of the text, which would stay as long as they do. */
const shortKey = 12;
/** The last key of each length and beginning: files have few different ones. */
const knownKeys: string[] = [];

const plainName = /^[\w.*-]+$/;

function keySlot(length: number, first: number): number {
  return (length << 3) ^ (first & 0x3f);
}

function unescaped(json: string): string {
  try {
    return JSON.parse(json) as string;
  } catch {
    throw notPlain;
  }
}

/** Letters that words begin with which are no texts. */
const wordStarts = new Set([..."ntfNTF~"].map((character) => character.charCodeAt(0)));
const words = new Map<string, boolean | null>([
  ...["~", "null", "Null", "NULL"].map((word) => [word, null] as const),
  ...["true", "True", "TRUE"].map((word) => [word, true] as const),
  ...["false", "False", "FALSE"].map((word) => [word, false] as const),
]);
const shortInteger = /^(?:0|[1-9]\d{0,14})$/;
const maybeNumber = /^[-+]?\.?(?:\d[\w.+-]*|inf|nan)$/i;

/** What a plain scalar means. */
function meaningOf(text: string): unknown {
  const first = text.charCodeAt(0);
  if (wordStarts.has(first) && text.length <= 5) {
    const word = words.get(text);
    return word === undefined ? text : word;
  }
  if (first > 0x39 || first < 0x2b || first === 0x2f) return text;
  if (shortInteger.test(text)) return Number(text);
  // In brackets, where no beginning of a line means something else.
  return maybeNumber.test(text) ? (load(`[${text}]`, { schema: CORE_SCHEMA }) as unknown[])[0] : text;
}
