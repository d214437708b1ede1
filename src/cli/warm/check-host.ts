import { ConnectFailure, type ByteStream } from "../../runtime/index.js";
import { NodeHost } from "../../host/node/index.js";

/** The real world for a check: files and names are looked at, but no backend is asked anything, not even by probes. */
export class CheckHost extends NodeHost {
  readonly isCheck = true;
  readonly #dns: boolean;

  /** Without `dns` every host name has an address. */
  constructor(dns: boolean) {
    super();
    this.#dns = dns;
  }

  override resolveName(name: string): Promise<readonly string[]> {
    return this.#dns ? super.resolveName(name) : Promise.resolve(["192.0.2.1"]);
  }

  override connect(): Promise<ByteStream> {
    return Promise.reject(new ConnectFailure({ errno: 0, text: "not probed by a check" }));
  }
}
