import { filterRegistries } from "../body/filter-registries.js";
import type { Director } from "../director/director.js";
import { DirectorList } from "../director/director-list.js";
import type { Priv } from "../task.js";
import { VclFailure } from "../values/failure.js";
import type { Label } from "./label.js";
import type { LateLabelUse, LinkedSubs, LoadedVcl } from "./loaded-vcl.js";
import type { GlobalDirectorRegistry } from "./registry.js";
import type { VclBody, VclModule } from "./vpi.js";

/** What the operator asked for. */
export type VclState = "auto" | "cold" | "warm";

/**
 * What it is now (vcl-lifecycle 2): `init` while it is loaded; `busy` was told to go cold while tasks still use it; `cooling` has gone cold, but
 * somebody prevents its discard.
 */
export type Temperature = "init" | "cold" | "warm" | "busy" | "cooling";

/** Undoes one step of loading, in a later job than the one that took it. */
export type Undo = (registry: GlobalDirectorRegistry) => void | Promise<void>;

/** A VCL in memory: its subs over one set of bindings, its directors, and everything to give back when it goes. */
export class Vcl implements LoadedVcl {
  readonly name: string;
  readonly version: 40 | 41;
  readonly module: VclModule;
  /** Changed by `vcl.state` only. */
  state: VclState;
  /** Directors that belong to it, in order of creation. */
  readonly directors = new DirectorList();
  /** Labels that point to it. */
  readonly labels = new Set<Label>();
  /** Labels that it names in vcl() and dispatch(). */
  readonly uses = new Set<Label>();
  /** Names of its backends, `none` ones too: a global director of such a name collides. */
  readonly backendNames = new Set<string>();
  /** Global directors that it has bound, by name. */
  readonly globals = new Map<string, Director>();
  readonly filters = filterRegistries();
  /** Set by loading, which nobody sees unfinished. */
  body: VclBody = {};
  subs = {} as LinkedSubs;
  defaultBackend: Director | undefined;
  temperature: Temperature = "init";
  discarded = false;
  /** It has been warm. */
  served = false;
  /** More than one object of a VMOD may have some. */
  readonly #lateLabels: (() => Iterable<LateLabelUse>)[] = [];
  readonly #undo: Undo[] = [];
  readonly #privs = new Map<object, Priv>();
  readonly #callPrivs: Priv[] = [];
  readonly #idle: (vcl: Vcl) => void;
  /** Why its discard is prevented, newest last. */
  readonly #holds = new Set<{ readonly description: string }>();
  #busy = 0;

  /** `idle` is called when what kept it from going cold is gone: its last task, the last hold on it, or a label. */
  constructor(name: string, module: VclModule, state: VclState, idle: (vcl: Vcl) => void) {
    this.name = name;
    this.module = module;
    this.version = module.version;
    this.state = state;
    this.#idle = idle;
  }

  /** Tasks that hold it. */
  get busy(): number {
    return this.#busy;
  }

  /** Whether a task may begin to use it. */
  get usable(): boolean {
    return this.temperature === "warm" && !this.discarded;
  }

  /** State of a VMOD for this VCL (PRIV_VCL), by its module. */
  priv(vmod: object): Priv {
    let priv = this.#privs.get(vmod);
    if (!priv) this.#privs.set(vmod, (priv = { value: undefined }));
    return priv;
  }

  /** New state of a VMOD for a call site (PRIV_CALL). */
  callPriv(): Priv {
    const priv: Priv = { value: undefined };
    this.#callPrivs.push(priv);
    return priv;
  }

  /** Labels that a VMOD's functions may answer with: asked for whenever somebody wants to know (S4-120). */
  useLateLabels(labels: () => Iterable<LateLabelUse>): void {
    this.#lateLabels.push(labels);
  }

  /** Those labels as things stand. */
  get lateLabels(): readonly LateLabelUse[] {
    return this.#lateLabels.flatMap((labels) => [...labels()]);
  }

  /** The backend or director of that name. */
  director(name: string): Director | undefined {
    for (const director of this.directors) if (director.vclName === name) return director;
    return undefined;
  }

  /** The VCL itself, so that the active VCL and a label that is active are asked alike. */
  current(): Vcl | undefined {
    return this.usable ? this : undefined;
  }

  /** A label that pointed to it is gone. */
  unlabel(label: Label): void {
    this.labels.delete(label);
    if (this.discarded) this.#idle(this);
  }

  retain(): void {
    this.#busy += 1;
  }

  release(): void {
    this.#busy -= 1;
    if (this.#busy === 0 && this.temperature === "busy") this.#idle(this);
  }

  /** What its discard waits for. */
  get holds(): readonly string[] {
    return [...this.#holds].map(({ description }) => description);
  }

  /**
   * VRT_VCL_Prevent_Discard: from now on it goes cold as always, but stays `cooling`, and so in memory, until the answer is called. Only for
   * a warm VCL: the WARM event is the first occasion, vcl_init is too early (S4-57, S4-58). `description` says who holds it.
   */
  preventDiscard(description: string): () => void {
    if (this.temperature !== "warm") {
      throw new VclFailure(
        `The discard of VCL ${this.name} can be prevented only while it is warm, from the WARM event on, not while it is ${this.temperature}`,
      );
    }
    const hold = { description };
    this.#holds.add(hold);
    return () => {
      const last = this.#holds.delete(hold) && this.#holds.size === 0;
      if (last && this.temperature === "cooling") this.#idle(this);
    };
  }

  /** Notes how to undo a step of loading; discarding undoes them newest first. */
  onDiscard(undo: Undo): void {
    this.#undo.push(undo);
  }

  /** Undoes every step of loading, newest first, then ends the VMODs' state, that of call sites first. `failed` is told of a step that throws; the rest still runs. */
  async undoAll(registry: GlobalDirectorRegistry, failed: (error: unknown) => void): Promise<void> {
    const attempt = async (step: () => void | Promise<void>): Promise<void> => {
      try {
        await step();
      } catch (error) {
        failed(error);
      }
    };
    for (const undo of this.#undo.splice(0).reverse()) await attempt(() => undo(registry));
    // Only now: DISCARD events are given it.
    const privs = [...this.#callPrivs.splice(0), ...[...this.#privs.values()].reverse()];
    this.#privs.clear();
    for (const priv of privs) await attempt(() => priv.fini?.(priv.value));
  }
}
