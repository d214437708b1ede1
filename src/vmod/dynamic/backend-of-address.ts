import type { BackendDefinition } from "../../runtime/index.js";
import { servicePort } from "../../runtime/values/service-port.js";
import type { Settings } from "./settings.js";

/** What was asked for: a host name, a port, and the authority where it was given. */
export interface DomainKey {
  readonly host: string;
  readonly port: string;
  readonly authority: string | undefined;
}

/** What a backend is called: `d(ip:port)`, or `d.host(ip:port/authority)`, with the port as it was given. */
export function backendName(
  { name, settings }: { readonly name: string; readonly settings: Settings },
  { host, port, authority }: DomainKey,
  address: string,
): string {
  if (!settings.byHost) return `${name}(${address}:${port})`;
  return `${name}.${host}(${address}:${port}${authority === undefined ? "" : `/${authority}`})`;
}

/** What backends of one object have in common that are one: the address and the number of the port, and by host that and the authority. */
export function backendIdentity(
  { byHost }: Settings,
  { host, port, authority }: DomainKey,
  address: string,
): string {
  const place = [address, servicePort(port.toLowerCase()) ?? port];
  return JSON.stringify(byHost ? [...place, host, authority] : place);
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
    // Said also where it is none: the core would take the Host header's.
    ...(settings.via && { authority }),
  };
}
