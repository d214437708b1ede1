import type { Host } from "../host.js";
import { parseAddress, withoutZone } from "../values/ip.js";
import { servicePort } from "../values/service-port.js";
import type { BackendDefinition } from "../vcl/vpi.js";
import type { Endpoint } from "./transport.js";

/** Splits `host`, `host:port`, `host port` and `[v6]:port` (vcl-language 10.1). */
export function splitHostPort(text: string): { readonly host: string; readonly port: string | undefined } {
  // Without a host it is this machine, as for getaddrinfo.
  if (/^:\d+$/.test(text)) return { host: "127.0.0.1", port: text.slice(1) };
  const match = /^\[([^\]]*)\](?:[: ](.+))?$/.exec(text) ?? /^([^: ]+)[: ]([^: ]+)$/.exec(text);
  return match ? { host: match[1] as string, port: match[2] } : { host: text, port: undefined };
}

/**
 * Where a backend listens, its host name looked up now (at load time; never while compiling). Rejects with one line that names the
 * backend, the host or path, and the reason.
 */
export async function resolveEndpoint(
  name: string,
  definition: BackendDefinition,
  host: Host,
): Promise<Endpoint> {
  const { path } = definition;
  if (path !== undefined) {
    // What is not there yet may come; what is there and is something else will not do (vcl-language 10.1).
    const isSocket = path.startsWith("@") ? undefined : await host.isSocket?.(path);
    if (isSocket === false) throw new Error(`Backend ${name}: Not a socket: ${path}. Correct .path`);
    return { name, path };
  }
  const { host: hostName, port: inlinePort } = splitHostPort(definition.host ?? "");
  const port = portNumber(name, definition.port ?? inlinePort ?? "80");
  if (parseAddress(withoutZone(hostName))) return { name, address: hostName, port };
  let addresses: readonly string[];
  try {
    addresses = await host.resolveName(hostName);
  } catch (error) {
    throw new Error(lookupMessage(name, hostName, error instanceof Error ? error.message : String(error)));
  }
  // As Varnish does unless told otherwise, IPv4 goes before IPv6.
  const ipv4 = addresses.find((text) => !text.includes(":"));
  const ipv6 = addresses.find((text) => text.includes(":"));
  const address = ipv4 ?? ipv6;
  if (address === undefined) throw new Error(lookupMessage(name, hostName, "it has no address"));
  return { name, address, port, ...(ipv4 && ipv6 && { fallback: ipv6 }) };
}

function lookupMessage(name: string, host: string, reason: string): string {
  return `Backend ${name}: host "${host}" could not be resolved to an IP address: ${reason}. Correct .host, or write the numeric address`;
}

function portNumber(name: string, text: string): number {
  const port = servicePort(text.toLowerCase());
  if (port === undefined)
    throw new Error(`Backend ${name}: port "${text}" is not known. Write a number up to 65535`);
  return port;
}
