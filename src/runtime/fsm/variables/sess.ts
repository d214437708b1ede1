import type { Sess } from "../../task.js";
import type { Session, SessionTimeout } from "../../wire/session.js";
import { nonNegative } from "./checks.js";

/** `sess`: the client connection's time-outs in seconds; unset, they are the parameters. They hold for the rest of the connection. */
export class SessionVariables implements Sess {
  private readonly session: Session;

  constructor(session: Session) {
    this.session = session;
  }

  get xid(): number {
    return this.session.xid;
  }

  get proxyTlvs(): Sess["proxyTlvs"] {
    return this.session.proxyTlvs;
  }

  get pace(): number {
    return this.session.pace;
  }
  set pace(value: number) {
    this.session.pace = value;
  }

  get idle_send_timeout(): number {
    return this.session.timeout("idle_send_timeout");
  }
  set idle_send_timeout(value: number | undefined) {
    this.change("idle_send_timeout", value);
  }

  get send_timeout(): number {
    return this.session.timeout("send_timeout");
  }
  set send_timeout(value: number | undefined) {
    this.change("send_timeout", value);
  }

  get timeout_idle(): number {
    return this.session.timeout("timeout_idle");
  }
  set timeout_idle(value: number | undefined) {
    this.change("timeout_idle", value);
  }

  get timeout_linger(): number {
    return this.session.timeout("timeout_linger");
  }
  set timeout_linger(value: number | undefined) {
    this.change("timeout_linger", value);
  }

  private change(name: SessionTimeout, value: number | undefined): void {
    this.session.setTimeout(name, value === undefined ? undefined : nonNegative(value));
  }
}
