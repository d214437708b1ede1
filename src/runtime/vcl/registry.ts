import type { Director } from "../director/director.js";
import { isCounted } from "../director/counted-director.js";
import { walkDirectors } from "../director/resolve-director.js";
import { VclFailure } from "../values/failure.js";
import type { ControlQueue } from "./control.js";

/** The registry of global directors (S4-06 and on). Only the control side calls it: init, fini and commands. */
export interface GlobalDirectorRegistry {
  /** VGDR_Register: takes over the caller's reference. False when the name is taken. */
  register(name: string, director: Director): boolean;
  /** VGDR_Lookup: the director with one more reference, or undefined. */
  lookup(name: string): Director | undefined;
  /** VGDR_Release: drops a reference taken by lookup. False, and nothing else, when there is none. */
  release(director: Director): boolean;
  /** VGDR_Remove: drops the name and the registrant's reference. False when there is no such name. */
  remove(name: string): boolean;
  /** Names in order of registration. */
  names(): readonly string[];
}

/** The names that VCL can spell after `global.` (vcl-language: an ID). */
const spelling = /^[A-Za-z][A-Za-z0-9_-]*$/;

/**
 * The registry: a map from names to directors, and the count of look-ups not yet given back. The counting itself is the
 * director's own (retain, release); a director retires when its last reference goes, whoever holds it.
 *
 * A name may be registered again after its removal: VCLs bound before keep the old director, VCLs loaded after get the new one
 * (S4-40). Every call outside the control queue throws.
 */
export class DirectorRegistry implements GlobalDirectorRegistry {
  readonly #queue: ControlQueue;
  readonly #directors = new Map<string, Director>();
  readonly #lookups = new Map<Director, number>();

  constructor(queue: ControlQueue) {
    this.#queue = queue;
  }

  /**
   * VGDR_Register. Takes over the caller's reference. False when the name is taken: the first one stays (S4-27). Fails for a name
   * that VCL cannot spell, and for a director that belongs to a VCL, which would be gone with it (S4-56, S4-62).
   */
  register(name: string, director: Director): boolean {
    this.#queue.assertRunning("VGDR_Register");
    if (!spelling.test(name)) throw new VclFailure(`Global director name '${name}' cannot be written in VCL`);
    refuseVclScoped(name, director);
    if (this.#directors.has(name)) return false;
    this.#directors.set(name, director);
    return true;
  }

  /** VGDR_Lookup. The director with one more reference (S4-30), or undefined. */
  lookup(name: string): Director | undefined {
    this.#queue.assertRunning("VGDR_Lookup");
    const director = this.#directors.get(name);
    if (!director) return undefined;
    director.retain?.();
    this.#lookups.set(director, (this.#lookups.get(director) ?? 0) + 1);
    return director;
  }

  /** VGDR_Release. Drops a reference that a look-up took (S4-31). False, and nothing else, when there is none. */
  release(director: Director): boolean {
    this.#queue.assertRunning("VGDR_Release");
    const count = this.#lookups.get(director) ?? 0;
    if (count === 0) return false;
    if (count === 1) this.#lookups.delete(director);
    else this.#lookups.set(director, count - 1);
    director.release?.();
    return true;
  }

  /** VGDR_Remove. Drops the name and the registrant's reference (S4-33). False when there is no such name. */
  remove(name: string): boolean {
    this.#queue.assertRunning("VGDR_Remove");
    const director = this.#directors.get(name);
    if (!director) return false;
    this.#directors.delete(name);
    director.release?.();
    return true;
  }

  names(): readonly string[] {
    this.#queue.assertRunning("the list of global directors");
    return [...this.#directors.keys()];
  }
}

function refuseVclScoped(name: string, director: Director): void {
  walkDirectors(director, (part) => {
    if (isCounted(part)) return;
    throw new VclFailure(
      `Cannot register ${part.kind} ${part.vclName} as global.${name}: it belongs to the VCL that made it and ends with it`,
    );
  });
}
