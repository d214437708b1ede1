import { latin1Bytes } from "../../../src/runtime/values/blob.js";

/** A body that goes on: lines as they are pushed, until it ends or breaks. */
export class PushedBody implements AsyncIterable<Uint8Array> {
  readonly #lines: string[] = [];
  #over: "open" | "ended" | "broken" = "open";
  #wake: () => void = () => undefined;

  get isOpen(): boolean {
    return this.#over === "open";
  }

  push(value: unknown): void {
    this.#lines.push(`${JSON.stringify(value)}\n`);
    this.#wake();
  }

  /** A piece of a line. */
  pushText(text: string): void {
    this.#lines.push(text);
    this.#wake();
  }

  end(): void {
    this.#over = "ended";
    this.#wake();
  }

  break(): void {
    this.#over = "broken";
    this.#wake();
  }

  async *[Symbol.asyncIterator](): AsyncGenerator<Uint8Array> {
    try {
      for (;;) {
        for (const line of this.#lines.splice(0)) yield latin1Bytes(line);
        if (this.#over === "broken") throw new Error("Connection reset by peer");
        if (this.#over === "ended") return;
        await new Promise<void>((resolve) => (this.#wake = resolve));
      }
    } finally {
      // The client is gone.
      if (this.#over === "open") this.#over = "ended";
    }
  }
}

/** The query of a URL. */
export function queryOf(url: string): URLSearchParams {
  return new URL(url, "http://x").searchParams;
}

export function json(value: unknown, status = 200, headers: Readonly<Record<string, string>> = {}) {
  return { status, headers: { "Content-Type": "application/json", ...headers }, body: JSON.stringify(value) };
}
