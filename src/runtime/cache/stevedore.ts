/** A storage as VCL sees it (`storage.NAME`). Sizes in bytes. */
export interface Stevedore {
  readonly name: string;
  readonly free_space: number;
  readonly used_space: number;
  readonly happy: boolean;
}

/** The storage of what is short-lived. */
export const transientName = "Transient";

/** The storage by that name, which holds nothing itself. */
export function transientOf(storage: Stevedore): Stevedore {
  return {
    name: transientName,
    used_space: 0,
    get free_space() {
      return storage.free_space;
    },
    get happy() {
      return storage.happy;
    },
  };
}
