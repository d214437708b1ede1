import type { Core } from "../core.js";
import type { Host, LogSide } from "../host.js";
import { Workspace } from "../http/index.js";
import type { Parameters } from "../parameters.js";
import type { Action, ActionNotes, Priv, Server } from "../task.js";
import type { Ip } from "../values/ip.js";
import { timestampText } from "../log/timestamp.js";
import { VclFailure, VclReturn } from "../values/failure.js";
import type { BackendSub, ClientSub, LoadedVcl } from "../vcl/loaded-vcl.js";
import type { SubResult } from "../vcl/vpi.js";
import { ClientVariables, type Parties } from "./parties.js";
import { MessageRecords, type MessageFamily } from "./message-records.js";
import { messageOf, Privs } from "./privs.js";

/** How log records name a sub: `VCL_call RECV`. */
const callNames = {
  vcl_recv: "RECV",
  vcl_pipe: "PIPE",
  vcl_pass: "PASS",
  vcl_hash: "HASH",
  vcl_purge: "PURGE",
  vcl_miss: "MISS",
  vcl_hit: "HIT",
  vcl_deliver: "DELIVER",
  vcl_synth: "SYNTH",
  vcl_backend_fetch: "BACKEND_FETCH",
  vcl_backend_refresh: "BACKEND_REFRESH",
  vcl_backend_response: "BACKEND_RESPONSE",
  vcl_backend_error: "BACKEND_ERROR",
} as const satisfies Record<ClientSub | BackendSub, string>;

/** What client and backend tasks have in common. */
export abstract class Transaction implements ActionNotes {
  readonly core: Core;
  readonly parties: Parties;
  readonly client: ClientVariables;
  private privs: Privs | undefined;
  readonly workspace: Workspace;
  /** Whose records its own are. */
  protected abstract readonly side: LogSide;
  /** Number of the transaction that is running: changes with a restart and with a retry. */
  abstract readonly xid: number;
  vcl: LoadedVcl;
  method = "";
  /** Seconds since the epoch: read anew after everything that was waited for, as what does not wait takes no time worth asking for. */
  now: number;
  errStatus = 0;
  errReason: string | undefined;
  passDuration: number | undefined;
  /** The failure that the running sub ends with is in the log. */
  private failureTold = false;
  /** Whether its log records go nowhere, so that their texts need not be made: for the whole of it as when it began. */
  readonly silent: boolean;
  private readonly started: number;
  private lastStamp: number;

  constructor(core: Core, parties: Parties, vcl: LoadedVcl, workspaceSize: number, identity?: string) {
    this.core = core;
    this.parties = parties;
    this.vcl = vcl;
    this.client = new ClientVariables(parties, identity);
    this.silent = core.host.log.silent === true;
    this.workspace = new Workspace(workspaceSize, (tag, text) => this.log(tag, text));
    this.now = this.started = this.lastStamp = core.host.now();
  }

  get host(): Host {
    return this.core.host;
  }
  get server(): Server {
    return this.parties.server;
  }
  get local(): Parties {
    return this.parties;
  }
  get remote(): { readonly ip: Ip } {
    return { ip: this.parties.remoteIp };
  }
  get param(): Readonly<Parameters> {
    return this.core.params;
  }

  /** What only vcl_init and events have, for a VMOD that asks for it in a request all the same (S4-21, S4-22). */
  get registry(): never {
    throw new VclFailure(
      "The registry of global directors is for vcl_init and VMOD events, not for requests",
    );
  }
  get control(): never {
    throw new VclFailure(
      "The control side is for vcl_init and VMOD events, not for requests: keep it from there for later",
    );
  }

  log(tag: string, text: string): void {
    this.core.host.log.record(this.xid, tag, text, this.side);
  }

  /** Whether what goes through filters is counted. */
  get accounts(): boolean {
    return this.core.host.log.accounts === true;
  }

  privTask(key: unknown): Priv {
    return (this.privs ??= new Privs()).get(key);
  }

  timestamp(label: string): void {
    if (!this.silent) this.stamp(label, this.core.host.now());
  }

  /** A Timestamp record about a moment that has been measured already. */
  protected stamp(label: string, now: number): void {
    this.log("Timestamp", timestampText(label, now, this.started, this.lastStamp));
    this.lastStamp = now;
  }

  /** The first Timestamp of a transaction: the time begins to count, unless it goes on from the one before. */
  startTime(label = "Start"): void {
    if (!this.silent) this.stamp(label, this.lastStamp);
  }

  /** Where the records of a message go; undefined when nobody reads them. */
  messageRecords(family: MessageFamily): MessageRecords | undefined {
    return this.silent ? undefined : new MessageRecords(this, family);
  }

  ban(expression: string | undefined): string | undefined {
    return expression === undefined ? "Null argument" : this.core.cache.ban(expression, this.core.host.now());
  }

  /** What a thrown value means for the running sub: an action it stands for, or a failure, which is logged. */
  caught(error: unknown): Action {
    if (error instanceof VclReturn) return error.action;
    const text = error instanceof VclFailure ? error.message : `Unexpected: ${messageOf(error)}`;
    this.core.host.log.record(this.xid, "VCL_Error", text, this.side, error);
    this.failureTold = true;
    return "fail";
  }

  protected enter(sub: ClientSub | BackendSub): void {
    this.method = sub;
    if (!this.silent) this.log("VCL_call", callNames[sub]);
  }

  /** The action of a sub that has ended without waiting; a promise of it otherwise, which never rejects. */
  protected leave(result: SubResult): Action | Promise<Action> {
    if (typeof result === "object") {
      return result.then(
        (action) => {
          this.waited();
          return this.ended(action);
        },
        (error: unknown) => {
          this.waited();
          return this.ended(this.caught(error));
        },
      );
    }
    return this.ended(result);
  }

  /** Time has gone by. */
  waited(): void {
    this.now = this.core.host.now();
  }

  protected ended(action: Action | void): Action {
    // A linked sub always ends in an action.
    const settled = action ?? "fail";
    if (settled === "fail" && !this.failureTold) this.log("VCL_Error", "Failed from VCL");
    this.failureTold = false;
    if (settled === "fail") this.core.count("vcl_fail");
    if (!this.silent) this.log("VCL_return", settled);
    return settled;
  }

  endPrivs(): void {
    this.privs?.end((text) => this.log("VCL_Error", text));
  }
}
