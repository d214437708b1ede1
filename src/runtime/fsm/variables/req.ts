import { hashBlob, hashKey } from "../../cache/hash-key.js";
import type { LookupFound, LookupRequest } from "../../cache/lookup.js";
import type { Stevedore } from "../../cache/stevedore.js";
import type { Director } from "../../director/director.js";
import { allowsGzip } from "../../http/accept-encoding.js";
import type { HttpHeaders } from "../../http/index.js";
import type { Req } from "../../task.js";
import type { Blob } from "../../values/blob.js";
import { VclFailure } from "../../values/failure.js";
import { lineText, nonNegative } from "./checks.js";

/** What req needs to know besides what the client sent. */
export interface RequestSurroundings {
  readonly esiLevel: number;
  readonly sharesEncodings: boolean;
  /** What the listening socket has HTTP go over, where it is not the connection itself. */
  readonly transport: string | undefined;
  /** Whether there is a body that nobody has begun to read. */
  readonly hasUnreadBody: () => boolean;
}

/** `req`: the client's request as VCL has changed it, and what the look-up made of it. */
export class RequestVariables implements Req, LookupRequest {
  http: HttpHeaders;
  restarts = 0;
  xid: number;
  readonly time: number;
  readonly esi_level: number;
  readonly transport: string;
  esi = true;
  hash_always_miss = false;
  hash_ignore_busy = false;
  hash_ignore_vary = false;
  readonly sharesEncodings: boolean;
  is_hitmiss = false;
  is_hitpass = false;
  storage: Stevedore | undefined;
  trace = false;
  key = "";
  readonly found: LookupFound = { object: undefined, busy: undefined, stale: undefined };
  private filterList = "";
  private readonly hasUnreadBody: () => boolean;
  private line: { url: string; method: string; proto: string };
  private hashed: string | undefined;
  private hint: Director | undefined;
  private graceLimit = -1;
  private maxAge = -1;

  constructor(
    http: HttpHeaders,
    line: { url: string; method: string; proto: string },
    xid: number,
    time: number,
    { esiLevel, sharesEncodings, transport, hasUnreadBody }: RequestSurroundings,
  ) {
    this.esi_level = esiLevel;
    this.sharesEncodings = sharesEncodings;
    this.hasUnreadBody = hasUnreadBody;
    this.http = http;
    this.line = { url: line.url, method: line.method, proto: line.proto };
    this.xid = xid;
    this.time = time;
    this.transport = transport ?? (line.proto === "HTTP/2.0" ? "H2" : "http/1");
  }

  get url(): string {
    return this.line.url;
  }
  set url(value: string | undefined) {
    this.line.url = lineText("req.url", value, this.http, this.line.url);
  }

  get method(): string {
    return this.line.method;
  }
  set method(value: string | undefined) {
    this.line.method = lineText("req.method", value, this.http, this.line.method);
  }

  get proto(): string {
    return this.line.proto;
  }
  set proto(value: string | undefined) {
    this.line.proto = lineText("req.proto", value, this.http, this.line.proto);
  }

  get backend_hint(): Director | undefined {
    return this.hint;
  }
  /** The request keeps a reference, so that a director removed meanwhile still serves it. */
  set backend_hint(director: Director | undefined) {
    if (director === this.hint) return;
    director?.retain?.();
    this.hint?.release?.();
    this.hint = director;
  }

  get can_gzip(): boolean {
    return allowsGzip(this.http.get("accept-encoding"));
  }

  get grace(): number {
    return this.graceLimit;
  }
  set grace(value: number | undefined) {
    this.graceLimit = value === undefined ? -1 : nonNegative(value);
  }

  get max_age(): number {
    return this.maxAge;
  }
  set max_age(value: number | undefined) {
    this.maxAge = value === undefined ? -1 : nonNegative(value);
  }

  get ttl(): number {
    return this.maxAge;
  }
  set ttl(value: number | undefined) {
    this.max_age = value;
  }

  get filters(): string {
    return this.filterList;
  }
  set filters(list: string | undefined) {
    if (!this.hasUnreadBody()) throw new VclFailure("req.filters not settable");
    this.filterList = list ?? "";
  }

  /** No filters: what every vcl_recv starts with. */
  forgetFilters(): void {
    this.filterList = "";
  }

  /** What vcl_hash has put together; undefined before it has run. */
  get hashInput(): string | undefined {
    return this.hashed;
  }
  set hashInput(input: string) {
    this.hashed = input;
    this.key = hashKey(input);
  }

  get hash(): Blob | undefined {
    return this.hashed === undefined ? undefined : hashBlob(this.hashed);
  }

  /** Puts back everything that vcl_recv starts with (state-machine: recv, preparation); `traced`: the parameter says that steps are logged. */
  prepare(defaultBackend: Director | undefined, traced: boolean): void {
    this.backend_hint = defaultBackend;
    this.maxAge = this.graceLimit = -1;
    this.esi = true;
    this.hash_always_miss = this.hash_ignore_busy = this.hash_ignore_vary = false;
    this.storage = undefined;
    this.trace = traced;
  }

  /** Headers, URL, method and protocol as the client sent them. */
  restore(http: HttpHeaders, line: { url: string; method: string; proto: string }): void {
    this.http.replaceWith(http);
    this.line = { url: line.url, method: line.method, proto: line.proto };
    this.filterList = "";
  }
}
