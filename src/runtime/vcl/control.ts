import type { Director } from "../director/director.js";
import type { Transport } from "../backend/transport.js";
import type { VclRef } from "./loaded-vcl.js";
import type { BackendDefinition } from "./vpi.js";
import type { GlobalDirectorRegistry, RegistryHandle } from "./registry.js";

/**
 * Makes what a backend's connections go over, by settings as a file has them; `who` is whose settings they are, for messages. `forget` is called when
 * nobody uses it any more. Rejects with one line.
 */
export type TransportMaker = (
  who: string,
  settings: Readonly<Record<string, string | boolean>>,
  backend: BackendDefinition,
) => Promise<{ readonly transport: Transport; readonly forget: () => void }>;

/** What a VMOD keeps from vcl_init for its work in the background. It outlives the VCL that handed it out. */
export interface ControlSide {
  /** Runs a job on the control queue, after every job before it, with the registry that is the job's until it ends. */
  run<T>(job: (registry: GlobalDirectorRegistry) => T | Promise<T>): Promise<T>;
  /**
   * Makes a backend on the global list: it belongs to no VCL, is always warm (its probe starts at once) and lives until its last
   * reference goes. The caller owns the first one. Rejects with a one-line reason, for instance when the host is not found.
   */
  addBackend(name: string, definition: BackendDefinition): Promise<Director>;
  /**
   * Runs once when the instance ends, in its last job, after every VCL is gone: the place to stop what runs in the background. The answer
   * takes it back, for what has ended before.
   */
  atShutdown(end: (registry: GlobalDirectorRegistry) => void): () => void;
  /**
   * Runs whenever the operator asks for what was read from outside to be read again (SIGHUP): files, certificates. The answer takes it back. What
   * it throws or rejects with is logged.
   */
  atReload(reload: () => void | Promise<void>): () => void;
  /** Modules that make transports, by their name: what one VMOD puts here, another can use for what its files say. */
  readonly transports: Map<string, TransportMaker>;
  /**
   * What a module has to say when the command `MODULE.status` asks, a line for each that tells. The answer takes it back.
   */
  tellStatus(module: string, tell: () => string): () => void;
  /**
   * The label of that name, for a function that answers with a VCL: `return (dispatch(router.match(req)))`. It is looked up when a request
   * switches; whether it exists, and what it points to, may change at any time. `useLabels` of the task in vcl_init
   * keeps it from being discarded. May be called at any time.
   */
  label(name: string): VclRef;
  /** Writes a record outside of any transaction. */
  log(tag: string, text: string): void;
}

/**
 * The one serial queue of the control side: loads, discards, commands and the background work of VMODs run on it, one after
 * another. Each job gets a handle of the registry of global directors, which is revoked when the job ends; nobody else gets one.
 */
export class ControlQueue {
  readonly #open: () => RegistryHandle;
  #tail: Promise<unknown> = Promise.resolve();

  /** `open` makes the handle of one job. */
  constructor(open: () => RegistryHandle) {
    this.#open = open;
  }

  /** Runs `job` after every job before it. Must not be awaited from inside a job: that would wait for itself. */
  run<T>(job: (registry: GlobalDirectorRegistry) => T | Promise<T>): Promise<T> {
    const result = this.#tail.then(async () => {
      const handle = this.#open();
      try {
        return await job(handle);
      } finally {
        handle.revoke();
      }
    });
    this.#tail = result.catch(() => undefined);
    return result;
  }
}
