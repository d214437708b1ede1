import { MemoryStorage } from "./memory-storage.js";
import type { Storage } from "./storage.js";

/** The name of the storage for what is short-lived or for one request only. */
export const transientName = "Transient";

/** Bytes of the storage that there is where none is asked for. */
export const defaultStorageLimit = 256 * 1024 * 1024;

/** Every storage of an instance. */
export class Storages {
  /** In the order in which they were given, Transient last. */
  readonly all: readonly Storage[];
  readonly transient: Storage;
  private readonly lasting: readonly Storage[];
  private turn = 0;

  /** Without a Transient among them, one without a limit is added; without any other, one of the usual size. */
  constructor(given: readonly Storage[] = []) {
    const lasting = given.filter(({ name }) => name !== transientName);
    this.lasting = lasting.length > 0 ? lasting : [new MemoryStorage("s0", defaultStorageLimit)];
    this.transient = given.find(({ name }) => name === transientName) ?? new MemoryStorage(transientName);
    this.all = [...this.lasting, this.transient];
  }

  find(name: string): Storage | undefined {
    return this.all.find((storage) => storage.name === name);
  }

  /** The storage for the next object of which VCL says nothing: each in turn. */
  next(): Storage {
    const storage = this.lasting[this.turn++ % this.lasting.length];
    return storage as Storage;
  }
}
