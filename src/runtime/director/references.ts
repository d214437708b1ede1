/** Counts who holds a director that belongs to no VCL. Its maker owns the first reference. */
export class References {
  #count = 1;
  readonly #name: string;
  readonly #last: () => void;

  /** `last` runs once, when the last reference goes. */
  constructor(name: string, last: () => void) {
    this.#name = name;
    this.#last = last;
  }

  /** References held now; 0 once the director has retired. */
  get count(): number {
    return this.#count;
  }

  retain(): void {
    if (this.#count === 0) throw new Error(`director ${this.#name} has retired`);
    this.#count += 1;
  }

  release(): void {
    if (this.#count === 0) throw new Error(`director ${this.#name} released once too often`);
    this.#count -= 1;
    if (this.#count === 0) this.#last();
  }
}
