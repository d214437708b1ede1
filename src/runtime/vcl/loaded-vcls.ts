import { messageOf } from "../fsm/privs.js";
import { CommandFailure } from "./command-failure.js";
import type { ControlQueue } from "./control.js";
import { Cooldowns } from "./cooldowns.js";
import { dependents } from "./dependents.js";
import { Housekeeping } from "./housekeeping.js";
import { Label } from "./label.js";
import type { LoadServices } from "./load-services.js";
import { loadVcl, unloadVcl } from "./load-vcl.js";
import type { GlobalDirectorRegistry } from "./registry.js";
import { coolVcl, preferBackends, settleCooling, warmVcl } from "./temperature.js";
import { Vcl, type VclState } from "./vcl.js";
import { VclTable, type VclListing } from "./vcl-table.js";
import type { VclModule } from "./vpi.js";

/** The job that a method runs in: its registry. */
type Job = GlobalDirectorRegistry;

/**
 * The VCLs in memory and what commands do to them: load, use, label, state, discard, with varnishd's refusals (vcl-lifecycle 2, 3, 8). Every
 * method but `table` runs inside a job of the control queue.
 */
export class LoadedVcls {
  readonly table = new VclTable();
  readonly #queue: ControlQueue;
  readonly #services: LoadServices;
  readonly #cooldowns: Cooldowns;
  /** Discarded, and kept by tasks or holds. */
  readonly #doomed = new Set<Vcl>();
  /** The active VCL of the last review. */
  #active: Vcl | undefined;

