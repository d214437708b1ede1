import type { Task } from "../task.js";
import type { Director, Health } from "./director.js";
import { References } from "./references.js";

/** True for a director that counts its references, and so may outlive a VCL. */
export function isCounted(director: Director): boolean {
  return director.retain !== undefined && director.release !== undefined;
}

/** Base of a VMOD's director that belongs to no VCL: it retires when its last reference goes (S4-32…S4-37). */
export abstract class CountedDirector implements Director {
  readonly vclName: string;
  abstract readonly kind: string;
  readonly #references: References;

  constructor(vclName: string) {
    this.vclName = vclName;
    this.#references = new References(vclName, () => this.retire());
  }

  /** References held now; 0 once it has retired. */
  get references(): number {
    return this.#references.count;
  }

  abstract health(task: Task | undefined): Health;

  retain(): void {
    this.#references.retain();
  }

  release(): void {
    this.#references.release();
  }

  /** Ends what the director runs and gives back its references to others. Called once. */
  protected abstract retire(): void;
}
