/** What is used of the package `lmdb`, which is optional: the program type-checks and runs without it. */
export interface LmdbModule {
  open(options: LmdbOptions): LmdbRoot;
}

export interface LmdbOptions {
  readonly path: string;
  readonly noSubdir: boolean;
  /** Writes are not waited for: the system has them when the process dies, though not when the machine does. */
  readonly noSync: boolean;
  readonly mapSize: number;
  readonly maxDbs: number;
}

export interface LmdbDatabase<Value, Key> {
  get(key: Key): Value | undefined;
  putSync(key: Key, value: Value): unknown;
  removeSync(key: Key): unknown;
  getRange(options: { readonly start?: Key; readonly limit?: number }): Iterable<{ key: Key; value: Value }>;
}

export interface LmdbRoot {
  openDB<Value, Key>(name: string, options: LmdbDatabaseOptions): LmdbDatabase<Value, Key>;
  /** Runs it with the one lock for writing that all processes share. */
  transactionSync<Result>(run: () => Result): Result;
  /** Reads see, from here on, what others have written since; without it, only from the next turn of the event loop on. */
  resetReadTxn(): void;
  /** Forgets readers whose process has ended. */
  readerCheck(): number;
  close(): Promise<void>;
}

export interface LmdbDatabaseOptions {
  readonly encoding?: "binary" | "msgpack";
  readonly keyEncoding?: "binary";
}

/** Loads the package; undefined where it is not installed. */
export async function loadLmdb(): Promise<LmdbModule | undefined> {
  const name = "lmdb";
  try {
    return (await import(name)) as LmdbModule;
  } catch {
    return undefined;
  }
}
