import { ifRangeAllows } from "../http/conditions.js";
import {
  contentRange,
  mergedRanges,
  parseRange,
  parseRanges,
  rangeOf,
  unsatisfiedRange,
  type ByteRange,
  type RangeProblem,
} from "../http/range.js";
import { FilterFailure, type BodyLink, type DeliveryContext, type FilterKind } from "./filter-kind.js";
import { MultipartRanges } from "./multipart-ranges.js";

/** `range`: cuts what a Range header asks for out of the body; 206, or 416 where that cannot be. */
export const rangeDelivery: FilterKind<DeliveryContext> = {
  name: "range",
  open(context, next) {
    const { request, http } = context;
    if (!request) {
      context.log("Debug", "RANGE_FAIL range can only be used on the client side");
      return "not needed";
    }
    const value = request.get("range");
    if (value === undefined || !ifRangeAllows(request.get("if-range"), http)) return "not needed";
    const ranges = rangesOf(value, context);
    if (ranges === "whole") return "not needed";
    if ("reason" in ranges) return refuse(context, ranges, next);
    const [only] = ranges;
    return ranges.length === 1 && only
      ? part(context, only, next)
      : MultipartRanges.open(context, ranges, next);
  },
};

/** The bytes that are asked for; more than one range only where the parameter allows that and the length is known. */
function rangesOf(
  value: string,
  { length, maxRanges }: DeliveryContext,
): readonly ByteRange[] | "whole" | RangeProblem {
  if (maxRanges < 2 || length === undefined || !value.includes(",")) {
    const range = parseRange(value);
    const bytes = "reason" in range ? range : rangeOf(range, length);
    return bytes === "whole" || "reason" in bytes ? bytes : [bytes];
  }
  const asked = parseRanges(value, maxRanges);
  if ("reason" in asked) return asked;
  const there: ByteRange[] = [];
  for (const range of asked) {
    const bytes = rangeOf(range, length);
    if (bytes === "whole") return bytes;
    if (!("reason" in bytes)) there.push(bytes);
  }
  return there.length > 0 ? mergedRanges(there) : { reason: "low range beyond object" };
}

function part(context: DeliveryContext, range: ByteRange, next: BodyLink): BodyLink {
  const { length } = context;
  context.http.add("Content-Range", contentRange(range, length));
  context.status = 206;
  if (length !== undefined) context.length = range.last - range.first + 1;
  return new RangeFilter(range, length !== undefined, next);
}

function refuse(context: DeliveryContext, problem: RangeProblem, next: BodyLink): BodyLink {
  context.log("Debug", `RANGE_FAIL ${problem.reason}`);
  const value = unsatisfiedRange(context.length);
  if (value !== undefined) context.http.add("Content-Range", value);
  context.status = 416;
  context.length = 0;
  return new RangeFilter({ first: 0, last: -1 }, true, next);
}

const knownEnds = new WeakMap<readonly Uint8Array[], Float64Array>();

/** Where each chunk of a body that is all there ends. A large one has thousands, and each range of it begins among them. */
function endsOf(chunks: readonly Uint8Array[]): Float64Array {
  const known = knownEnds.get(chunks);
  if (known?.length === chunks.length) return known;
  let end = 0;
  const ends = Float64Array.from(chunks, ({ length }) => (end += length));
  knownEnds.set(chunks, ends);
  return ends;
}

class RangeFilter implements BodyLink {
  private readonly next: BodyLink;
  private readonly mustFill: boolean;
  private toSkip: number;
  private left: number;

  constructor(range: ByteRange, mustFill: boolean, next: BodyLink) {
    this.next = next;
    this.mustFill = mustFill;
    this.toSkip = range.first;
    this.left = range.last - range.first + 1;
  }

  get satisfied(): boolean {
    return this.left === 0;
  }

  skip(chunks: readonly Uint8Array[]): number {
    const ends = endsOf(chunks);
    let [low, high] = [0, chunks.length];
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((ends[middle] as number) <= this.toSkip) low = middle + 1;
      else high = middle;
    }
    if (low > 0) this.toSkip -= ends[low - 1] as number;
    return low;
  }

  write(chunk: Uint8Array): void | Promise<void> {
    const skipped = Math.min(this.toSkip, chunk.length);
    this.toSkip -= skipped;
    const taken = Math.min(this.left, chunk.length - skipped);
    if (taken === 0) return;
    this.left -= taken;
    return this.next.write(taken === chunk.length ? chunk : chunk.subarray(skipped, skipped + taken));
  }

  flush(): void | Promise<void> {
    return this.next.flush?.();
  }

  end(): void | Promise<void> {
    if (this.left > 0 && this.mustFill)
      throw new FilterFailure("the body ended inside the range", "RANGE_SHORT");
    return this.next.end();
  }
}
