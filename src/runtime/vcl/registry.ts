import type { Director } from "../director/director.js";
import { isListed } from "../director/director-list.js";
import { isCounted } from "../director/counted-director.js";
import { walkDirectors } from "../director/resolve-director.js";
import { VclFailure } from "../values/failure.js";

/**
 * The registry of global directors (S4-06 and on), as a job of the control side sees it: init, fini, events, commands and updates of VMODs. Any
 * call after that job has ended throws.
 */
export interface GlobalDirectorRegistry {
  /** VGDR_Register: takes over the caller's reference. False when the name is taken: the first one stays (S4-27). */
  register(name: string, director: Director): boolean;
  /** VGDR_Lookup: the director with one more reference (S4-30), or undefined. */
  lookup(name: string): Director | undefined;
  /** VGDR_Release: drops a reference taken by lookup. False, and nothing else, when there is none. */
  release(director: Director): boolean;
  /** VGDR_Remove: drops the name and the registrant's reference. False when there is no such name. */
  remove(name: string): boolean;
  /** Names in order of registration. */
  names(): readonly string[];
  /** Names with their directors, in order of registration; takes no references. */
  entries(): readonly (readonly [name: string, director: Director])[];
  /** What a name means now, or undefined; takes no reference. */
  named(name: string): Director | undefined;
  /** While a VCL loads: the registry for what belongs to others too, and so stays as it is done here also when the load fails. */
  readonly lasting?: GlobalDirectorRegistry;
}

/** The names that VCL can spell after `global.` (vcl-language: an ID). */
const spelling = /^[A-Za-z][A-Za-z0-9_-]*$/;

/** The registry of one job: every call after the job's end throws. */
export interface RegistryHandle extends GlobalDirectorRegistry {
  revoke(): void;
}

/**
 * The registry: a map from names to directors, and the count of look-ups not yet given back. The counting itself is the
 * director's own (retain, release); a director retires when its last reference goes, whoever holds it.
 *
 * A name may be registered again after its removal: VCLs bound before keep the old director, VCLs loaded after get the new one
 * (S4-40). It has no operations itself: they are on the handles that the control queue gives to its jobs, so that a request task, which has
 * none, cannot touch it, not even while a job waits (S4-21, S4-22).
 */
export class DirectorRegistry {
  readonly #directors = new Map<string, Director>();
  readonly #lookups = new Map<Director, number>();
  readonly #declared: ReadonlyMap<string, Director>;

  /** `declared` are found by look-ups where nothing of the name is registered: directors that a check takes for granted. */
  constructor(declared: ReadonlyMap<string, Director> = new Map()) {
    this.#declared = declared;
  }

  /** A handle for one job. */
  open(): RegistryHandle {
    let open = true;
    const guard = (what: string): void => {
      // An internal bug of the caller, so it is not a VclFailure.
      if (!open) throw new Error(`${what} called outside the control queue`);
    };
    return {
      register: (name, director) => (guard("VGDR_Register"), this.#register(name, director)),
      lookup: (name) => (guard("VGDR_Lookup"), this.#lookup(name)),
      release: (director) => (guard("VGDR_Release"), this.#release(director)),
      remove: (name) => (guard("VGDR_Remove"), this.#remove(name)),
      names: () => (guard("the list of global directors"), [...this.#directors.keys()]),
      named: (name) => (guard("the list of global directors"), this.#directors.get(name)),
      entries: () => (guard("the list of global directors"), [...this.#directors]),
      revoke() {
        open = false;
      },
    };
  }

  /** Fails for a name that VCL cannot spell, and for a director that nobody would keep (S4-62). */
  #register(name: string, director: Director): boolean {
    if (!spelling.test(name)) throw new VclFailure(`Global director name '${name}' cannot be written in VCL`);
    refuseHomeless(name, director);
    if (this.#directors.has(name)) return false;
    this.#directors.set(name, director);
    return true;
  }

  #lookup(name: string): Director | undefined {
    const director = this.#directors.get(name) ?? this.#declared.get(name);
    if (!director) return undefined;
    director.retain?.();
    this.#lookups.set(director, (this.#lookups.get(director) ?? 0) + 1);
    return director;
  }

  #release(director: Director): boolean {
    const count = this.#lookups.get(director) ?? 0;
    if (count === 0) return false;
    if (count === 1) this.#lookups.delete(director);
    else this.#lookups.set(director, count - 1);
    director.release?.();
    return true;
  }

  #remove(name: string): boolean {
    const director = this.#directors.get(name);
    if (!director) return false;
    this.#directors.delete(name);
    director.release?.();
    return true;
  }
}

/** One that has no counted life must be on the list of a VCL, which then is neither discarded nor cooled while it is registered. */
function refuseHomeless(name: string, director: Director): void {
  walkDirectors(director, (part) => {
    if (isCounted(part) || isListed(part)) return;
    throw new VclFailure(
      `Cannot register ${part.kind} ${part.vclName} as global.${name}: it neither counts its references nor belongs to a loaded VCL`,
    );
  });
}
