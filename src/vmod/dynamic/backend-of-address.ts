import type { BackendDefinition } from "../../runtime/index.js";
import { servicePort } from "../../runtime/values/service-port.js";
import type { Settings } from "./settings.js";

/** What was asked for: a host name, a port, and the authority where it was given. */
export interface DomainKey {
  readonly host: string;
  readonly port: string;
  readonly authority: string | undefined;
}

/** What a backend is called, by which those of one object share it: `d(ip:port)`, or `d.host(ip:port/authority)`. */
export function backendName(
  { name, settings }: { readonly name: string; readonly settings: Settings },
  { host, port, authority }: DomainKey,
  address: string,
): string {
  const number = servicePort(port.toLowerCase()) ?? port;
  const place = `${address.includes(":") ? `[${address}]` : address}:${number}`;
  if (!settings.byHost) return `${name}(${place})`;
  return `${name}.${host}(${place}${authority === undefined ? "" : `/${authority}`})`;
}

/** The backend of an address. The authority is that of the call, of the object, the Host header's or the host; "" is none (S0-33). */
export function backendDefinition(
  settings: Settings,
  { host, port, authority: given }: DomainKey,
  address: string,
): BackendDefinition {
  const hostHeader = settings.hostHeader ?? (settings.byHost ? host : undefined);
  const authority = given ?? settings.authority ?? settings.hostHeader ?? host;
  return {
    ...settings.backend,
    host: address.includes(":") ? `[${address}]` : address,
    port,
    ...(hostHeader !== undefined && { hostHeader }),
    ...(settings.via && authority !== "" && { authority }),
  };
}
