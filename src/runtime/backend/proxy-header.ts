import { latin1Text } from "../values/blob.js";
import type { Ip } from "../values/ip.js";

/** Signature of a binary PROXY header (PROXY protocol, version 2). */
const signature = "\r\n\r\n\0\r\nQUIT\n";

/** The type of the TLV that carries a server name. */
const authorityType = 0x02;

/** The line of version 1 that tells a backend who the client is and which address it came to. */
export function proxyV1(client: Ip, server: Ip): string {
  const family = client.bytes.length === 4 ? "TCP4" : "TCP6";
  return `PROXY ${family} ${client.text} ${server.text} ${client.port} ${server.port}\r\n`;
}

/** The header of version 2, with a server name where one is given. */
export function proxyV2(client: Ip, server: Ip, authority = ""): string {
  const tlv =
    authority === "" ? "" : `${String.fromCharCode(authorityType)}${word(authority.length)}${authority}`;
  const addresses =
    latin1Text(client.bytes) + latin1Text(server.bytes) + word(client.port) + word(server.port);
  const family = client.bytes.length === 4 ? "\x11" : "\x21";
  return `${signature}\x21${family}${word(addresses.length + tlv.length)}${addresses}${tlv}`;
}

/** What version 2 says of a connection that the proxy itself made: a probe. */
export const proxyV2Local = `${signature}\x20\0\0\0`;

/** 16 bits, most significant byte first. */
function word(value: number): string {
  return String.fromCharCode((value >> 8) & 255, value & 255);
}
