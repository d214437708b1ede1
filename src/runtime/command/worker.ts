/** A place where requests are taken. */
export interface ListeningPlace {
  readonly name: string;
  /** Numeric, or the path of a socket. */
  readonly address: string;
  /** 0 for a path. */
  readonly port: number;
}

/** What `start` and `stop` act on, where they do: the part of a process that serves. */
export interface Worker {
  readonly running: boolean;
  /** Begins to serve; fails with a CommandFailure. */
  start(): Promise<void>;
  /** Ends it, and empties the cache. */
  stop(): Promise<void>;
  /** While it runs. */
  readonly places: readonly ListeningPlace[];
}
