/** A storage as VCL sees it (`storage.NAME`). Sizes in bytes. */
export interface Stevedore {
  readonly name: string;
  readonly free_space: number;
  readonly used_space: number;
  readonly happy: boolean;
}

/** The storage by another name, `Transient`, which holds nothing itself. */
export function transientOf(storage: Stevedore): Stevedore {
  return {
    name: "Transient",
    used_space: 0,
    get free_space() {
      return storage.free_space;
    },
    get happy() {
      return storage.happy;
    },
  };
}
