import type { Task } from "../task.js";
import type { Director, Health } from "./director.js";
import type { DirectorList } from "./director-list.js";

/** True for a director that counts its references, and so may outlive a VCL. */
export function isCounted(director: Director): boolean {
  return director.retain !== undefined && director.release !== undefined;
}

/**
 * A director that belongs to no VCL. Its maker owns the first reference; when the last one goes it resigns from its list, which
 * retires it at once, or after the iteration that is going on (S4-32…S4-37).
 */
export abstract class CountedDirector implements Director {
  readonly vclName: string;
  abstract readonly kind: string;
  #references = 1;
  readonly #list: DirectorList | undefined;

  constructor(vclName: string, list?: DirectorList) {
    this.vclName = vclName;
    this.#list = list;
    list?.add(this);
  }

  /** References held now; 0 once it has retired. */
  get references(): number {
    return this.#references;
  }

  abstract health(task: Task | undefined): Health;

  retain(): void {
    if (this.#references === 0) throw new Error(`director ${this.vclName} has retired`);
    this.#references += 1;
  }

  release(): void {
    if (this.#references === 0) throw new Error(`director ${this.vclName} released once too often`);
    this.#references -= 1;
    if (this.#references > 0) return;
    if (this.#list) this.#list.resign(this);
    else this.retire();
  }

  /** Ends what the director runs, and gives back its references to others. Called once. */
  abstract retire(): void;
}
