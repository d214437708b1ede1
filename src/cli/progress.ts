/** Milliseconds of work after which it is worth telling how far it is. */
const second = 1000;

/** Tells on a terminal how far a long run is, on a line that goes away again. */
export class Progress {
  readonly #from: number;
  readonly #stream: NodeJS.WriteStream;
  #shown = false;

  constructor(stream: NodeJS.WriteStream = process.stderr, patience = second) {
    this.#stream = stream;
    this.#from = performance.now() + patience;
  }

  /** What is next. */
  step(text: string): void {
    if (!this.#stream.isTTY || performance.now() < this.#from) return;
    this.#stream.write(`\r\x1b[K${text.slice(0, (this.#stream.columns || 80) - 1)}`);
    this.#shown = true;
  }

  /** Makes room for what is printed. */
  clear(): void {
    if (this.#shown) this.#stream.write("\r\x1b[K");
    this.#shown = false;
  }
}
