import type { BackendDefinition, Director, OwnDirectors } from "../../runtime/index.js";

interface Entry {
  readonly backend: Promise<Director>;
  users: number;
}

/** The backends of one object by what makes them one; each lives until its last user gives it back (S0-01). */
export class SharedBackends {
  readonly #directors: OwnDirectors;
  readonly #entries = new Map<string, Entry>();

  constructor(directors: OwnDirectors) {
    this.#directors = directors;
  }

  /** The backend of that identity, made under that name where there is none. Rejects with one line when it cannot be. */
  async use(identity: string, name: string, definition: () => BackendDefinition): Promise<Director> {
    const entry = this.#entries.get(identity) ?? {
      backend: this.#directors.addBackend(name, definition()),
      users: 0,
    };
    this.#entries.set(identity, entry);
    entry.users += 1;
    try {
      return await entry.backend;
    } catch (error) {
      if (this.#entries.get(identity) === entry) this.#entries.delete(identity);
      throw error;
    }
  }

  /** Whether there is one of that identity, made or in the making. */
  has(identity: string): boolean {
    return this.#entries.has(identity);
  }

  giveBack(identity: string): void {
    const entry = this.#entries.get(identity);
    if (!entry || --entry.users > 0) return;
    this.#entries.delete(identity);
    void entry.backend.then((backend) => backend.release?.());
  }
}
