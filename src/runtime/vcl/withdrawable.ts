import type { Director } from "../director/director.js";
import type { GlobalDirectorRegistry } from "./registry.js";

/** A registry that remembers what was registered through it. */
export interface WithdrawableRegistry extends GlobalDirectorRegistry {
  /** Removes every name that was registered here and still means the same director. */
  withdraw(): void;
}

/** The registry for a load: one that fails takes off what its VMODs have registered. */
export function withdrawable(registry: GlobalDirectorRegistry): WithdrawableRegistry {
  const mine = new Map<string, Director>();
  return {
    ...registry,
    register(name, director) {
      const done = registry.register(name, director);
      if (done) mine.set(name, director);
      return done;
    },
    withdraw() {
      for (const [name, director] of registry.entries())
        if (mine.get(name) === director) registry.remove(name);
      mine.clear();
    },
  };
}
