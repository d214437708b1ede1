import type { BodySource } from "../body/body.js";
import { WholeBody } from "../body/whole-body.js";
import type { NukeBudget } from "../cache/cache.js";
import type { CachedObject } from "../cache/cached-object.js";
import { noTraffic } from "../backend/fetch-traffic.js";
import type { BodyFraming } from "../backend/transport.js";
import type { Action, BackendTransaction, FetchInput } from "../task.js";
import type { BackendSub, LoadedVcl } from "../vcl/loaded-vcl.js";
import { canHaveBody, type HttpHeaders } from "../http/index.js";
import { makeBereq, type FetchMode } from "./backend/make-bereq.js";
import { filteredRequestBody } from "./backend/request-filters.js";
import type { RequestTask } from "./request-task.js";
import type { RequestBody } from "./request-body.js";
import { Transaction } from "./transaction.js";
import { BackendResponseVariables } from "./variables/beresp.js";
import type { BackendRequestVariables } from "./variables/bereq.js";
import { ObjectVariables } from "./variables/obj.js";
import { computeFreshness } from "./ttl.js";

/** One fetch from a backend, retries included (Varnish's busyobj). It may outlive the request that started it. */
export class FetchTask extends Transaction implements BackendTransaction {
  readonly kind = "backend";
  protected readonly side = "b";
  readonly mode: FetchMode;
  readonly bereq: BackendRequestVariables;
  readonly beresp: BackendResponseVariables;
  /** Bytes that went over the wire for it, of all tries. */
  readonly traffic = noTraffic();
  /** What is being made. */
  readonly object: CachedObject;
  /** An expired object that the backend may confirm. */
  readonly stale: CachedObject | undefined;
  readonly sess: { readonly xid: number };
  /** The text of a BackendClose record that waits for the filters. */
  private heldClose: string | undefined;
  private holdsClose = false;
  /** VCL has given the response up (std.rollback): nothing can be made of it. */
  responseDropped = false;
  /** How the end of the response body is told. */
  framing: BodyFraming = "none";
  /** What it may do to find room for the object. */
  readonly nukes: NukeBudget;
  /** The response body, until it is read or given up. */
  body: BodySource | undefined;
  private readonly vcl0: LoadedVcl | undefined;
  private readonly bereq0: { readonly http: HttpHeaders; readonly url: string; readonly method: string };
  private readonly requestBody: RequestBody | undefined;
  private readonly abort = new AbortController();
  private staleVariables: ObjectVariables | undefined;

  constructor(request: RequestTask, object: CachedObject, stale: CachedObject | undefined, mode: FetchMode) {
    const { core } = request;
    super(core, request.parties, request.vcl, core.params.workspace_backend, request.client.ownIdentity);
    request.vcl.retain();
    // After a dispatch: the backend may be one of the VCL that the request came in on, and the fetch may outlive the request (S4-97).
    this.vcl0 = request.vcl0;
    this.vcl0?.retain();
    this.mode = mode;
    this.nukes = { left: core.params.nuke_limit };
    this.object = object;
    object.xid = core.nextXid();
    this.stale = stale;
    this.sess = { xid: request.sess.xid };
    this.bereq = makeBereq(request, mode, this);
    this.bereq0 = { http: this.bereq.http.clone(), url: this.bereq.url, method: this.bereq.method };
    this.beresp = new BackendResponseVariables(
      this,
      mode === "pass" || request.req.is_hitpass,
      core.params.transit_buffer,
    );
    this.bereq.beresp = this.beresp;
    // Only a pass sends the body on, or a miss that VCL made of a request with one: the cacheable method is GET.
    this.requestBody = mode !== "background" && request.body.present ? request.body : undefined;
  }

  get xid(): number {
    return this.object.xid;
  }

  get obj_stale(): ObjectVariables {
    if (!this.stale) throw new Error(`no obj_stale in ${this.method}`);
    return (this.staleVariables ??= new ObjectVariables(this.stale, this.now));
  }

  /** Whether there is a request body to send. */
  get hasRequestBody(): boolean {
    return this.requestBody !== undefined && !this.bereq.bodyDropped;
  }

  /** Whether the request body, if there is one, can be sent (again). */
  get canSendBody(): boolean {
    return !this.hasRequestBody || (this.requestBody?.available ?? true);
  }

