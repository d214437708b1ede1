import type { Stevedore } from "./stevedore.js";

/** The cache: objheads by digest, their objects, and the byte limit they share. */
export interface Storage extends Stevedore {
  /** Bytes that objects may take. */
  readonly limit: number;
}
