import type { Attributes, Context, Span, SpanContext, Tracer } from "@opentelemetry/api";
import type { LogSink, Propagation } from "../../../../runtime/index.js";
import { readTraceparent, traceparent } from "./trace-context.js";

/** What is used of the package `@opentelemetry/api`. */
export type TraceApi = Pick<
  typeof import("@opentelemetry/api"),
  "ROOT_CONTEXT" | "SpanKind" | "SpanStatusCode" | "createTraceState" | "trace"
>;

export interface TracingOptions {
  readonly api: TraceApi;
  readonly tracer: Tracer;
  /** Milliseconds since the epoch. */
  readonly now: () => number;
}

interface Open {
  readonly type: "bereq" | "req";
  readonly reason: string;
  readonly parent: Context | undefined;
  /** Milliseconds since the epoch. */
  start: number;
  end: number;
  /** What the client sent of its trace, until the span begins. */
  sent: { traceparent?: string; tracestate?: string };
  span: Span | undefined;
  /** That of the sub that runs. */
  sub: Span | undefined;
  vcl: string;
  readonly attributes: Attributes;
  failure: string | undefined;
}

/** Children whose beginning is waited for, and the context of whoever began them. */
const mostAwaited = 10_000;
/** Records that go with a span as its events. */
const eventTags = new Set(["VCL_Log", "VCL_Error", "Error", "FetchError"]);
const failures = new Set(["VCL_Error", "FetchError"]);
const types = new Set(["bereq", "req"]);

/**
 * Makes spans of log records: one for each request, for each request to a backend, and for each sub of VCL that these run. A request goes on with the
 * trace that its client names, and hands it on to backends.
 */
export class Tracing implements LogSink, Propagation {
  readonly #api: TraceApi;
  readonly #tracer: Tracer;
  readonly #now: () => number;
  readonly #open = new Map<number, Open>();
  readonly #awaited = new Map<number, Context>();

  constructor({ api, tracer, now }: TracingOptions) {
    this.#api = api;
    this.#tracer = tracer;
    this.#now = now;
  }

  record(xid: number, tag: string, text: string): void {
    if (xid === 0) return;
    if (tag === "Begin") return this.#begin(xid, text);
    const open = this.#open.get(xid);
    if (!open) return;
    switch (tag) {
      case "Timestamp":
        return noteTime(open, text);
      case "VCL_call":
        return this.#enter(xid, open, text);
      case "VCL_return":
        return this.#leave(open, text);
      case "Link":
        return this.#link(xid, open, text);
      case "End":
        return this.#end(xid, open);
      case "ReqHeader":
        if (!open.span) noteTrace(open, text);
        break;
    }
    this.#note(xid, open, tag, text);
  }

  fields(xid: number): readonly (readonly [string, string | undefined])[] {
    const open = this.#open.get(xid);
    if (!open) return [];
    const context = this.#spanOf(xid, open).spanContext();
    return [
      ["traceparent", traceparent(context)],
      ["tracestate", context.traceState?.serialize() || undefined],
    ];
  }