  /** Bytes of the request body, where they are known for sure. */
  get requestLength(): number | undefined {
    return this.hasRequestBody ? this.requestBody?.keptLength : undefined;
  }

  get fetchInput(): FetchInput {
    const { bereq } = this;
    const bodyToSend = (): FetchInput["body"] => this.bodyToSend();
    return {
      get body() {
        return bodyToSend();
      },
      traffic: this.traffic,
      unconditional: !this.stale && !this.object.isPrivate,
      signal: this.abort.signal,
      connectTimeout: bereq.connectTimeout.own,
      firstByteTimeout: bereq.firstByteTimeout.own,
      betweenBytesTimeout: bereq.betweenBytesTimeout.own,
    };
  }

  private bodyToSend(): BodySource | Uint8Array | undefined {
    const body = this.hasRequestBody ? this.requestBody?.source() : undefined;
    const { filters } = this.bereq;
    if (body === undefined || filters === undefined || filters === "") return body;
    return filteredRequestBody(this, body instanceof Uint8Array ? new WholeBody(body) : body, filters);
  }

  rollback(): void {
    if (this.body) {
      this.discardBody();
      this.responseDropped = true;
    }
    this.bereq.restore(this.bereq0.http, this.bereq0);
    this.workspace.reset({ used: 0, overflowed: false });
    this.endPrivs();
  }

  rfcTtl(): void {
    const { beresp } = this;
    const { freshness, record } = computeFreshness(beresp.http, beresp.status, this.now, this.core.params);
    beresp.freshness = freshness;
    this.log("TTL", record);
  }

  /** Whether the backend's response has a body that is for somebody. */
  get hasBody(): boolean {
    const { body, bereq, beresp } = this;
    return body !== undefined && body.length !== 0 && bereq.method !== "HEAD" && canHaveBody(beresp.status);
  }

  /** Runs a method sub. Whatever goes wrong in it is the action `fail`. */
  async run(sub: BackendSub): Promise<Action> {
    this.enter(sub);
    // Once there is a response, the clock stands still at its arrival: what VCL reads of its ttl is what the backend said.
    this.now = sub === "vcl_backend_fetch" ? this.core.host.now() : this.beresp.time;
    try {
      return await this.leave(this.vcl.subs[sub](this));
    } catch (error) {
      return this.ended(this.caught(error));
    }
  }

  /** Its clock is set by {@link run}, and stands still meanwhile. */
  override waited(): void {
    // Nothing is read anew.
  }

  /** Gives up a response body that is not going to be read. */
  discardBody(): void {
    const { body } = this;
    this.body = undefined;
    body?.cancel();
  }

  /** The client that this fetch is for has no use for it any more. */
  cancel(): void {
    if (this.object.state !== "finished") this.abort.abort();
  }

  get cancelled(): boolean {
    return this.abort.signal.aborted;
  }

  override log(tag: string, text: string): void {
    if (this.holdsClose && tag === "BackendClose") this.heldClose = text;
    else super.log(tag, text);
  }

  /** The connection may be free before the filters are through; the log has its end behind theirs. */
  holdClose(): void {
    this.holdsClose = true;
  }

  releaseClose(): void {
    this.holdsClose = false;
    if (this.heldClose !== undefined) super.log("BackendClose", this.heldClose);
    this.heldClose = undefined;
  }

  private account(): void {
    if (this.silent) return;
    const { sentHead, sentBody, head, body } = this.traffic;
    this.log("BereqAcct", `${sentHead} ${sentBody} ${sentHead + sentBody} ${head} ${body} ${head + body}`);
  }

  /** The records that a transaction begins with, and one for each change of bereq from now on. */
  logRequest(): void {
    const { bereq } = this;
    const records = this.messageRecords("Bereq");
    records?.request(bereq, bereq.http.lines);
    bereq.http.log = records;
  }

  /** The records of what beresp is now, and one for each of its changes from now on. */
  logResponse(): void {
    const { beresp } = this;
    const records = this.messageRecords("Beresp");
    records?.response(beresp, beresp.http.lines);
    beresp.http.log = records;
  }

  /** Lets go of everything the fetch holds. */
  finish(): void {
    this.endPrivs();
    this.account();
    this.log("End", "");
    this.bereq.backend = undefined;
    this.vcl.release();
    this.vcl0?.release();
  }
}
