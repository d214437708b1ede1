import type { RequestTask } from "./request-task.js";

/**
 * The body of a request. It can be read once, as it comes from the client; kept (std.cache_req_body), any number of times.
 */
export class RequestBody {
  /** It could not be read, or was larger than VCL allows to keep: the request is answered with 400. */
  broken = false;
  private readonly task: RequestTask;
  private kept: Uint8Array | undefined;
  private taken = false;

  constructor(task: RequestTask) {
    this.task = task;
  }

  get present(): boolean {
    return this.task.exchange.body !== undefined;
  }

  /** Whether a fetch can send it (again). */
  get available(): boolean {
    return !this.present || this.kept !== undefined || !this.taken;
  }

  /** Bytes of a body that was kept. */
  get keptLength(): number | undefined {
    return this.kept?.length;
  }

  /** Reads and keeps at most `limit` bytes; false when there are more, or when it has been read already. */
  async keep(limit: number): Promise<boolean> {
    if (this.kept || !this.present) return true;
    if (this.taken) return false;
    const chunks: Uint8Array[] = [];
    let length = 0;
    try {
      for await (const chunk of this.stream()) {
        length += chunk.length;
        if (length > limit) return this.tooLarge(limit);
        chunks.push(chunk);
      }
    } catch {
      this.broken = true;
      return false;
    }
    this.kept = joined(chunks, length);
    return true;
  }

  private tooLarge(limit: number): false {
    this.broken = true;
    this.task.log("FetchError", `Request body larger than ${limit} bytes`);
    return false;
  }

  /** For sending to a backend. */
  source(): Uint8Array | AsyncIterable<Uint8Array> | undefined {
    return this.kept ?? (this.present ? this.stream() : undefined);
  }

  /** Tells a client that waits for it to send the body. */
  invite(): void {
    if (!this.task.wants100) return;
    this.task.wants100 = false;
    this.task.exchange.continue?.();
  }

  private async *stream(): AsyncGenerator<Uint8Array> {
    this.taken = true;
    this.invite();
    yield* this.task.exchange.body ?? [];
  }
}

function joined(chunks: readonly Uint8Array[], length: number): Uint8Array {
  const whole = new Uint8Array(length);
  let offset = 0;
  for (const chunk of chunks) {
    whole.set(chunk, offset);
    offset += chunk.length;
  }
  return whole;
}
