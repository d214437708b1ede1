import type { Parameters } from "../../parameters.js";
import type { Sess } from "../../task.js";
import { nonNegative } from "./checks.js";

/** `sess`: the client connection's time-outs in seconds; unset, they are the parameters. */
export class SessionVariables implements Sess {
  readonly xid: number;
  private readonly params: Parameters;
  private readonly own: { -readonly [Name in Exclude<keyof Sess, "xid">]?: number | undefined } = {};

  constructor(xid: number, params: Parameters) {
    this.xid = xid;
    this.params = params;
  }

  get idle_send_timeout(): number {
    return this.own.idle_send_timeout ?? this.params.idle_send_timeout;
  }
  set idle_send_timeout(value: number | undefined) {
    this.own.idle_send_timeout = clamped(value);
  }

  get send_timeout(): number {
    return this.own.send_timeout ?? this.params.send_timeout;
  }
  set send_timeout(value: number | undefined) {
    this.own.send_timeout = clamped(value);
  }

  get timeout_idle(): number {
    return this.own.timeout_idle ?? this.params.timeout_idle;
  }
  set timeout_idle(value: number | undefined) {
    this.own.timeout_idle = clamped(value);
  }

  get timeout_linger(): number {
    return this.own.timeout_linger ?? this.params.timeout_linger;
  }
  set timeout_linger(value: number | undefined) {
    this.own.timeout_linger = clamped(value);
  }
}

function clamped(value: number | undefined): number | undefined {
  return value === undefined ? undefined : nonNegative(value);
}
