import type { Director } from "../director/director.js";

/** The registry of global directors (S4-06 and on). Only the control side calls it: init, fini and commands. */
export interface GlobalDirectorRegistry {
  /** VGDR_Register: takes over the caller's reference. False when the name is taken. */
  register(name: string, director: Director): boolean;
  /** VGDR_Lookup: the director with one more reference, or undefined. */
  lookup(name: string): Director | undefined;
  /** VGDR_Release: drops a reference taken by lookup. */
  release(director: Director): void;
  /** VGDR_Remove: drops the name and the registrant's reference. False when there is no such name. */
  remove(name: string): boolean;
  /** Names in order of registration. */
  names(): readonly string[];
}
