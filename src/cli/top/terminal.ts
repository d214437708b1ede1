import type { topLines } from "./frame.js";

/** The whole of a terminal, until it is given back. */
export class Terminal {
  readonly #pressed: (key: string) => void;
  readonly #data = (bytes: Buffer): void => {
    for (const key of bytes.toString("latin1")) this.#pressed(key);
  };

  /** `pressed` is told of each key. */
  constructor(pressed: (key: string) => void) {
    this.#pressed = pressed;
    // The other screen, without a cursor.
    process.stdout.write("\x1b[?1049h\x1b[?25l");
    if (process.stdin.isTTY) process.stdin.setRawMode(true);
    process.stdin.on("data", this.#data);
  }

  get height(): number {
    return process.stdout.rows;
  }

  show(lines: ReturnType<typeof topLines>): void {
    const { columns, rows } = process.stdout;
    const shown = lines.slice(0, rows).map(({ text, isHeading }) => {
      const cut = [...text].slice(0, columns).join("");
      return isHeading ? `\x1b[1m${cut}\x1b[0m` : cut;
    });
    process.stdout.write(`\x1b[H${shown.map((line) => `${line}\x1b[K`).join("\r\n")}\x1b[J`);
  }

  close(): void {
    process.stdin.off("data", this.#data);
    if (process.stdin.isTTY) process.stdin.setRawMode(false);
    process.stdin.pause();
    process.stdout.write("\x1b[?25h\x1b[?1049l");
  }
}
