/** A storage as VCL sees it (`storage.NAME`). Sizes in bytes. */
export interface Stevedore {
  readonly name: string;
  readonly free_space: number;
  readonly used_space: number;
  readonly happy: boolean;
}

/** The storage of what is short-lived. */
export const transientName = "Transient";

/** The storage by another name, which holds nothing itself. */
export function aliasOf(storage: Stevedore, name: string): Stevedore {
  return {
    name,
    used_space: 0,
    get free_space() {
      return storage.free_space;
    },
    get happy() {
      return storage.happy;
    },
  };
}