  constructor(queue: ControlQueue, services: LoadServices) {
    this.#queue = queue;
    this.#services = services;
    const { host, params } = services.backends;
    this.#cooldowns = new Cooldowns(
      host,
      () => params.vcl_cooldown,
      (vcl) => this.#later((job) => this.#coolDown(job, vcl)),
    );
  }

  /** `vcl.load`. A VCL that does not load leaves nothing behind. */
  async load(job: Job, name: string, module: VclModule, state: VclState): Promise<Vcl> {
    this.table.checkNewName(name);
    const vcl = new Vcl(name, module, state, (idle) => this.#later((job) => this.#poll(job, idle)));
    await loadVcl(vcl, this.#services, job, () => this.#refuseColdDependents(job, vcl));
    this.table.add(vcl);
    this.#review();
    return vcl;
  }

  /** `vcl.use`: warms it when it has cooled by itself. Answers as varnishd does. */
  async use(job: Job, name: string): Promise<string> {
    const entry = this.table.find(name);
    if (entry instanceof Vcl) await this.#wanted(job, entry);
    const answer = this.table.activate(entry);
    this.#review();
    return answer;
  }

  /** `vcl.label`: makes a label, or points it at another VCL, which is warmed. */
  async label(job: Job, name: string, target: string): Promise<void> {
    const vcl = this.table.checkLabel(name, target);
    await this.#wanted(job, vcl);
    this.table.setLabel(name, vcl);
    this.#review();
  }

  /** `vcl.state`: `warm` and `cold` take effect now; `auto` leaves it as warm as it is. */
  async setState(job: Job, name: string, state: VclState): Promise<void> {
    const vcl = this.table.find(name);
    if (vcl instanceof Label) throw new CommandFailure(106, "Labels are always warm");
    if (vcl.state === state) return;
    if (state === "cold") this.#refuseCold(job, vcl);
    if (state === "warm") await this.#raise(job, vcl, state);
    vcl.state = state;
    if (state === "cold") await this.#lower(job, vcl);
    this.#review();
  }

  /** `vcl.discard`: the names are free at once; a VCL that tasks use, or whose discard is prevented, ends later. */
  async discard(job: Job, patterns: readonly string[]): Promise<void> {
    await this.#end(
      job,
      this.table.discard(patterns, (doomed) => this.#refuseDependents(job, doomed)),
    );
  }

  /** Discards everything, the active VCL too. */
  async clear(job: Job): Promise<void> {
    await this.#end(job, this.table.clear());
  }

  /** `vcl.list`: in the order they came; discarded ones that are still in memory last. */
  list(): VclListing[] {
    return [...this.table.list(), ...[...this.#doomed].map((vcl) => this.table.listing(vcl))];
  }

  /** A job that nobody waits for: what goes wrong in it is logged. */
  #later(work: (job: Job) => Promise<void>): void {
    this.#queue
      .run(work)
      .catch((error: unknown) => this.#services.control.log("Error", `Control side: ${messageOf(error)}`));
  }

  async #end(job: Job, vcls: readonly Vcl[]): Promise<void> {
    for (const vcl of vcls) {
      vcl.discarded = true;
      this.#doomed.add(vcl);
    }
    this.#review();
    // One behind a label ends after those that name the label.
    for (let before = Infinity; this.#doomed.size < before;) {
      before = this.#doomed.size;
      for (const vcl of vcls) await this.#poll(job, vcl);
    }
  }

  /** Finishes what waited: busy → cold, cooling → cold, and the end of a discarded VCL, unless tasks may still switch to it. */
  async #poll(job: Job, vcl: Vcl): Promise<void> {
    if (vcl.discarded && vcl.labels.size > 0) return;
    if (vcl.temperature === "busy" || vcl.discarded) await this.#lower(job, vcl);
    settleCooling(vcl);
    if (vcl.temperature !== "cold" || !this.#doomed.delete(vcl)) return;
    await unloadVcl(vcl, this.#services, job);
    // The labels that it named may have been the last to keep a VCL warm.
    this.#review();
  }

  /** It is to be active or labelled. */
  async #wanted(job: Job, vcl: Vcl): Promise<void> {
    if (vcl.state === "cold") {
      throw new CommandFailure(300, `VCL '${vcl.name}' is cold - set to auto or warm first`);
    }
    await this.#raise(job, vcl, vcl.state);
  }

  async #raise(job: Job, vcl: Vcl, state: VclState): Promise<void> {
    // It has not been told yet that it was to go cold.
    if (vcl.temperature === "busy") vcl.temperature = "warm";
    if (vcl.temperature === "warm") return;
    const failed = (text: string): CommandFailure =>
      new CommandFailure(
        300,
        `Failed <vcl.state ${vcl.name} ${state}>\nMessage:\n\t${text.replaceAll("\n", "\n\t")}`,
      );
    if (vcl.temperature === "cooling") {
      throw failed(`VCL ${vcl.name} is waiting for:${vcl.holds.map((hold) => `\n- ${hold}`).join("")}`);
    }
    const task = new Housekeeping("vcl_init", vcl, this.#services, job);
    try {
      await warmVcl(vcl, task);
    } catch (error) {
      throw failed(error instanceof Error ? error.message : String(error));
    } finally {
      task.finish();
    }
  }

  async #lower(job: Job, vcl: Vcl): Promise<void> {
    if (vcl.temperature !== "warm" && vcl.temperature !== "busy") return;
    if (vcl.busy > 0) {
      vcl.temperature = "busy";
      return;
    }
    const task = new Housekeeping("vcl_fini", vcl, this.#services, job);
    await coolVcl(vcl, task);
    task.finish();
  }

  /** A VCL that registered directors in vcl_init which depend on it has to be warm. */
  #refuseColdDependents(job: Job, vcl: Vcl): void {
    const names = vcl.state === "cold" ? dependents(job, vcl, []) : [];
    if (names.length === 0) return;
    throw new CommandFailure(300, `VCL ${vcl.name} cannot stay cold, ${dependOnIt(names)}`);
  }

  #refuseDependents(job: Job, doomed: readonly Vcl[]): void {
    const others = this.#all().filter((vcl) => !doomed.includes(vcl));
    for (const vcl of doomed) {
      const names = dependents(job, vcl, others);
      if (names.length > 0)
        throw new CommandFailure(300, `Cannot discard VCL program ${vcl.name}, ${dependOnIt(names)}`);
    }
  }

  #all(): Vcl[] {
    return [...this.table.vcls(), ...this.#doomed];
  }

  #refuseCold(job: Job, vcl: Vcl): void {
    if (vcl === this.table.active) throw new CommandFailure(300, "Cannot set the active VCL cold.");
    if (vcl.labels.size > 0) throw new CommandFailure(300, "A labeled VCL cannot be set cold");
    const names = dependents(job, vcl, this.#all());
    if (names.length > 0)
      throw new CommandFailure(300, `VCL ${vcl.name} cannot be set cold, ${dependOnIt(names)}`);
  }

  async #coolDown(job: Job, vcl: Vcl): Promise<void> {
    // Global directors can have come to depend on it at any time, without a command.
    if (this.#mayCool(vcl) && dependents(job, vcl, this.#all()).length === 0) await this.#lower(job, vcl);
    this.#review();
  }

  /** After every change: who may cool, and whose probes are to run. */
  #review(): void {
    const { activeVcl } = this.table;
    if (activeVcl && activeVcl !== this.#active) preferBackends(activeVcl);
    this.#active = activeVcl;
    this.#cooldowns.review(this.table.vcls(), (vcl) => this.#mayCool(vcl));
  }

  /** In state `auto`, a VCL is kept warm while it is active, has a label or names one. */
  #mayCool(vcl: Vcl): boolean {
    const { state, temperature, labels, uses, discarded } = vcl;
    const needed = vcl === this.table.active || labels.size > 0 || uses.size > 0;
    return state === "auto" && temperature === "warm" && !discarded && !needed;
  }
}

function dependOnIt(names: readonly string[]): string {
  const listed = names.slice(0, 5).map((name) => `\n\t${name}`);
  return `global directors depend on it:${listed.join("")}${names.length > 5 ? "\n\t[...]" : ""}`;
}
