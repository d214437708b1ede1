import { hexText } from "../../runtime/values/blob.js";
import {
  Backend,
  VclFailure,
  type BackendTask,
  type ClientTask,
  type Director,
  type Health,
  type HousekeepingTask,
  type Priv,
  type Task,
} from "../../runtime/index.js";

/** The saintmode objects of a VCL, in order of their making. */
function objectsOf(priv: Priv): Set<Saintmode> {
  return (priv.value ??= new Set<Saintmode>()) as Set<Saintmode>;
}

/** The object that a task is about; before vcl_hash there is none. */
function objectOf(task: Task | undefined): string | undefined {
  if (task?.kind !== "client" && task?.kind !== "backend") return undefined;
  const { hash } = task.kind === "client" ? (task as ClientTask).req : (task as BackendTask).bereq;
  return hash && hexText(hash.bytes);
}

/** A director around one backend; saintmode.vcc says what it does. The list itself is the backend's, over all VCLs. */
export class Saintmode implements Director {
  readonly vclName: string;
  readonly kind = "saintmode";
  readonly wrapped: Backend;
  readonly threshold: number;
  readonly #host: HousekeepingTask["host"];
  readonly #objects: Set<Saintmode>;

  private constructor(
    task: HousekeepingTask,
    vclName: string,
    objects: Set<Saintmode>,
    wrapped: Backend,
    threshold: number,
  ) {
    this.vclName = vclName;
    this.wrapped = wrapped;
    this.threshold = threshold;
    this.#host = task.host;
    this.#objects = objects;
    wrapped.retain?.();
    objects.add(this);
    task.addDirector(this);
  }

  static create(
    this: void,
    task: HousekeepingTask,
    vclName: string,
    priv: Priv,
    backend: Director | undefined,
    threshold: number,
  ): Saintmode {
    if (!(backend instanceof Backend)) {
      const given = backend ? `${backend.vclName} is a director` : "there is none";
      throw new VclFailure(`${vclName}: saintmode.saintmode() goes around a backend, and ${given}`);
    }
    return new Saintmode(task, vclName, objectsOf(priv), backend, threshold);
  }

  backend(_task: Task): Director {
    return this;
  }

  denylist_count(_task: Task): number {
    return this.wrapped.shared.saints.count(this.#host.now());
  }

  is_healthy(task: Task): boolean {
    return this.health(task).healthy;
  }

  health(task: Task | undefined): Health {
    const health = this.wrapped.health();
    const { saints } = this.wrapped.shared;
    const now = this.#host.now();
    const object = objectOf(task);
    const refused =
      (this.threshold > 0 && saints.count(now) >= this.threshold) ||
      (object !== undefined && saints.has(object, now));
    return refused ? { healthy: false, changed: health.changed } : health;
  }

  resolve(task: Task): Director | undefined {
    return this.health(task).healthy ? this.wrapped : undefined;
  }

  members(): Iterable<Director> {
    return [this.wrapped];
  }

  /** Runs when the VCL is discarded. */
  fini(): void {
    this.#objects.delete(this);
    this.wrapped.release?.();
  }
}

export function denylist(task: BackendTask, priv: Priv, expires: number): void {
  const { backend } = task.beresp;
  const object = objectOf(task);
  const around = [...objectsOf(priv)].find(({ wrapped }) => wrapped === backend);
  if (!around || object === undefined) {
    task.log(
      "VCL_Error",
      `saintmode.denylist(): no saintmode object is around ${backend?.vclName ?? "none"}`,
    );
    return;
  }
  around.wrapped.shared.saints.add(object, task.host.now() + expires);
}

export function status(task: Task, priv: Priv): string {
  const rows = [...objectsOf(priv)].map((one) => ({
    name: one.vclName,
    backend: one.wrapped.vclName,
    count: String(one.denylist_count(task)),
    threshold: String(one.threshold),
  }));
  return `${JSON.stringify({ saintmode: rows }, undefined, "\t")}\n`;
}
