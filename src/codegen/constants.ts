import type { Names } from "./names.js";
import type { Writer } from "./writer.js";

/** Constants made once and named after what they are; the same value is the same constant. */
export class Constants {
  readonly #names: Names;
  readonly #entries = new Map<string, { readonly name: string; readonly write: (out: Writer) => void }>();

  constructor(names: Names) {
    this.#names = names;
  }

  get isEmpty(): boolean {
    return this.#entries.size === 0;
  }

  /** The name of the constant `key`; when it is new it is called after `wanted` and its value is what `write` writes. */
  add(key: string, wanted: string, write: (out: Writer) => void): string {
    let entry = this.#entries.get(key);
    if (!entry) this.#entries.set(key, (entry = { name: this.#names.claim(wanted), write }));
    return entry.name;
  }

  /** A constant of its own, even if its value is that of another. */
  addFresh(wanted: string, write: (out: Writer) => void): string {
    return this.add(`fresh:${this.#entries.size}`, wanted, write);
  }

  /** Writes the declarations in order of first use. */
  writeTo(out: Writer): void {
    for (const { name, write } of this.#entries.values()) {
      out.write(`const ${name} = `);
      write(out);
      out.line(";");
    }
  }
}
