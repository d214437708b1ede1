import type { BodySink, BodySource } from "./body.js";
import type { DeliveryTail } from "./delivery-tail.js";
import { pump, type FilterChain } from "./filter-chain.js";

/** A body as it comes out of filters, whose tail is a {@link DeliveryTail}. */
export class FilteredBody implements BodySource {
  readonly length: number | undefined;
  private readonly source: BodySource;
  private readonly chain: FilterChain;
  private readonly tail: DeliveryTail;
  private readonly failed: (problem: unknown) => void;
  private running: Promise<void> | undefined;

  /** `failed` learns why the body broke off; `length` are the bytes that come out, where they are known. */
  constructor(
    source: BodySource,
    chain: FilterChain,
    tail: DeliveryTail,
    failed: (problem: unknown) => void = () => undefined,
    length?: number,
  ) {
    this.source = source;
    this.chain = chain;
    this.tail = tail;
    this.failed = failed;
    this.length = length;
  }

  /** Begins with what there is: answers with all that comes out where nothing has to be waited for, with itself otherwise. */
  begin(): readonly Uint8Array[] | this {
    if (!this.source.whole) return this;
    try {
      this.running = pump(this.source, this.chain) ?? undefined;
    } catch (problem) {
      // Whoever reads it learns of it, behind what came before.
      this.running = Promise.reject(problem instanceof Error ? problem : new Error(String(problem)));
    }
    if (!this.running) return this.tail.take();
    this.running.catch(() => undefined);
    return this;
  }

  async pipe(sink: BodySink): Promise<void> {
    this.tail.open(sink);
    try {
      this.running ??= pump(this.source, this.chain) ?? undefined;
      await this.tail.flush();
      await this.running;
      await this.tail.end();
    } catch (problem) {
      this.failed(problem);
      // What came before is good.
      await this.tail.flush();
      throw problem;
    }
  }

  cancel(): void {
    this.tail.close();
    this.source.cancel();
    if (!this.running) this.chain.abandon();
  }
}