  #begin(xid: number, text: string): void {
    const [type = "", parent = "", reason = ""] = text.split(" ");
    if (!types.has(type)) return;
    const now = this.#now();
    this.#open.set(xid, {
      type: type as Open["type"],
      reason,
      parent: this.#awaited.get(xid) ?? this.#contextOf(Number(parent)),
      start: now,
      end: now,
      sent: {},
      span: undefined,
      sub: undefined,
      vcl: "",
      attributes: { "vclc.xid": xid, "vclc.reason": reason },
      failure: undefined,
    });
    this.#awaited.delete(xid);
  }

  /** What is begun next, here, is a part of this. */
  #link(xid: number, open: Open, text: string): void {
    const child = Number(text.split(" ")[1]);
    this.#awaited.set(child, this.#api.trace.setSpan(this.#api.ROOT_CONTEXT, this.#spanOf(xid, open)));
    if (this.#awaited.size <= mostAwaited) return;
    const [oldest] = this.#awaited.keys();
    if (oldest !== undefined) this.#awaited.delete(oldest);
  }

  #contextOf(xid: number): Context | undefined {
    const span = this.#open.get(xid)?.span;
    return span && this.#api.trace.setSpan(this.#api.ROOT_CONTEXT, span);
  }

  /** Begins the span, once what the client sent is known. */
  #spanOf(xid: number, open: Open): Span {
    if (open.span) return open.span;
    const { SpanKind } = this.#api;
    const kind =
      open.type === "bereq" ? SpanKind.CLIENT : open.reason === "rxreq" ? SpanKind.SERVER : SpanKind.INTERNAL;
    const method = open.attributes["http.request.method"];
    const name = typeof method === "string" ? method : open.type === "bereq" ? "fetch" : "request";
    const options = { kind, startTime: open.start };
    return (open.span = this.#tracer.startSpan(name, options, open.parent ?? this.#sentContext(open)));
  }

  #sentContext({ sent }: Open): Context {
    const { trace, ROOT_CONTEXT, createTraceState } = this.#api;
    const parent = readTraceparent(sent.traceparent);
    if (!parent) return ROOT_CONTEXT;
    const context: SpanContext =
      sent.tracestate === undefined ? parent : { ...parent, traceState: createTraceState(sent.tracestate) };
    return trace.setSpanContext(ROOT_CONTEXT, context);
  }

  #enter(xid: number, open: Open, call: string): void {
    const { trace, ROOT_CONTEXT } = this.#api;
    const context = trace.setSpan(ROOT_CONTEXT, this.#spanOf(xid, open));
    const attributes = { "vclc.vcl": open.vcl };
    open.sub?.end(this.#now());
    open.sub = this.#tracer.startSpan(
      `vcl_${call.toLowerCase()}`,
      { attributes, startTime: this.#now() },
      context,
    );
  }

  #leave(open: Open, action: string): void {
    open.sub?.setAttribute("vclc.return", action);
    open.sub?.end(this.#now());
    open.sub = undefined;
  }

  #note(xid: number, open: Open, tag: string, text: string): void {
    const name = attributeNames[tag];
    if (name !== undefined) open.attributes[name] = utf8(text);
    else if (tag === "ReqURL" || tag === "BereqURL") noteUrl(open, text);
    else if (tag === "RespStatus" || tag === "BerespStatus") open.attributes[status] = Number(text);
    else if (tag === "ReqStart") open.attributes["client.address"] = text.split(" ", 1)[0];
    else if (tag === "BackendOpen") open.attributes["vclc.backend"] = text.split(" ")[1];
    else if (tag === "VCL_use") open.vcl = text;
    if (!eventTags.has(tag)) return;
    (open.sub ?? this.#spanOf(xid, open)).addEvent(tag, { text: utf8(text) }, this.#now());
    if (failures.has(tag)) open.failure ??= utf8(text);
  }

  #end(xid: number, open: Open): void {
    this.#open.delete(xid);
    const span = this.#spanOf(xid, open);
    open.sub?.end(this.#now());
    const { attributes, failure } = open;
    span.setAttributes({ ...attributes, "vclc.vcl": open.vcl });
    const method = attributes["http.request.method"];
    if (typeof method === "string") span.updateName(method);
    if (failure !== undefined || Number(attributes[status]) >= 500) {
      const { ERROR: code } = this.#api.SpanStatusCode;
      span.setStatus(failure === undefined ? { code } : { code, message: failure });
    }
    span.end(open.end);
  }
}

const status = "http.response.status_code";

/** Records whose text is an attribute (OpenTelemetry's semantic conventions for HTTP). */
const attributeNames: Readonly<Record<string, string>> = {
  ReqMethod: "http.request.method",
  BereqMethod: "http.request.method",
};

function noteUrl({ attributes }: Open, url: string): void {
  const at = url.indexOf("?");
  attributes["url.path"] = utf8(at < 0 ? url : url.slice(0, at));
  if (at >= 0) attributes["url.query"] = utf8(url.slice(at + 1));
  else delete attributes["url.query"];
}

function noteTrace({ sent }: Open, header: string): void {
  const [, name = "", value = ""] = /^(traceparent|tracestate):\s*(.*)$/i.exec(header) ?? [];
  if (name !== "") sent[name.toLowerCase() as keyof typeof sent] = value;
}

function noteTime(open: Open, text: string): void {
  const [label, at] = text.split(" ");
  open.end = Number(at) * 1000;
  if (label === "Start:" && !open.span) open.start = open.end;
}

/** Texts of records are bytes. */
function utf8(bytes: string): string {
  return Buffer.from(bytes, "latin1").toString("utf8");
}
