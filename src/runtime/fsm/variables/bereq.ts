import { hashBlob } from "../../cache/hash-key.js";
import type { Director } from "../../director/director.js";
import type { HttpHeaders } from "../../http/index.js";
import type { Parameters } from "../../parameters.js";
import type { Bereq } from "../../task.js";
import type { Blob } from "../../values/blob.js";
import { lineText, nonNegative } from "./checks.js";

/** What a fetch takes over from the request that started it, and keeps. */
export interface BereqOrigin {
  /** What vcl_hash put together. */
  readonly hashInput: string | undefined;
  readonly isBackground: boolean;
  readonly isHitmiss: boolean;
  readonly isHitpass: boolean;
  readonly isPass: boolean;
  readonly time: number;
}

interface RequestLine {
  /** HTTP/1.1 unless given. */
  readonly proto?: string;
  readonly url: string;
  readonly method: string;
}

/** `bereq`: what the backend will get. */
export class BackendRequestVariables implements Bereq {
  readonly http: HttpHeaders;
  xid: number;
  retries = 0;
  retry_connect = true;
  trace = false;
  filters: string | undefined = "";
  /** VCL has taken the body away (`unset bereq.body`). */
  bodyDropped = false;
  readonly connectTimeout = new Timeout("connect_timeout");
  readonly firstByteTimeout = new Timeout("first_byte_timeout");
  readonly betweenBytesTimeout = new Timeout("between_bytes_timeout");
  readonly taskDeadline = new Timeout("pipe_task_deadline");
  /** What the fetch has for a response; a pipe has none. */
  beresp: { readonly uncacheable: boolean } | undefined;
  private readonly origin: BereqOrigin;
  private readonly params: Parameters;
  private line: { url: string; method: string; proto: string };
  private director: Director | undefined;

  constructor(http: HttpHeaders, line: RequestLine, xid: number, origin: BereqOrigin, params: Parameters) {
    this.http = http;
    this.line = { proto: "HTTP/1.1", ...line };
    this.xid = xid;
    this.origin = origin;
    this.params = params;
  }

  get url(): string {
    return this.line.url;
  }
  set url(value: string | undefined) {
    this.line.url = lineText("bereq.url", value, this.http, this.line.url);
  }

  get method(): string {
    return this.line.method;
  }
  set method(value: string | undefined) {
    this.line.method = lineText("bereq.method", value, this.http, this.line.method);
  }

  get proto(): string {
    return this.line.proto;
  }
  set proto(value: string | undefined) {
    this.line.proto = lineText("bereq.proto", value, this.http, this.line.proto);
  }

  get backend(): Director | undefined {
    return this.director;
  }
  /** The fetch keeps a reference, so that a director removed meanwhile still serves it. */
  set backend(director: Director | undefined) {
    if (director === this.director) return;
    director?.retain?.();
    this.director?.release?.();
    this.director = director;
  }

  get body(): undefined {
    return undefined;
  }
  set body(_: undefined) {
    this.bodyDropped = true;
  }

  get connect_timeout(): number {
    return this.connectTimeout.get(this.params);
  }
  set connect_timeout(value: number | undefined) {
    this.connectTimeout.set(value);
  }

  get first_byte_timeout(): number {
    return this.firstByteTimeout.get(this.params);
  }
  set first_byte_timeout(value: number | undefined) {
    this.firstByteTimeout.set(value);
  }

  get between_bytes_timeout(): number {
    return this.betweenBytesTimeout.get(this.params);
  }
  set between_bytes_timeout(value: number | undefined) {
    this.betweenBytesTimeout.set(value);
  }

  get task_deadline(): number {
    return this.taskDeadline.get(this.params);
  }
  set task_deadline(value: number | undefined) {
    this.taskDeadline.set(value);
  }

  get hash(): Blob | undefined {
    return this.origin.hashInput === undefined ? undefined : hashBlob(this.origin.hashInput);
  }
  get is_bgfetch(): boolean {
    return this.origin.isBackground;
  }
  get is_hitmiss(): boolean {
    return this.origin.isHitmiss;
  }
  get is_hitpass(): boolean {
    return this.origin.isHitpass;
  }
  get time(): number {
    return this.origin.time;
  }
  /** One with `beresp.uncacheable`: the built-in VCL leaves times alone once either is set. */
  get uncacheable(): boolean {
    return this.beresp?.uncacheable ?? this.origin.isPass;
  }

  /** What a retry starts anew (state-machine: retry). */
  forgetTimeouts(): void {
    this.connectTimeout.set(undefined);
    this.firstByteTimeout.set(undefined);
    this.betweenBytesTimeout.set(undefined);
  }

  /** As the fetch began. */
  restore(http: HttpHeaders, line: RequestLine): void {
    this.http.replaceWith(http);
    this.line = { url: line.url, method: line.method, proto: "HTTP/1.1" };
    this.filters = "";
  }
}

/** A time-out in seconds that VCL may set; unset, it reads as the parameter. */
class Timeout {
  /** As VCL set it. */
  own: number | undefined;
  private readonly parameter: keyof Parameters;

  constructor(parameter: keyof Parameters) {
    this.parameter = parameter;
  }

  get(params: Parameters): number {
    return this.own ?? params[this.parameter];
  }

  set(value: number | undefined): void {
    this.own = value === undefined ? undefined : nonNegative(value);
  }
}
