import { VclFailure } from "../values/failure.js";

/** A place in a workspace to go back to. */
export interface WorkspaceSnapshot {
  readonly used: number;
  readonly overflowed: boolean;
}

/**
 * How much VCL may still add to the messages of one task. Varnish takes header fields from an arena of `workspace_client` or
 * `workspace_backend` bytes that is freed as a whole; here there is no arena, but the same limit and the same consequences: a header
 * that does not fit is lost (`LostHeader`), VCL goes on, and the task answers 500 (or fails its fetch) in the end, because `overflowed` is
 * set. What was taken is not given back by `unset`; `rollback` goes back to a snapshot.
 */
export class Workspace {
  /** Bytes in all. */
  readonly size: number;
  /** Set once something did not fit. */
  overflowed = false;
  /** Set once a message had no place left for a header. */
  crowded = false;
  private used = 0;
  private readonly log: (tag: string, text: string) => void;

  constructor(size: number, log: (tag: string, text: string) => void = () => undefined) {
    this.size = size;
    this.log = log;
  }

  get free(): number {
    return this.size - this.used;
  }

  /** Takes bytes; false, and marks the overflow, when they do not fit. */
  take(bytes: number): boolean {
    if (this.used + bytes > this.size) {
      this.overflowed = true;
      return false;
    }
    this.used += bytes;
    return true;
  }

  /** Takes bytes for a value that the task cannot go on without. */
  mustTake(bytes: number): void {
    if (!this.take(bytes)) throw new VclFailure("Workspace overflow");
  }

  /** Notes a header that did not fit. */
  lose(header: string): void {
    this.overflowed = true;
    this.log("LostHeader", header);
  }

  /** Notes a header that found no place (`http_max_hdr`). */
  crowdOut(header: string): void {
    this.crowded = true;
    this.log("LostHeader", header);
  }

  snapshot(): WorkspaceSnapshot {
    return { used: this.used, overflowed: this.overflowed };
  }

  reset(snapshot: WorkspaceSnapshot): void {
    this.used = snapshot.used;
    this.overflowed = snapshot.overflowed;
    this.crowded = false;
  }
}
