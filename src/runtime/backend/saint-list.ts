/** The saint list of a backend (S2-10): objects, by the hash of their request, that it is not asked for until a time. */
export class SaintList {
  readonly #until = new Map<string, number>();

  /** Refuses an object until then (seconds since the epoch); a later time for the same object counts. */
  add(object: string, until: number): void {
    this.#until.set(object, until);
  }

  /** Whether the object is refused now. */
  has(object: string, now: number): boolean {
    const until = this.#until.get(object);
    return until !== undefined && until > now;
  }

  /** Objects that are refused now; those whose time is over are forgotten. */
  count(now: number): number {
    for (const [object, until] of this.#until) if (until <= now) this.#until.delete(object);
    return this.#until.size;
  }
}
