import { setImmediate } from "node:timers/promises";
import { builtFile } from "./built-file.js";
import type { OffLoopTask } from "./off-loop-jobs.js";
import { Thread } from "./thread.js";

/** Milliseconds after which a thread without work ends: its memory is given back. */
const patience = 10_000;
/** Bytes of a text that are copied between two turns of the loop: half a millisecond or so. */
const pieceLength = 1 << 19;

/** A job as it is asked for. */
type Question = Omit<OffLoopTask, "pieces"> & { readonly text: string };

/** A thread, while there is need of it, for jobs that would keep requests waiting. */
export class OffLoop {
  #thread: Thread<OffLoopTask, unknown> | undefined;
  #end: NodeJS.Timeout | undefined;
  #underWay = 0;

  /** Undefined in a checkout's sources, which no thread can run. */
  run(question: Question): Promise<unknown> | undefined {
    const entry = builtFile("host/node/off-loop-jobs.js");
    if (entry === undefined) return undefined;
    this.#thread ??= new Thread(entry, undefined);
    clearTimeout(this.#end);
    this.#underWay += 1;
    return this.#ask(this.#thread, question).finally(() => {
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

  async #ask(
    thread: Thread<OffLoopTask, unknown>,
    { text, job, variant, known }: Question,
  ): Promise<unknown> {
    const pieces: Uint8Array<ArrayBuffer>[] = [];
    for (let at = 0; at < text.length; at += pieceLength) {
      const piece = new Uint8Array(Math.min(pieceLength, text.length - at));
      Buffer.from(piece.buffer).write(text.slice(at, at + pieceLength), "latin1");
      pieces.push(piece);
      if (at + pieceLength < text.length) await setImmediate();
    }
    const task = { job, pieces, variant, known };
    return await thread.run(
      task,
      pieces.map(({ buffer }) => buffer),
    );
  }
}
