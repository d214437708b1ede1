import type { SpanContext } from "@opentelemetry/api";

/** A trace that a request belongs to, as W3C's Trace Context has it in `traceparent`; undefined where the text is none. */
export function readTraceparent(text: string | undefined): SpanContext | undefined {
  const form = /^\s*([0-9a-f]{2})-([0-9a-f]{32})-([0-9a-f]{16})-([0-9a-f]{2})(-.*)?\s*$/;
  const [, version, traceId, spanId, flags, more] = form.exec(text ?? "") ?? [];
  if (traceId === undefined || spanId === undefined || version === "ff") return undefined;
  // More fields are for versions to come.
  if (version === "00" && more !== undefined) return undefined;
  if (/^0+$/.test(traceId) || /^0+$/.test(spanId)) return undefined;
  return { traceId, spanId, traceFlags: parseInt(flags as string, 16) & 1, isRemote: true };
}

/** The same the other way. */
export function traceparent({ traceId, spanId, traceFlags }: SpanContext): string {
  return `00-${traceId}-${spanId}-${(traceFlags & 1).toString(16).padStart(2, "0")}`;
}
