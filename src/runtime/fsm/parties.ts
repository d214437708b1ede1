import type { Core } from "../core.js";
import type { Server } from "../task.js";
import type { Ip } from "../values/ip.js";
import type { Session } from "../wire/session.js";

/** Both ends of a client connection: `client`, `remote`, `local` and `server`. Made when VCL asks for them. */
export class Parties {
  readonly session: Session;
  private readonly core: Core;

  constructor(core: Core, session: Session) {
    this.core = core;
    this.session = session;
  }

  get clientIp(): Ip {
    return this.session.ip(this.session.clientEnd);
  }

  get remoteIp(): Ip {
    return this.session.ip(this.session.remoteEnd);
  }

  /** `local.ip` */
  get ip(): Ip {
    return this.session.ip(this.session.localEnd);
  }

  get endpoint(): string {
    return this.session.listener.endpoint;
  }

  get socket(): string {
    return this.session.listener.name;
  }

  get server(): Server {
    const { session, core } = this;
    return { hostname: core.host.hostname, identity: core.identity, ip: session.ip(session.serverEnd) };
  }
}

/** `client` of one task: its identity is its own, and starts as the address. */
export class ClientVariables {
  private readonly parties: Parties;
  private name: string | undefined;

  constructor(parties: Parties, name?: string) {
    this.parties = parties;
    this.name = name;
  }

  get ip(): Ip {
    return this.parties.clientIp;
  }

  get identity(): string | undefined {
    return this.name ?? this.parties.clientIp.text;
  }
  set identity(value: string | undefined) {
    this.name = value;
  }

  /** What VCL set; undefined when it set nothing. */
  get ownIdentity(): string | undefined {
    return this.name;
  }
}
