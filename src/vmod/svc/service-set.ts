import {
  timeToString,
  VclFailure,
  type ControlSide,
  type Director,
  type GlobalDirectorRegistry,
  type Host,
} from "../../runtime/index.js";
import { AppliedServices, messageOf } from "./applied-services.js";
import { SetsByKey } from "./sets-by-key.js";
import type { OpenSource, ServiceSource, ServiceState } from "./service-source.js";

/** What sets live in: the instance. */
interface Place {
  readonly host: Host;
  readonly control: ControlSide;
}

/** The sets of each instance: what a watcher of a later VCL adopts. */
const instances = new WeakMap<ControlSide, SetsByKey<ServiceSet<unknown>>>();

function setsOf(control: ControlSide): SetsByKey<ServiceSet<unknown>> {
  let sets = instances.get(control);
  if (!sets) instances.set(control, (sets = new SetsByKey()));
  return sets;
}

/**
 * The services of one source and the global directors that come from it. They belong to the instance, not to a VCL: the directors go on,
 * and follow the source, when the last VCL that watches it is gone. Only then may another source take its names over.
 */
export class ServiceSet<Rest = undefined> {
  /** What was wrong when the source was last read, or why it cannot be. */
  lastError: string | undefined;
  /** What the source says beside its services, as it was when all of it was good. */
  rest: Rest | undefined;
  readonly #source: ServiceSource<Rest>;
  readonly #host: Host;
  readonly #control: ControlSide;
  readonly #applied: AppliedServices;
  #watchers = 0;
  /** A VCL that watched it has served: its directors are in use. */
  #kept = false;
  /** What is applied. */
  #state: ServiceState<Rest> | undefined;
  /** Sets that gave their names to this one. They are back when no VCL that watched this one has served. */
  #replaced: ServiceSet<unknown>[] = [];
  #open: OpenSource<Rest> | undefined;
  /** A look at the source waits for its turn. */
  #isDue = false;
  #cancelEnd: (() => void) | undefined;
  #cancelReload: (() => void) | undefined;
  #cancelStatus: (() => void) | undefined;
  /** When what serves was read, seconds since the epoch. */
  #readAt = 0;

  private constructor(source: ServiceSource<Rest>, { host, control }: Place) {
    this.#source = source;
    this.#host = host;
    this.#control = control;
    this.#applied = new AppliedServices(source, host, control, () => this.#endUnused());
  }

  /** The set of a source for one more watcher: read and applied now, or as it already stands. Rejects with a VclFailure when it is bad. */
  static async watch<Rest>(
    source: ServiceSource<Rest>,
    place: Place,
    registry: GlobalDirectorRegistry,
  ): Promise<ServiceSet<Rest>> {
    const { control } = place;
    const sets = setsOf(control);
    const old = await sets.of(source);
    if (old && old.#unwanted) await old.#abandon(registry);
    const known = (await sets.of(source)) as ServiceSet<Rest> | undefined;
    const set = known ?? new ServiceSet(source, place);
    // One that serves already changes for those that it serves, whatever becomes of this load.
    await (known ? set.#adopt(registry.lasting ?? registry) : set.#begin(registry));
    set.#watchers += 1;
    return set;
  }

  /** The director of a service that the source has; undefined for others. */
  director(name: string): Director | undefined {
    return this.#applied.director(name);
  }

  /** Reads the source now, as after a change of it. */
  async reload(registry: GlobalDirectorRegistry): Promise<void> {
    await this.#follow(registry);
  }

  /** What its source's place means now. */
  meaning(): Promise<string | undefined> {
    return this.#source.meaning?.() ?? Promise.resolve(undefined);
  }

  /** A watcher's VCL is discarded. The directors stay for the VCLs to come, unless it never served. */
  leave(served: boolean): void {
    this.#watchers -= 1;
    this.#kept ||= served;
    if (this.#kept) this.#replaced = [];
    if (this.#unwanted) void this.#control.run((open) => (this.#unwanted ? this.#abandon(open) : undefined));
    this.#endUnused();
  }

  /** Nothing is asked any more for directors that `global.remove` has taken off and no VCL holds. */
  #endUnused(): void {
    if (!this.#isUnused) return;
    void this.#control.run((registry) => {
      if (!this.#isUnused) return;
      this.#note("is not followed any more: its names are taken off, and no VCL uses them");
      this.#end(registry);
    });
  }

  get #isUnused(): boolean {
    return this.#watchers === 0 && this.#kept && this.#open !== undefined && this.#applied.isUnused;
  }

  get #unwanted(): boolean {
    return this.#watchers === 0 && !this.#kept;
  }

  /** Before what keeps a VCL from loading. */
  get #title(): string {
    return `${this.#source.name}: ${this.#source.place}`;
  }

