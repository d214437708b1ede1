import type { Director } from "../director/director.js";
import type { GlobalDirectorRegistry } from "./registry.js";

/** A registry that remembers what was done through it. */
export interface LoadRegistry extends GlobalDirectorRegistry {
  /** The names that were registered here and still mean the same director. */
  registered(): string[];
  /** The load is done: what it removed is gone. `failed` is told of a director that throws as it retires; the others have their turn. */
  keep(failed: (error: unknown) => void): void;
  /** The load has failed: the names that it removed are back, but for those that were taken meanwhile. */
  restore(failed: (error: unknown) => void): void;
}

/** The registry for a load: one that fails takes off what its VMODs have registered, and puts back what they have removed. */
export function loadRegistry(registry: GlobalDirectorRegistry): LoadRegistry {
  const mine = new Map<string, Director>();
  const removed = new Map<string, Director>();
  return {
    ...registry,
    lasting: registry,
    register(name, director) {
      const done = registry.register(name, director);
      if (done) mine.set(name, director);
      return done;
    },
    remove(name) {
      const director = registry.named(name);
      if (director && mine.get(name) !== director && !removed.has(name)) {
        director.retain?.();
        removed.set(name, director);
      }
      return registry.remove(name);
    },
    registered: () =>
      registry
        .entries()
        .filter(([name, director]) => mine.get(name) === director)
        .map(([name]) => name),
    keep(failed) {
      for (const director of removed.values()) attempt(() => director.release?.(), failed);
    },
    restore(failed) {
      for (const [name, director] of removed) {
        attempt(() => void (registry.register(name, director) || director.release?.()), failed);
      }
    },
  };
}

function attempt(step: () => void, failed: (error: unknown) => void): void {
  try {
    step();
  } catch (error) {
    failed(error);
  }
}
