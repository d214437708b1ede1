/** A storage as VCL sees it (`storage.NAME`). Sizes in bytes. */
export interface Stevedore {
  readonly name: string;
  readonly free_space: number;
  readonly used_space: number;
  readonly happy: boolean;
}
