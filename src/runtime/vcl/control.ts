import type { Director } from "../director/director.js";
import type { BackendDefinition } from "./vpi.js";
import type { GlobalDirectorRegistry } from "./registry.js";

/** What a VMOD keeps from vcl_init for its work in the background. It outlives the VCL that handed it out. */
export interface ControlSide {
  /** Runs a job on the control queue, after every job before it; only there may the registry be touched. */
  run<T>(job: (registry: GlobalDirectorRegistry) => T | Promise<T>): Promise<T>;
  /**
   * Makes a backend on the global list: it belongs to no VCL, is always warm (its probe starts at once) and lives until its last
   * reference goes. The caller owns the first one. Rejects with a one-line reason, for instance when the host is not found.
   */
  addBackend(name: string, definition: BackendDefinition): Promise<Director>;
  /** Runs once when the instance ends, after every VCL is gone: the place to stop what runs in the background. */
  atShutdown(end: () => void): void;
  /** Writes a record outside of any transaction. */
  log(tag: string, text: string): void;
}

/**
 * The one serial queue of the control side: loads, discards, commands and the background work of VMODs run on it, one after
 * another. The registry of global directors opens while a job runs and is closed to everyone else.
 */
export class ControlQueue {
  #tail: Promise<unknown> = Promise.resolve();
  #running = false;

  /** True while a job runs. */
  get running(): boolean {
    return this.#running;
  }

  /** Runs `job` after every job before it. Must not be awaited from inside a job: that would wait for itself. */
  run<T>(job: () => T | Promise<T>): Promise<T> {
    const result = this.#tail.then(async () => {
      this.#running = true;
      try {
        return await job();
      } finally {
        this.#running = false;
      }
    });
    this.#tail = result.catch(() => undefined);
    return result;
  }

  /** Throws when no job runs: an internal bug of the caller, so it is not a VclFailure (S4-22). */
  assertRunning(what: string): void {
    if (!this.#running) throw new Error(`${what} called outside the control queue`);
  }
}
