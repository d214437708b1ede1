import { word, type CharSet } from "./char-set.js";
import type { Anchor } from "./nodes.js";

const lineFeed = 0x0a;
const tables = new Map<CharSet, Uint8Array>();

/** A set as a table by byte. */
export function tableOf(set: CharSet): Uint8Array {
  let table = tables.get(set);
  if (!table) {
    table = new Uint8Array(256);
    for (let byte = 0; byte < 256; byte++) table[byte] = Number((set >> BigInt(byte)) & 1n);
    tables.set(set, table);
  }
  return table;
}

const isWord = (subject: string, at: number): boolean =>
  at >= 0 && at < subject.length && tableOf(word)[subject.charCodeAt(at)] === 1;
const isBoundary = (subject: string, at: number): boolean => isWord(subject, at - 1) !== isWord(subject, at);

/** Whether each anchor holds at a place. */
export const anchors: Readonly<Record<Anchor, (subject: string, at: number) => boolean>> = {
  start: (_, at) => at === 0,
  end: (subject, at) => at === subject.length,
  endOrFinalNewline: (subject, at) =>
    at === subject.length || (at === subject.length - 1 && subject.charCodeAt(at) === lineFeed),
  lineStart: (subject, at) => at === 0 || (at < subject.length && subject.charCodeAt(at - 1) === lineFeed),
  lineEnd: (subject, at) => at === subject.length || subject.charCodeAt(at) === lineFeed,
  wordBoundary: isBoundary,
  noWordBoundary: (subject, at) => !isBoundary(subject, at),
  wordStart: (subject, at) => isBoundary(subject, at) && isWord(subject, at),
  wordEnd: (subject, at) => isBoundary(subject, at) && isWord(subject, at - 1),
  never: () => false,
};
