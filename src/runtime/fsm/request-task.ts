import type { DeliveryAccounts } from "../body/filter-accounts.js";
import type { RecodedEncoding } from "../body/compression.js";
import { plainBody, type StoredBodyFacts } from "../body/filter-kind.js";
import type { CachedObject } from "../cache/cached-object.js";
import type { PurgeTimes } from "../cache/soft-purge.js";
import type { Core } from "../core.js";
import type { Exchange } from "../exchange.js";
import { preferredCoding } from "../http/accept-encoding.js";
import { HttpHeaders, noteConnection } from "../http/index.js";
import type { Action, Bereq, ClientTransaction, Obj, Priv, ReqTop, Resp, Sess } from "../task.js";
import { VclFailure } from "../values/failure.js";
import type { ClientSub, LoadedVcl, VclRef } from "../vcl/loaded-vcl.js";
import type { Include } from "./client/include.js";
import type { FetchTask } from "./fetch-task.js";
import { Parties } from "./parties.js";
import { Privs } from "./privs.js";
import { RequestBody } from "./request-body.js";
import { Transaction } from "./transaction.js";
import type { BackendRequestVariables } from "./variables/bereq.js";
import { ObjectVariables } from "./variables/obj.js";
import { RequestVariables } from "./variables/req.js";
import type { ResponseVariables } from "./variables/resp.js";
import { SessionVariables } from "./variables/sess.js";

/** One request of a client, from vcl_recv to the end of its delivery, restarts included. */
export class RequestTask extends Transaction implements ClientTransaction {
  readonly kind = "client";
  protected readonly side = "c";
  readonly exchange: Exchange;
  readonly req: RequestVariables;
  readonly body: RequestBody;
  /** Set where it stands for an ESI include. */
  readonly include: Include | undefined;
  /** The client's own request that it is part of; itself where it is no include. */
  readonly top: RequestTask;
  vcl0: LoadedVcl | undefined;
  switchTo: VclRef | undefined;
  late100Continue = false;
  /** Whether the client waits for `100 Continue`, and may be told. */
  expectsContinue: boolean;
  /** What is being delivered. */
  object: CachedObject | undefined;
  /** Whether it came out of the cache. */
  isHit = false;
  /** The fetch that this request waits for. */
  fetch: FetchTask | undefined;
  response: ResponseVariables | undefined;
  /** What went through the filters of the response, where that is wanted. */
  deliveryAccounts: DeliveryAccounts | undefined;
  /** What vcl_recv said, while vcl_hash runs. */
  afterHash: Action = "fail";
  pipeBereq: BackendRequestVariables | undefined;
  /** Its connection was joined with a backend's. */
  piped = false;
  private hashInput = "";
  private objVariables: ObjectVariables | undefined;
  private session: SessionVariables | undefined;
  private topPrivs: Privs | undefined;

  constructor(core: Core, exchange: Exchange, vcl: LoadedVcl, include?: Include) {
    super(core, new Parties(core, exchange.session), vcl, core.params.workspace_client);
    this.exchange = exchange;
    const http = HttpHeaders.from(exchange.fields, this.workspace, core.params.http_max_hdr);
    noteConnection(http);
    this.expectsContinue = http.get("expect")?.toLowerCase() === "100-continue";
    this.include = include;
    this.top = include?.parent.top ?? this;
    this.req = new RequestVariables(http, exchange, core.nextXid(), this.now, {
      esiLevel: include ? include.parent.req.esi_level + 1 : 0,
      sharesEncodings: core.params.http_gzip_support !== 0,
      transport: exchange.session.listener.transport?.name,
      hasUnreadBody: () => this.body.unread,
    });
    this.body = new RequestBody(this);
  }

  get xid(): number {
    return this.req.xid;
  }

  get req_top(): ReqTop {
    return this.top.req;
  }

  /** While vcl_pipe runs. */
  get bereq(): Bereq {
    if (!this.pipeBereq) throw new Error(`no bereq in ${this.method}`);
    return this.pipeBereq;
  }

  get resp(): Resp {
    if (!this.response) throw new Error(`no resp in ${this.method}`);
    return this.response;
  }

  get obj(): Obj {
    if (!this.object) throw new Error(`no obj in ${this.method}`);
    if (this.objVariables?.object !== this.object || this.method === "vcl_deliver") {
      const now = this.method === "vcl_hit" ? this.req.time : this.now;
      const hits = this.method === "vcl_deliver" && !this.isHit ? 0 : this.object.hits;
      this.objVariables = new ObjectVariables(this.object, now, hits);
    }
    return this.objVariables;
  }

  get sess(): Sess {
    return (this.session ??= new SessionVariables(this.exchange.session));
  }

