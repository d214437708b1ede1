import type { Core } from "../core.js";
import type { Exchange } from "../exchange.js";
import type { Server } from "../task.js";
import { socketIp, type Ip } from "../values/ip.js";

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
    const { client } = this.exchange;
    return (this.remoteIp ??= socketIp(client.address, client.port));
  }

  get ip(): Ip {
    const { local } = this.exchange;
    return (this.localIp ??= socketIp(local.address, local.port));
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
