import type { BodySink, BodySource } from "../body/body.js";
import { DeliveryTail } from "../body/delivery-tail.js";
import { openChain } from "../body/filter-chain.js";
import { FilteredBody } from "../body/filtered-body.js";
import { UnknownFilter } from "../body/filter-registry.js";
import { transientName } from "../cache/storages.js";
import { fetchContext } from "./fetch-context.js";
import type { RequestTask } from "./request-task.js";

/**
 * The body of a request. It can be read once, as it comes from the client; kept (std.cache_req_body), any number of times.
 */
export class RequestBody {
  /** It could not be read, or was larger than VCL allows to keep: the request is answered with 400. */
  broken = false;
  private readonly task: RequestTask;
  /** The whole body, once it was asked to be kept. */
  kept: Uint8Array | undefined;
  private taken = false;
  /** It is being read to be kept. */
  private keeps = false;

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

  /** Whether it is still to be read, so that filters can be put before it (`req.filters`). */
  get unread(): boolean {
    return this.present && this.kept === undefined && !this.taken;
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
    this.keeps = true;
    this.task.log("Storage", `malloc ${transientName}`);
    const write = (chunk: Uint8Array): void => {
      length += chunk.length;
      if (length > limit) throw new Error("Request body too big to cache");
      chunks.push(chunk);
    };
    try {
      await (this.source() as BodySource).pipe({ write });
    } catch (error) {
      this.broken = true;
      this.task.exchange.session.closing = "RX_BODY";
      this.task.log("FetchError", error instanceof Error ? error.message : String(error));
      return false;
    }
    this.kept = joined(chunks, length);
    this.stateLength(length);
    return true;
  }

  /** What is kept has a length, however it came. */
  private stateLength(length: number): void {
    const { http } = this.task.req;
    if (!http.has("transfer-encoding")) return;
    http.unset("transfer-encoding");
    http.set("Content-Length", String(length));
  }

  /** For sending to a backend. */
  source(): Uint8Array | BodySource | undefined {
    const { body } = this.task.exchange;
    if (this.kept || !body) return this.kept;
    const raw: BodySource = {
      length: body.length,
      pipe: (sink: BodySink) => {
        this.taken = true;
        if (!this.keeps) this.task.log("Storage", `malloc ${transientName}`);
        this.invite();
        return body.pipe(sink).then(() => this.task.timestamp("ReqBody"));
      },
      cancel: () => body.cancel(),
    };
    const { filters } = this.task.req;
    return filters === undefined || filters === "" ? raw : this.filtered(raw, filters);
  }

  /** As in Varnish the filters see and change a copy of the headers: what the backend is told of the encoding is for VCL to say. */
  private filtered(raw: BodySource, list: string): BodySource {
    const { req, vcl } = this.task;
    const kinds = vcl.filters.fetch.parse(list);
    if (kinds instanceof UnknownFilter) throw new Error(kinds.message);
    const tail = new DeliveryTail();
    const context = fetchContext(this.task, { http: req.http.clone(), status: 200, url: req.url });
    return new FilteredBody(raw, openChain(kinds, context, tail), tail);
  }

  /** Tells a client that waits for it to send the body. */
  invite(): void {
    if (!this.task.expectsContinue) return;
    this.task.expectsContinue = false;
    if (this.task.exchange.continue) this.task.logResponse(100, "Continue", []);
    this.task.exchange.continue?.();
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
