import type { BackendResponse, Endpoint, RawConnection, TransactionLog } from "../backend/transport.js";
import type { BackendTask, ClientTask, Task } from "../task.js";

export interface Health {
  readonly healthy: boolean;
  /** When the verdict last changed, seconds since the epoch. */
  readonly changed: number;
}

/** What `backend.list -p` shows of a director. */
export interface DirectorDetails {
  /** Names of the columns behind the member's name, `Health` among them. */
  readonly heading: readonly string[];
  readonly members: readonly {
    readonly director: Director;
    /** A cell for each column; the one under `Health` is filled in by whoever prints it. */
    readonly cells: readonly string[];
    /** What `-j` shows of it beside its health. */
    readonly json: object;
  }[];
  /** What `-j` shows beside the members. */
  readonly json: object;
}

/** Anything that `req.backend_hint` and `bereq.backend` can hold: a backend, or a director that picks one. */
export interface Director {
  /** The name that VCL prints, without the VCL's own name. */
  readonly vclName: string;
  /** `backend`, `round_robin`, … */
  readonly kind: string;
  /** Where it listens. Present on backends only. */
  readonly endpoint?: Endpoint;
  health(task: Task | undefined): Health;
  /**
   * Resolves when its health, or that of one below it, is known for the first time, or has taken too long; undefined where that is so already. Who
   * resolves it waits for that before, so that directors which only pick healthy members pick rightly the first time (S0-43…S0-46).
   */
  settling?(): Promise<unknown> | undefined;
  /** One layer of resolution. Absent on backends. `undefined` as the result means that no backend could be picked. */
  resolve?(task: Task): Director | undefined | Promise<Director | undefined>;
  /** Sends `task.bereq`. Present on backends only. Rejects with a FetchFailure. */
  fetch?(task: BackendTask): Promise<BackendResponse>;
  /**
   * Opens a connection for bytes that are not looked at (pipe), within so many seconds where VCL has set that; `records` is where the log has it,
   * the task's own transaction unless given. Present on backends that have connections. Rejects with a FetchFailure.
   */
  open?(task: ClientTask, connectTimeout?: number, records?: TransactionLog): Promise<RawConnection>;
  /** Takes a reference (request, other director, registry). Absent on directors that live as long as their VCL. */
  retain?(): void;
  /** Drops a reference; at zero the director retires. */
  release?(): void;
  /** The directors one layer below, for walking the layers. */
  members?(): Iterable<Director>;
  /** What there is to show of a director that has more to it than members; `now` in seconds since the epoch. */
  details?(now: number): DirectorDetails;
}

/** The VCL task that a director may look at while it picks. */
export type DirectorTask = ClientTask | BackendTask;
