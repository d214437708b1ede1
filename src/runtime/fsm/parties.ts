import type { Core } from "../core.js";
import type { Exchange } from "../exchange.js";
import type { Server } from "../task.js";
import { socketIp, type Ip } from "../values/ip.js";

interface End {
  readonly address: string;
  readonly port: number;
}

const known = new WeakMap<End, Ip>();

/** A host that hands in the same object for every request of a connection has the address read once. */
function ipOf(end: End): Ip {
  const before = known.get(end);
  if (before) return before;
  const made = socketIp(end.address, end.port);
  known.set(end, made);
  return made;
}

/** Both ends of a client connection: `client`, `remote`, `local` and `server`. Made when VCL asks for them. */
export class Parties {
  readonly exchange: Exchange;
  private readonly core: Core;
  private remoteIp: Ip | undefined;
  private localIp: Ip | undefined;

  constructor(core: Core, exchange: Exchange) {
    this.core = core;
    this.exchange = exchange;
  }

  get clientIp(): Ip {
    return (this.remoteIp ??= ipOf(this.exchange.client));
  }

  get ip(): Ip {
    return (this.localIp ??= ipOf(this.exchange.local));
  }

  get endpoint(): string {
    return this.exchange.local.endpoint;
  }

  get socket(): string {
    return this.exchange.local.socket;
  }

  get server(): Server {
    return { hostname: this.core.host.hostname, identity: this.core.identity, ip: this.ip };
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