  /** One more VCL watches: the source must be good at this moment, and every name of it there, also one that `global.remove` has taken off. */
  async #adopt(registry: GlobalDirectorRegistry): Promise<void> {
    const wrong = await this.#follow(registry);
    if (wrong !== undefined) throw new VclFailure(`${this.#title}: ${wrong}`);
    if (this.#state && this.#applied.forgetUnregistered(registry)) await this.#apply(this.#state, registry);
  }

  async #begin(registry: GlobalDirectorRegistry): Promise<void> {
    // Watched before it is read, so that no change falls in between.
    this.#open = this.#source.open(() => this.#look());
    try {
      await this.#read(this.#open, registry);
    } catch (error) {
      this.#open.close();
      this.#open = undefined;
      throw new VclFailure(`${this.#title}: ${messageOf(error)}`);
    }
    setsOf(this.#control).add(this.#source.key, this);
    this.#cancelStatus = this.#control.tellStatus(this.#source.logName, () => this.#status());
    this.#cancelEnd = this.#control.atShutdown((open) => this.#end(open));
    this.#cancelReload = this.#control.atReload(async () => {
      await this.#control.run((open) => this.#follow(open));
    });
  }

  /** The source has changed: one look, however often it does until that look has its turn. */
  #look(): void {
    if (this.#isDue) return;
    this.#isDue = true;
    void this.#control.run(async (registry) => {
      this.#isDue = false;
      await this.#follow(registry);
    });
  }

  /** After a change of the source. What is wrong with it is logged, changes nothing, and is the answer; undefined: one can go by what it says. */
  async #follow(registry: GlobalDirectorRegistry): Promise<string | undefined> {
    const open = this.#open;
    if (!open) return undefined;
    try {
      await this.#read(open, registry);
    } catch (error) {
      this.#tell((this.lastError = messageOf(error)));
      return this.lastError;
    }
    const { problem } = open;
    // A source that cannot be asked is told of once: it is tried again and again.
    if (problem !== undefined && this.lastError === undefined) this.#tell(problem);
    if (problem === undefined && this.lastError !== undefined) this.#note("is followed again");
    this.lastError = problem;
    return undefined;
  }

  /** For the command that asks: which source, since when, and what is wrong with it now. */
  #status(): string {
    const since = `${this.#source.place}: serves what was read at ${timeToString(this.#readAt)}`;
    return this.lastError === undefined ? `${since}; good` : `${since}; bad since: ${this.lastError}`;
  }

  #tell(wrong: string): void {
    const { logName, place } = this.#source;
    this.#control.log("Error", `${logName}: ${place}: ${wrong}; the last good state serves on`);
  }

  #note(text: string): void {
    const { logName, place } = this.#source;
    this.#control.log("Notice", `${logName}: ${place}: ${text}`);
  }

  async #read(open: OpenSource<Rest>, registry: GlobalDirectorRegistry): Promise<void> {
    const state = await open.read();
    if (state === this.#state) return;
    await this.#apply(state, registry);
    this.#state = state;
    this.#readAt = this.#host.now();
  }

  #apply(state: ServiceState<Rest>, registry: GlobalDirectorRegistry): Promise<void> {
    return this.#applied.apply(
      state.services,
      registry,
      (name) => this.#retireOthers(name, registry),
      () => (this.rest = state.rest),
    );
  }

  /** Ends sets that hold a name which this one wants, and that no VCL watches any more, or that are this one with other settings. */
  #retireOthers(name: string, registry: GlobalDirectorRegistry): void {
    const { family } = this.#source;
    for (const set of setsOf(this.#control)) {
      const isKin = family !== undefined && set.#source.family === family;
      if (set === (this as ServiceSet<unknown>) || !set.#applied.has(name)) continue;
      if (set.#watchers > 0 && !isKin) continue;
      set.#end(registry);
      if (isKin) this.#applied.inherit(set.#applied);
      this.#replaced.push(set);
    }
  }

  /** Ends a set that no VCL has served with; what it had replaced is back. */
  async #abandon(registry: GlobalDirectorRegistry): Promise<void> {
    this.#end(registry);
    for (const set of this.#replaced.splice(0)) {
      try {
        await set.#begin(registry);
      } catch (error) {
        this.#control.log("Error", messageOf(error));
      }
    }
  }

  #end(registry: GlobalDirectorRegistry): void {
    this.#open?.close();
    this.#open = undefined;
    this.#cancelEnd?.();
    this.#cancelReload?.();
    this.#cancelStatus?.();
    this.#applied.removeAll(registry);
    this.#state = undefined;
    setsOf(this.#control).remove(this.#source.key, this);
  }
}
