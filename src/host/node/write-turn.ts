/** What has text that is to go out. */
export interface PendingWriter {
  flush(): void;
}

/** Writers that may wait for each other: more would let the first client wait for long. */
const most = 32;

const waiting: PendingWriter[] = [];
let asked = false;

/**
 * Lets small writes go out together once the loop has read what has come in this turn: whoever takes them is woken once for many, where each write
 * on its own would wake them anew, and what one connection writes in pieces becomes one system call. It may be flushed at once: what is to go out
 * has to be there already.
 */
export function flushThisTurn(writer: PendingWriter): void {
  waiting.push(writer);
  if (waiting.length >= most) flushAll();
  else if (!asked) {
    asked = true;
    setImmediate(atTurnsEnd);
  }
}

function atTurnsEnd(): void {
  asked = false;
  flushAll();
}

function flushAll(): void {
  for (let i = 0; i < waiting.length; i++) (waiting[i] as PendingWriter).flush();
  waiting.length = 0;
}
