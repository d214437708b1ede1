import type * as ast from "../../parser/ast.js";
import { parseAddress, parseLooseIpv4, withoutZone } from "../../runtime/values/ip.js";
import type { Analysis } from "../analysis.js";
import { isHostName } from "../host-names.js";

/** The address of an ACL entry: numeric (with bytes) or the name of a host, which loading looks up. */
export interface AclAddress {
  readonly address: string;
  readonly bytes: Uint8Array | undefined;
  /** Bits that count; undefined: all. */
  readonly mask: number | undefined;
}

/** Reads address and mask of an ACL entry (language facts, 12); undefined: wrong and reported. */
export function readAclAddress(a: Analysis, entry: ast.AclEntry): AclAddress | undefined {
  const [, host = "", slash, inner = ""] = /^([^/]*)(\/?)(.*)$/s.exec(entry.address.value) ?? [];
  const text = withoutZone(host);
  if (slash && !maskNumber.test(inner)) return a.report("acl-mask-not-numeric", entry.address.span, {});
  if (slash && entry.mask) {
    const place = { ...entry.mask.span, start: entry.address.span.end };
    return a.report("acl-mask-twice", place, {});
  }
  const written = entry.mask?.value ?? (slash ? Number(inner) >>> 0 : undefined);
  const net = netNotation(text);
  if (net !== undefined) return network(a, entry, net, written);
  const bytes = text.includes(":") ? parseAddress(text) : parseLooseIpv4(text);
  if (bytes === undefined && !isHostName(text)) {
    const code = entry.optional ? "acl-address-ignored" : "acl-address";
    return a.report(code, entry.address.span, { address: text });
  }
  if (!isMask(a, entry, written, bytes?.length === 4 ? 32 : 128)) return undefined;
  return { address: bytes?.length === 4 ? bytes.join(".") : text, bytes, mask: written };
}

/** What C's strtoul reads to its end: spaces and a sign are fine, and so is nothing at all, which is 0. */
const maskNumber = /^(?:\s*[+-]?\d+)?$/;

/** The octets of a net, what follows a fourth dot counted as one more; undefined: this is none. */
function netNotation(text: string): number[] | undefined {
  const octets: number[] = [];
  for (const part of text.split(".", 5)) {
    if (octets.length < 4 && !(/^\s*\+?\d+$/.test(part) && Number(part) <= 255)) return undefined;
    octets.push(Number(part));
  }
  return octets;
}

/** `10` is 10.0.0.0/8, `192.168` is 192.168.0.0/16: what is missing is zero and masked out. */
function network(
  a: Analysis,
  entry: ast.AclEntry,
  octets: readonly number[],
  written: number | undefined,
): AclAddress | undefined {
  const mask = written ?? octets.length * 8;
  if (!isMask(a, entry, mask, 32)) return undefined;
  const bytes = Uint8Array.from([...octets, 0, 0, 0].slice(0, 4));
  return { address: bytes.join("."), bytes, mask: written === undefined && mask === 32 ? undefined : mask };
}

function isMask(a: Analysis, entry: ast.AclEntry, mask: number | undefined, widest: 32 | 128): boolean {
  if (mask === undefined || mask <= widest) return true;
  const family = widest === 32 ? "IPv4" : "IPv6";
  a.report("acl-mask-too-wide", entry.mask?.span ?? entry.address.span, { mask, family });
  return false;
}

/** An address with the bits behind its mask cleared. */
export function masked(bytes: Uint8Array, mask: number): Uint8Array {
  return bytes.map((byte, index) => {
    const bits = Math.min(8, Math.max(0, mask - index * 8));
    return byte & (0xff00 >> bits) & 0xff;
  });
}
