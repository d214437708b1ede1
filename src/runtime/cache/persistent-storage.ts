import type { ObjectRecord } from "./object-record.js";
import type { Storage } from "./storage.js";

/** An object as a persistent storage has it. Its number is its own for ever. */
export interface StoredObject {
  readonly id: number;
  readonly record: ObjectRecord;
}

/** A ban as every process that shares the storage knows it. */
export interface SharedBan {
  readonly number: number;
  /** When it was made, seconds since the epoch. */
  readonly time: number;
  readonly words: readonly string[];
}

/**
 * A storage whose objects are not in memory: they outlive the process, and other processes find them, add to them and remove them. Everything is
 * asked for anew at each look-up; what is in memory is only what somebody delivers or fetches.
 */
export interface PersistentStorage extends Storage {
  /** The objects of a hash key, newest first. */
  find(key: string): readonly StoredObject[];
  /** The body of one of them; undefined: it has gone meanwhile, or is not what was stored. */
  body(stored: StoredObject): Uint8Array | undefined;
  /** Stores an object, removing those used longest ago as needed, at most so many. Answers its number; undefined: there is no room. */
  save(key: string, record: ObjectRecord, body: readonly Uint8Array[], nukes: number): number | undefined;
  /** Changes what is known of an object. */
  update(key: string, id: number, record: ObjectRecord): void;
  remove(key: string, id: number): void;
  used(key: string, id: number): void;
  /** Adds a ban, for everybody. */
  addBan(ban: Omit<SharedBan, "number">): void;
  /** The bans that were made after that number, the oldest first. */
  bansAfter(number: number): readonly SharedBan[];
  close(): Promise<void>;
}

export function isPersistent(storage: Storage | undefined): storage is PersistentStorage {
  return storage !== undefined && "save" in storage;
}
