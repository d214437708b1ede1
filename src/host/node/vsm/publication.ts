import { join } from "node:path";
import type { Instance } from "../../../runtime/instance.js";
import type { ParameterStore } from "../../../runtime/command/index.js";
import { counterSets, managerSet } from "../../../runtime/vsc/instance-counters.js";
import { RecordBuffer } from "../../../runtime/vsl/record-buffer.js";
import type { LogFormat } from "../../../runtime/vsl/tags.js";
import { systemReason } from "../system-reason.js";
import { CounterFiles } from "./counter-files.js";
import { LogRing } from "./log-ring.js";
import { ReaderWatch } from "./reader-watch.js";
import { SharedMemory, type Arguments } from "./shared-memory.js";

/** When records are written: always, never, or while somebody reads them. */
export type LogMode = "on" | "off" | "auto";

export interface PublicationOptions {
  readonly folder: string;
  readonly identity: string;
  readonly format: LogFormat;
  readonly mode: LogMode;
  /** `vsl_space`: bytes of the log. */
  readonly space: number;
  /** Told in one line what cannot be written any more, and why. */
  readonly failed: (reason: string) => void;
}

/** Milliseconds that the beginning of a transaction waits for the rest, unless `debug=+syncvsl`. */
const patience = 200;
/** Milliseconds between two looks at counters, and at whether somebody reads the log. */
const counterInterval = 100;
const readerInterval = 1000;

/** What operators see of a process: its log and its counters in a `-n` directory. */
export class Publication {
  /** Where log records go. */
  readonly log: RecordBuffer;
  readonly #memory: SharedMemory;
  readonly #ring: LogRing;
  readonly #managerCounters: CounterFiles;
  readonly #childCounters: CounterFiles;
  readonly #watch: ReaderWatch | undefined;
  readonly #began = performance.now();
  readonly #timers: NodeJS.Timeout[] = [];
  readonly #failed: (reason: string) => void;
  #failure: string | undefined;
  #instance: Instance | undefined;
  #starts = 0;
  #stops = 0;

  constructor({ folder, identity, format, mode, space, failed }: PublicationOptions) {
    this.#failed = failed;
    this.#memory = new SharedMemory(folder, Date.now() / 1000, { identity });
    const { manager, child } = this.#memory;
    this.#managerCounters = new CounterFiles(manager);
    this.#childCounters = new CounterFiles(child);
    const file = child.newName("Log");
    this.#ring = new LogRing(child.pathOf(file), space, format);
    child.add({ file, offset: 0, length: space, category: "Log", ident: "Log" });
    this.log = new RecordBuffer({
      format,
      allocate: (size) => Buffer.allocUnsafeSlow(size),
      write: (bytes) => this.#ring.write(bytes),
      later: (flush, milliseconds) => void setTimeout(flush, milliseconds).unref(),
      now: () => performance.now(),
    });
    this.log.silent = mode !== "on";
    if (mode === "auto") this.#watch = new ReaderWatch(join(child.folder, "_.index"));
  }

  get folder(): string {
    return this.#memory.folder;
  }

  /** Tells more about how the process was started. */
  tell(told: Arguments): void {
    this.#memory.tell(told);
  }

  /** Shows the counters of an instance from now on. */
  start(instance: Instance): void {
    this.#instance = instance;
    this.#starts++;
    this.#goBy(instance.parameters);
    instance.parameters.changed = () => this.#goBy(instance.parameters);
    this.#publishCounters();
    this.#every(counterInterval, () => this.#publishCounters());
    if (this.#watch) this.#every(readerInterval, () => this.#lookForReaders());
  }

  /** The end: what was written is seen by those who read, then everything goes. */
  close(): void {
    for (const timer of this.#timers) clearInterval(timer);
    this.#stops++;
    this.log.flush(true);
    this.#publishCounters();
    this.#watch?.close();
    this.#managerCounters.close();
    this.#childCounters.close();
    this.#ring.close();
    this.#memory.close();
  }

  /** Parameters about the log can change at any time. */
  #goBy(parameters: ParameterStore): void {
    this.log.longest = Number(parameters.get("vsl_reclen"));
    this.log.patience = parameters.hasBit("debug", "syncvsl") ? 0 : patience;
    this.log.masked = parameters.maskedTags;
  }

  #every(milliseconds: number, run: () => void): void {
    this.#timers.push(setInterval(run, milliseconds).unref());
  }

  #lookForReaders(): void {
    this.log.silent = !this.#watch?.present(performance.now() / 1000);
  }

  /** A full disk costs counters and records, nothing else. */
  #publishCounters(): void {
    const uptime = (performance.now() - this.#began) / 1000;
    try {
      this.#managerCounters.publish([managerSet(uptime, this.#starts, this.#stops)]);
      if (!this.#instance) return;
      const log = new Map<string, number>(Object.entries(this.log.counters));
      log.set("uptime", uptime).set("shm_cycles", this.#ring.cycles);
      this.#childCounters.publish(counterSets(this.#instance, log));
      this.#note(this.#ring.failure);
    } catch (error) {
      this.#note(error);
    }
  }

  #note(error: unknown): void {
    const reason = error === undefined ? undefined : systemReason(error);
    if (reason === this.#failure) return;
    this.#failure = reason;
    if (reason !== undefined)
      this.#failed(`log and counters in ${this.#memory.folder} are not written: ${reason}`);
  }
}
