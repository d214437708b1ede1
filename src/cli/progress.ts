import { statSync } from "node:fs";

/** Milliseconds of work after which it is worth telling how far it is. */
const second = 1000;

/** Bytes of a source that takes about a second by itself. */
const large = 500_000;

/** Tells on a terminal how far a long run is, on a line that goes away again. */
export class Progress {
  readonly #from: number;
  readonly #stream: NodeJS.WriteStream;
  #shown = false;

  constructor(stream: NodeJS.WriteStream = process.stderr, patience = second) {
    this.#stream = stream;
    this.#from = performance.now() + patience;
  }

  /** What is next. A large file at `path` is told of at once: nothing can be told while it is worked on. */
  step(text: string, path?: string): void {
    if (!this.#stream.isTTY || (performance.now() < this.#from && !isLarge(path))) return;
    this.#stream.write(`\r\x1b[K${text.slice(0, (this.#stream.columns || 80) - 1)}`);
    this.#shown = true;
  }

  /** Makes room for what is printed. */
  clear(): void {
    if (this.#shown) this.#stream.write("\r\x1b[K");
    this.#shown = false;
  }
}

function isLarge(path: string | undefined): boolean {
  return path !== undefined && (statSync(path, { throwIfNoEntry: false })?.size ?? 0) > large;
}
