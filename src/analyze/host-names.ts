import { parseAddress, parseLooseIpv4, withoutZone } from "../runtime/values/ip.js";

/** Whether a text is a numeric address, IPv4 or IPv6, that perhaps with an interface. */
export function isNumericAddress(text: string): boolean {
  return parseAddress(withoutZone(text)) !== undefined;
}

/** Whether a text may be the name of a host. Names are looked up when the VCL is loaded, never while compiling. */
export function isHostName(text: string): boolean {
  if (text.length === 0 || text.length > 253) return false;
  const labels = text.replace(/\.$/, "").split(".");
  // A name whose last label is a number would be taken for a (wrong) address.
  return labels.every((label) => /^[\w-]{1,63}$/.test(label)) && /\D/.test(labels.at(-1) ?? "");
}

/** A host with perhaps a port, which may be empty: `name`, `name:80`, `name 80`, `[v6]:80`, or a bare IPv6 address. */
export function splitHostPort(text: string): { readonly host: string; readonly port?: string } {
  if (isNumericAddress(text)) return { host: text };
  const match = /^(?:\[(?<v6>[^\]]+)\]|(?<name>[^: ]*))(?:[: ](?<port>[^: ]*))?$/.exec(text);
  const host = match?.groups?.v6 ?? match?.groups?.name ?? text;
  const port = match?.groups?.port;
  return port === undefined ? { host } : { host, port };
}

/** Whether looking a text up, with perhaps a port, can succeed at all. */
export function isResolvable(text: string): boolean {
  const { host, port } = splitHostPort(text);
  // Without a host, the resolver answers with this machine.
  if (host === "") return port !== undefined;
  return isNumericAddress(host) || parseLooseIpv4(host) !== undefined || isHostName(host);
}

/** Whether a text may be a port: the name of a service, or a number as C reads it, that is with spaces and a sign before it. */
export function isPort(text: string): boolean {
  return /^(?:\s*\+?\d+|\w[\w-]*|)$/.test(text);
}
