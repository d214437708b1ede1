import { isCounted } from "../director/counted-director.js";
import type { Director } from "../director/director.js";
import { walkDirectors } from "../director/resolve-director.js";
import type { GlobalDirectorRegistry } from "./registry.js";
import type { Vcl } from "./vcl.js";

/** Whether a director is one of a VCL's own, or has one in some layer below. */
function dependsOn(director: Director, vcl: Vcl): boolean {
  let found = false;
  walkDirectors(director, (part) => {
    found ||= !isCounted(part) && vcl.directors.has(part);
  });
  return found;
}

/**
 * The global directors that depend on a VCL's own ones, so that it must neither end nor cool (S4-56): registered ones, and those that other VCLs
 * have bound, also after their names were removed. `others` are the VCLs whose bindings count.
 */
export function dependents(registry: GlobalDirectorRegistry, vcl: Vcl, others: Iterable<Vcl>): string[] {
  const found = new Set<Director>();
  const names: string[] = [];
  const look = (director: Director, name: string): void => {
    if (found.has(director) || !dependsOn(director, vcl)) return;
    found.add(director);
    names.push(name);
  };
  for (const [name, director] of registry.entries()) look(director, `global.${name}`);
  for (const other of others) {
    if (other === vcl) continue;
    for (const [name, director] of other.globals) look(director, `global.${name} of VCL ${other.name}`);
  }
  return names;
}

/** Takes the names off that depend on a VCL which ends all the same: it did not load, or the instance ends; `failed` is told of one whose end throws. */
export function removeDependents(
  registry: GlobalDirectorRegistry,
  vcl: Vcl,
  failed: (error: unknown) => void,
): void {
  for (const [name, director] of registry.entries()) {
    if (!dependsOn(director, vcl)) continue;
    try {
      registry.remove(name);
    } catch (error) {
      failed(error);
    }
  }
}
