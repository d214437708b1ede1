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
  private started = false;

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

  async pipe(sink: BodySink): Promise<void> {
    this.started = true;
    this.tail.open(sink);
    try {
      await pump(this.source, this.chain);
    } catch (problem) {
      this.failed(problem);
      throw problem;
    }
  }

  cancel(): void {
    this.tail.close();
    this.source.cancel();
    if (!this.started) this.chain.abandon();
  }
}
