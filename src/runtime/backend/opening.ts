import { parseIp, socketIp, type Ip } from "../values/ip.js";
import type { BackendDefinition } from "../vcl/vpi.js";
import type { StreamEnd } from "../wire/byte-stream.js";
import { proxyV1, proxyV2, proxyV2Local } from "./proxy-header.js";
import type { Endpoint } from "./transport.js";

/** A director that can stand behind `.via`: a backend. */
interface ViaBackend {
  readonly endpoint?: Endpoint;
}

/** Who a request came from, and where it wanted to go: with a PROXY header in front, what that says. */
export interface Ends {
  readonly client: { readonly ip: Ip };
  readonly server: { readonly ip: Ip };
}

/** How a backend's connections begin: where they go, and what is sent before the first request (.via, .preamble, .proxy_header). */
export class Opening {
  readonly #definition: BackendDefinition;
  readonly #own: Endpoint;
  /** The server name that the one it is reached via is told; "" is none. */
  readonly authority: string;

  constructor(definition: BackendDefinition, endpoint: Endpoint, hostHeader: string) {
    this.#definition = definition;
    this.#own = endpoint;
    const name = (definition.authority ?? hostHeader).replace(/:.*$/s, "");
    this.authority = parseIp(name) ? "" : name;
  }

  /** Where connections go: to the backend, or to the one that it is reached via. */
  get endpoint(): Endpoint {
    const { via } = this.#definition;
    return (via as ViaBackend | undefined)?.endpoint ?? this.#own;
  }

  /** What goes first for a request; it changes with the client where .proxy_header is set. */
  preamble({ client, server }: Ends): string {
    const { proxyHeader } = this.#definition;
    if (proxyHeader === undefined) return this.#fixed();
    return (
      this.#fixed() + (proxyHeader === 1 ? proxyV1(client.ip, server.ip) : proxyV2(client.ip, server.ip))
    );
  }

  /** What goes first for a probe, which no client asked for: version 1 has no words for that, so it names the probe's own end twice. */
  probePreamble({ address, port }: StreamEnd): string {
    const { proxyHeader } = this.#definition;
    if (proxyHeader === undefined) return this.#fixed();
    const own = socketIp(address, port);
    return this.#fixed() + (proxyHeader === 1 ? proxyV1(own, own) : proxyV2Local);
  }

  /** Via: a PROXY header that names this backend's own address as the place to go on to, and its authority. */
  #fixed(): string {
    const { via, preamble = "" } = this.#definition;
    return via === undefined
      ? preamble
      : proxyV2(this.#address(), this.#address(), this.authority) + preamble;
  }

  #address(): Ip {
    return (
      parseIp(this.#own.address ?? "", this.#own.port) ?? {
        bytes: new Uint8Array(4),
        port: 0,
        text: "0.0.0.0",
      }
    );
  }
}