  /** Accept-Encoding as the client sent it. */
  get clientEncodings(): string | undefined {
    const { lines, lowers } = this.exchange.fields;
    const at = lowers.indexOf("accept-encoding");
    return at < 0 ? undefined : lines[at]?.slice("accept-encoding:".length);
  }

  /** What the client likes better than gzip, where the parameters allow it. */
  get recoding(): RecodedEncoding | undefined {
    const { params, host } = this.core;
    if (!params.http_brotli_support && !params.http_zstd_support) return undefined;
    const allowed = host.compression.encodings.filter((encoding) =>
      encoding === "br" ? params.http_brotli_support : params.http_zstd_support,
    );
    return preferredCoding(this.clientEncodings ?? "", allowed);
  }

  /** What is known of the body that is delivered. */
  get bodyFacts(): StoredBodyFacts {
    return this.object?.facts ?? plainBody;
  }

  /** The records that a request begins with, and one for each of its changes from now on. */
  logRequest(): void {
    const records = this.messageRecords("Req");
    if (!records) return;
    const { clientEnd: client, listener } = this.exchange.session;
    this.log("ReqStart", `${client.address} ${client.port} ${listener.name}`);
    records.request(this.req, this.req.http.lines);
    this.req.http.log = records;
  }

  /** The records of a response that VCL never sees. */
  logResponse(status: number, reason: string, lines: readonly string[]): void {
    this.messageRecords("Resp")?.response({ proto: "HTTP/1.1", status, reason }, lines);
  }

  /** What went over the wire, counted and logged; after this the transaction has no more to say. */
  private account(): void {
    const { core, exchange } = this;
    const { head, body, sentHead, sentBody } = exchange.traffic;
    core.count("s_req_hdrbytes", head);
    core.count("s_req_bodybytes", body);
    core.count("s_resp_hdrbytes", sentHead);
    core.count("s_resp_bodybytes", sentBody);
    if (this.silent) return;
    this.log("ReqAcct", `${head} ${body} ${head + body} ${sentHead} ${sentBody} ${sentHead + sentBody}`);
  }

  privTop(key: unknown): Priv {
    if (this.top !== this) return this.top.privTop(key);
    return (this.topPrivs ??= new Privs()).get(key);
  }

  rollback(): void {
    const http0 = HttpHeaders.from(this.exchange.fields);
    http0.unset("expect");
    noteConnection(http0);
    this.req.restore(http0, this.exchange);
    this.workspace.reset({ used: 0, overflowed: false });
    this.endPrivs();
  }

  purge(times?: PurgeTimes): number {
    const head = (this.req.found.busy ?? this.req.found.object)?.head;
    if (!head || (this.method !== "vcl_hit" && this.method !== "vcl_miss")) {
      throw new VclFailure("purge can only happen in vcl_hit{} or vcl_miss{}");
    }
    if (times && (times.ttl !== 0 || times.grace !== 0 || times.keep !== 0)) {
      return this.core.cache.reduceTimes(this.req.key, this.req.time, times);
    }
    const count = this.core.cache.purge(this.req.key);
    this.core.count("n_purges");
    this.core.count("n_obj_purged", count);
    return count;
  }

  get keptRequestBody(): Uint8Array | undefined {
    return this.body.kept;
  }

  cacheRequestBody(size: number): Promise<boolean> {
    return this.body.keep(size);
  }

  addHash(strands: readonly (string | undefined)[]): void {
    let text = this.hashInput;
    for (const strand of strands) text += strand ?? "\0";
    this.hashInput = text + "\0";
  }

  /** What hash_data has added since the last time it was asked for. */
  takeHashInput(): string {
    const input = this.hashInput;
    this.hashInput = "";
    return input;
  }

  /** Runs a method sub. Whatever goes wrong in it is the action `fail`. */
  run(sub: ClientSub): Action | Promise<Action> {
    this.enter(sub);
    try {
      return this.leave(this.vcl.subs[sub](this));
    } catch (error) {
      return this.ended(this.caught(error));
    }
  }

  /** Takes an object to deliver it. */
  take(object: CachedObject): void {
    object.body.claim();
    this.object = object;
  }

  /** Lets go of the object; a fetch that was for this request alone stops. */
  dropObject(): void {
    const { object } = this;
    if (!object) return;
    this.object = undefined;
    object.body.release();
    if (object.isPrivate) this.fetch?.cancel();
    if (object.hitForMiss) object.body.clear();
    this.core.cache.dropped(object);
    this.fetch = undefined;
  }

  /** Lets go of everything the request holds. */
  finish(): void {
    this.dropObject();
    this.endPrivs();
    this.topPrivs?.end((text) => this.log("VCL_Error", text));
    if (!this.piped) this.account();
    if (!this.silent) this.log("End", "");
    this.req.backend_hint = undefined;
    this.vcl.release();
    this.vcl0?.release();
  }
}
