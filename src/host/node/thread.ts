import { parentPort, Worker, workerData } from "node:worker_threads";

interface Question<Job> {
  readonly id: number;
  readonly job: Job;
}

type Answer<Result> =
  { readonly id: number; readonly result: Result } | { readonly id: number; readonly thrown: string };

interface Waiting<Result> {
  resolve(result: Result): void;
  reject(reason: Error): void;
}

/** A thread ended over a job: it was stopped or ended itself, or something threw that nobody caught. */
export class ThreadEnd extends Error {
  override readonly name = "ThreadEnd";
  /** What was thrown; undefined: nothing. */
  readonly thrown: string | undefined;

  constructor(thrown?: string) {
    super(`the thread ended: ${thrown ?? "it was stopped"}`);
    this.thrown = thrown;
  }
}

/** A thread that does jobs one after the other, off the event loop that serves requests. Keeps no process alive while it is idle. */
export class Thread<Job, Result> {
  readonly #entry: string;
  readonly #data: unknown;
  readonly #waiting = new Map<number, Waiting<Result>>();
  #worker: Worker | undefined;
  #count = 0;

  /** `entry` is the file that calls `serveThread`, which gets `data`. Job, data and result are plain: they are copied. */
  constructor(entry: string, data: unknown) {
    this.#entry = entry;
    this.#data = data;
  }

  /** Starts it before there is a job, so that the first does not wait for that. */
  start(): void {
    this.#running();
  }

  /**
   * `moved` is memory of the job that is handed over without a copy. Rejects when the job threw, or with a ThreadEnd when the thread ended over it;
   * the next job gets a new thread then.
   */
  run(job: Job, moved: readonly ArrayBuffer[] = []): Promise<Result> {
    return new Promise((resolve, reject) => {
      const worker = this.#running();
      const id = this.#count++;
      this.#waiting.set(id, { resolve, reject });
      worker.ref();
      worker.postMessage({ id, job } satisfies Question<Job>, moved);
    });
  }

  /** Ends the thread; a job that is under way is not finished. */
  async stop(): Promise<void> {
    await this.#worker?.terminate();
  }

  #running(): Worker {
    if (this.#worker) return this.#worker;
    const worker = new Worker(this.#entry, { workerData: this.#data });
    worker.unref();
    worker.on("message", (answer: Answer<Result>) => this.#answered(worker, answer));
    worker.on("error", (error) =>
      this.#ended(worker, error instanceof Error ? error.message : String(error)),
    );
    worker.on("exit", () => this.#ended(worker));
    this.#worker = worker;
    return worker;
  }

  #answered(worker: Worker, answer: Answer<Result>): void {
    const waiting = this.#waiting.get(answer.id);
    this.#waiting.delete(answer.id);
    if (this.#waiting.size === 0) worker.unref();
    if ("result" in answer) waiting?.resolve(answer.result);
    else waiting?.reject(new Error(answer.thrown));
  }

  #ended(worker: Worker, thrown?: string): void {
    if (this.#worker !== worker) return;
    this.#worker = undefined;
    for (const { reject } of this.#waiting.values()) reject(new ThreadEnd(thrown));
    this.#waiting.clear();
  }
}

/** The other side, in the file that a Thread is started with: `prepare` gets the thread's data and answers with what does a job. */
export function serveThread<Data, Job, Result>(
  prepare: (data: Data) => (job: Job) => Result | Promise<Result>,
): void {
  const run = prepare(workerData as Data);
  const answer = async ({ id, job }: Question<Job>): Promise<void> => {
    try {
      const result = await run(job);
      parentPort?.postMessage({ id, result } satisfies Answer<Result>, movable(result));
    } catch (error) {
      const thrown = error instanceof Error ? error.message : String(error);
      parentPort?.postMessage({ id, thrown } satisfies Answer<Result>);
    }
  };
  parentPort?.on("message", (question: Question<Job>) => void answer(question));
}

/** What of an answer is handed over without a copy: the memory of its arrays of bytes, which are its own. */
function movable(result: unknown): ArrayBuffer[] {
  if (typeof result !== "object" || result === null) return [];
  const parts: unknown[] = Object.values(result);
  const inside = parts.flatMap((part): unknown[] =>
    typeof part === "object" && part !== null && !ArrayBuffer.isView(part) ? Object.values(part) : [part],
  );
  const views = inside.filter((value) => ArrayBuffer.isView(value));
  return [...new Set(views.map(({ buffer }) => buffer as ArrayBuffer))];
}
