import { hexText } from "../values/blob.js";
import { parseIp } from "../values/ip.js";
import { sha256 } from "../values/sha256.js";
import type { BackendDefinition } from "../vcl/vpi.js";
import type { Opening } from "./opening.js";
import type { Endpoint } from "./transport.js";

/**
 * What makes two VCL backends one shared backend (S2-16): the backend's name, its IPv4 and its IPv6 address with their port; for a Unix socket its
 * path. Beyond that (S2-18), whatever changes how its connections begin.
 */
export interface Identity {
  /** The backend's name in VCL. The VCL's own name is no part of it. */
  readonly name: string;
  /** Addresses with port, `127.0.0.1:8080` before `[::1]:8080`, or the path of a socket. */
  readonly places: readonly string[];
  /** The text that stands for it everywhere, `b1(127.0.0.1:8080,[::1]:8080)`: in lists, in the log, in the names of counters. */
  readonly fullForm: string;
}

/** The identity of a backend whose address is known. */
export function identityOf(
  vclName: string,
  endpoint: Endpoint,
  definition: BackendDefinition,
  opening: Opening,
): Identity {
  // A VMOD may call its backends NAME(ADDRESS) already.
  const name = vclName.replace(/\(.*$/s, "");
  const places = placesOf(endpoint);
  const transport = transportOf(definition, opening).map((part) => `;${part}`);
  return { name, places, fullForm: `${name}(${places.join(",")}${transport.join("")})` };
}

/** An address with its port as full forms have it, IPv6 in brackets. */
export function placeText(address: string, port: number): string {
  const text = parseIp(address)?.text ?? address;
  return `${text.includes(":") ? `[${text}]` : text}:${port}`;
}

function placesOf({ address, fallback, port = 80, path }: Endpoint): string[] {
  if (path !== undefined) return [path];
  return [address, fallback].flatMap((text) => (text === undefined ? [] : [placeText(text, port)]));
}

function transportOf(
  { via, preamble, proxyHeader, transport }: BackendDefinition,
  opening: Opening,
): string[] {
  const parts: string[] = [];
  if (via) parts.push(`via=${placesOf(opening.endpoint).join("+")}`);
  if (via && opening.authority !== "") parts.push(`authority=${opening.authority}`);
  // Its bytes may be anything: a digest stands for them.
  if (preamble !== undefined) parts.push(`preamble=${hexText(sha256(preamble)).slice(0, 16)}`);
  if (proxyHeader !== undefined) parts.push(`proxy=${proxyHeader}`);
  if (transport) parts.push(`transport=${transport.key}`);
  return parts;
}
