import { lineStarts, lineIndex, type Position } from "./position.js";
import type { SourceFile } from "./source-file.js";

/** How columns are counted: a state (0 at the start of a line) that every byte moves on, and the column from 0 that it stands for. */
interface Counting {
  readonly step: (state: number, byte: number) => number;
  readonly column: (state: number) => number;
}

/** Bytes of a line between two places whose state is kept: on a line of megabytes nobody counts from its start each time. */
const stride = 4096;

/** Makes a function that tells lines and columns, both from 1, with columns counted in some way. */
function positionsBy({ step, column }: Counting): (file: SourceFile, offset: number) => Position {
  const kept = new WeakMap<SourceFile, Map<number, number[]>>();

  function count(text: string, state: number, from: number, to: number): number {
    let now = state;
    for (let at = from; at < to; at++) now = step(now, text.charCodeAt(at));
    return now;
  }

  /** The states at every stride of a long line, as far as they were asked for. */
  function statesOf(file: SourceFile, start: number): number[] {
    let lines = kept.get(file);
    if (!lines) kept.set(file, (lines = new Map<number, number[]>()));
    let states = lines.get(start);
    if (!states) lines.set(start, (states = [0]));
    return states;
  }

  return (file, offset) => {
    const line = lineIndex(file, offset);
    const start = lineStarts(file)[line] ?? 0;
    const strides = Math.floor((offset - start) / stride);
    let state = 0;
    if (strides > 0) {
      const states = statesOf(file, start);
      while (states.length <= strides) {
        const from = start + (states.length - 1) * stride;
        states.push(count(file.text, states.at(-1) ?? 0, from, from + stride));
      }
      state = states[strides] ?? 0;
    }
    return { line: line + 1, column: column(count(file.text, state, start + strides * stride, offset)) + 1 };
  };
}

/** Line and column as Varnish prints them: bytes, and a tab moves on to the next multiple of eight. */
export const varnishPosition = positionsBy({
  step: (column, byte) => (byte === 0x09 ? (column & ~7) + 8 : column + 1),
  column: (state) => state,
});

/**
 * Line and column in characters (Unicode code points). The state is the column times four and how many bytes are left of the character; a
 * byte that is no UTF-8 counts as one.
 */
export const characterPosition = positionsBy({
  step: (state, byte) => {
    const left = state & 3;
    if (left > 0 && (byte & 0xc0) === 0x80) return state - 1;
    return state - left + 4 + (byte < 0xc2 || byte > 0xf4 ? 0 : byte < 0xe0 ? 1 : byte < 0xf0 ? 2 : 3);
  },
  column: (state) => state >> 2,
});
