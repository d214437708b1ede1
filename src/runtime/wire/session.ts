import type { Parameters } from "../parameters.js";
import type { Ip } from "../values/ip.js";
import { socketIp } from "../values/ip.js";
import type { ByteStream, StreamEnd } from "./byte-stream.js";
import type { CloseReason } from "./close-reason.js";
import type { ProxyTlvs } from "./proxy/proxy-reading.js";

/** What every connection of one listening socket shares. */
export interface ListenerFacts {
  /** The listening socket's name: `a0` … */
  readonly name: string;
  /** As given with `-a`: `127.0.0.1:8080`. */
  readonly endpoint: string;
  /** `PROXY`: connections begin with a PROXY header, and with a transport what it needs follows. HTTP unless given. */
  readonly protocol?: "HTTP" | "PROXY";
  /** What HTTP goes over, where it is not the connection itself. */
  readonly transport?: ServerTransport;
}

/** What a module puts between the connections of a listening socket and HTTP: TLS, for one. */
export interface ServerTransport {
  /** What `req.transport` says of requests that come this way: `https/1`. */
  readonly name: string;
  /**
   * Makes the stream that HTTP goes over of one that has just been accepted, at once: bytes come once both sides agree. A stream that fails before
   * that is closed with an error that has a text of its own. `begun`: a PROXY header came first, and what was read behind it, if anything, is this;
   * the stream is in use then, so that what is behind its `handle` is not to be taken.
   */
  accept(stream: ByteStream, events: TransportEvents, begun?: Uint8Array): ByteStream;
}

/** What a transport tells of a connection. */
export interface TransportEvents {
  /** Both sides agree. What is known of the client then is said in the terms of a PROXY header, so that VCL reads both alike. */
  established(facts: ProxyTlvs): void;
  /** They do not, for a reason in one line: it goes to the log. */
  failed(reason: string): void;
}

/** The time-outs of a session that VCL can set (`sess.*`), in seconds. */
export type SessionTimeout = "idle_send_timeout" | "send_timeout" | "timeout_idle" | "timeout_linger";

/** A client connection as requests, log records and VCL see it. */
export class Session {
  readonly xid: number;
  readonly listener: ListenerFacts;
  /** The ends of the connection itself. */
  readonly remoteEnd: StreamEnd;
  readonly localEnd: StreamEnd;
  /** Who the client is, and where it wanted to go: with a PROXY header not the ends of the connection. */
  clientEnd: StreamEnd;
  serverEnd: StreamEnd;
  /** What the PROXY header said beside the addresses; undefined without one of version 2. */
  proxyTlvs: ProxyTlvs | undefined;
  /** Bytes of bodies that go to the client in a second; 0: as many as it takes. */
  pace = 0;
  /** Set once the connection is to end, with the reason. */
  closing: CloseReason | undefined;
  readonly #params: Parameters;
  #own: { [Name in SessionTimeout]?: number | undefined } = {};
  #ips = new Map<StreamEnd, Ip>();

  constructor(xid: number, listener: ListenerFacts, remote: StreamEnd, local: StreamEnd, params: Parameters) {
    this.xid = xid;
    this.listener = listener;
    this.remoteEnd = this.clientEnd = remote;
    this.localEnd = this.serverEnd = local;
    this.#params = params;
  }

  /** The same connection, for a request that is made on its behalf (an ESI include): what would end the connection does not. */
  forInclude(): Session {
    const copy = new Session(this.xid, this.listener, this.remoteEnd, this.localEnd, this.#params);
    copy.clientEnd = this.clientEnd;
    copy.serverEnd = this.serverEnd;
    copy.#own = this.#own;
    copy.#ips = this.#ips;
    return copy;
  }

  /** The connection is to end, unless it is already, for another reason. */
  close(reason: CloseReason): void {
    this.closing ??= reason;
  }

  /** What VCL set, else the parameter as it is now. */
  timeout(name: SessionTimeout): number {
    return this.#own[name] ?? this.#params[name];
  }

  setTimeout(name: SessionTimeout, seconds: number | undefined): void {
    this.#own[name] = seconds;
  }

  /** An end's address as VCL has it; read once for each connection. */
  ip(end: StreamEnd): Ip {
    let ip = this.#ips.get(end);
    if (!ip) this.#ips.set(end, (ip = socketIp(end.address, end.port)));
    return ip;
  }
}
