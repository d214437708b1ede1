import type { NetConnectOpts } from "node:net";
import type { Endpoint, ExchangeResult } from "../../runtime/index.js";

/** A place that a connection to an endpoint can be tried at. */
export interface ConnectPlace {
  readonly reached: NonNullable<ExchangeResult["reached"]>;
  readonly options: NetConnectOpts;
}

/** Where to connect for an endpoint: its socket, or its address and then that of the other family. */
export function connectPlaces({ path, address = "", fallback, port = 80 }: Endpoint): ConnectPlace[] {
  if (path !== undefined) return [{ reached: "U", options: { path: socketPath(path) } }];
  return [address, fallback].flatMap((host) =>
    host === undefined ? [] : [{ reached: host.includes(":") ? "6" : "4", options: { host, port } }],
  );
}

/** An abstract socket's name begins with `@` in VCL and with a zero byte in the system. */
export function socketPath(path: string): string {
  return path.startsWith("@") ? `\0${path.slice(1)}` : path;
}
