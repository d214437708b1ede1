import type { Director } from "../director/director.js";
import type { GlobalDirectorRegistry } from "./registry.js";

/** A registry that remembers what was registered through it. */
export interface LoadRegistry extends GlobalDirectorRegistry {
  /** The names that were registered here and still mean the same director. */
  registered(): string[];
}

/** The registry for a load: one that fails takes off what its VMODs have registered. */
export function loadRegistry(registry: GlobalDirectorRegistry): LoadRegistry {
  const mine = new Map<string, Director>();
  return {
    ...registry,
    register(name, director) {
      const done = registry.register(name, director);
      if (done) mine.set(name, director);
      return done;
    },
    registered: () =>
      registry
        .entries()
        .filter(([name, director]) => mine.get(name) === director)
        .map(([name]) => name),
  };
}
