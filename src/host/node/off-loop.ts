import type { OffLoopAnswer } from "../../runtime/index.js";
import { builtFile } from "./built-file.js";
import type { OffLoopTask } from "./off-loop-jobs.js";
import { Thread } from "./thread.js";

/** Milliseconds after which a thread without work ends: its memory is given back. */
const patience = 10_000;

/** A thread, while there is need of it, for jobs that would keep requests waiting. */
export class OffLoop {
  #thread: Thread<OffLoopTask, OffLoopAnswer> | undefined;
  #end: NodeJS.Timeout | undefined;
  #underWay = 0;

  /** The memory of the task's bytes is handed over. Undefined in a checkout's sources, which no thread can run. */
  run(task: OffLoopTask): Promise<OffLoopAnswer> | undefined {
    const entry = builtFile("host/node/off-loop-jobs.js");
    if (entry === undefined) return undefined;
    this.#thread ??= new Thread(entry, undefined);
    clearTimeout(this.#end);
    this.#underWay += 1;
    return this.#thread.run(task, [task.bytes.buffer as ArrayBuffer]).finally(() => {
      this.#underWay -= 1;
      if (this.#underWay === 0) this.#end = setTimeout(() => void this.stop(), patience).unref();
    });
  }

  /** Ends the thread, with what it is doing. */
  async stop(): Promise<void> {
    clearTimeout(this.#end);
    const thread = this.#thread;
    this.#thread = undefined;
    await thread?.stop();
  }
}
