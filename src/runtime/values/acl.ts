import type { Task } from "../task.js";
import type { AclEntryDefinition } from "../vcl/vpi.js";
import { VclFailure } from "./failure.js";
import { parseAddress, type Ip } from "./ip.js";

/** An ACL value. */
export interface Acl {
  readonly name: string;
  /** Whether the most specific entry that covers the address allows it; logs a VCL_acl record for an ACL with +log. */
  matches(task: Task, ip: Ip | undefined): boolean;
}

/** A network of an ACL. */
export interface AclEntry {
  readonly negated: boolean;
  /** 4 or 16 bytes; those behind the mask do not count. */
  readonly bytes: Uint8Array;
  /** Bits that count. */
  readonly mask: number;
  /** As log records show it: `"10.0.0.0"/8`. */
  readonly text: string;
}

/** An entry as declared: a network, or a host name whose addresses have to be looked up. */
export interface AclSource {
  readonly negated: boolean;
  /** The look-up of the name may fail; the entry is then left out. */
  readonly optional: boolean;
  /** Numeric address or host name. */
  readonly address: string;
  /** Undefined: all bits. */
  readonly mask: number | undefined;
  readonly text: string;
  /** Bytes of a numeric address; undefined: `address` is a host name. */
  readonly bytes: Uint8Array | undefined;
}

/** Takes an entry apart: leading `!` and `?`, `address/mask` in one text, and net notation (`192.168` is 192.168.0.0/16). */
export function readAclEntry([declared, maskBits]: AclEntryDefinition): AclSource {
  const flags = /^[!?]*/.exec(declared)?.[0] ?? "";
  const written = declared.slice(flags.length);
  const slash = /^(.*)\/(\d+)$/s.exec(written);
  const address = slash?.[1] ?? written;
  const octets = /^\d+(?:\.\d+){0,2}$/.test(address) ? address.split(".").length : undefined;
  const bytes = parseAddress(octets === undefined ? address : address + ".0".repeat(4 - octets));
  const netMask = bytes && octets !== undefined ? octets * 8 : undefined;
  return {
    negated: flags.includes("!"),
    optional: flags.includes("?"),
    address,
    mask: maskBits ?? (slash ? Number(slash[2]) : netMask),
    text: `"${written}"${maskBits === undefined ? "" : `/${maskBits}`}`,
    bytes,
  };
}

/** The entry for one address: that of the declaration, or one that its host name has (`address`, numeric). */
export function aclEntry(source: AclSource, address: string = source.address): AclEntry {
  const bytes = source.bytes ?? parseAddress(address);
  if (bytes === undefined) throw new TypeError(`not a numeric address: ${address}`);
  const mask = source.mask ?? bytes.length * 8;
  return { negated: source.negated, bytes, mask, text: source.text };
}

/** Makes an ACL of entries whose host names have been looked up. */
export function makeAcl(
  name: string,
  options: { readonly log?: boolean },
  entries: readonly AclEntry[],
): Acl {
  const ipv4 = new AddressRanges(entries, 4);
  const ipv6 = new AddressRanges(entries, 16);
  return {
    name,
    matches(task, address) {
      if (address === undefined) throw new VclFailure("Cannot match a null IP");
      const { bytes } = address;
      const entry = bytes.length === 4 ? ipv4.find(bytes) : ipv6.find(bytes);
      if (options.log) task.log("VCL_acl", record(name, entry));
      return entry !== undefined && !entry.negated;
    },
  };
}

function record(name: string, entry: AclEntry | undefined): string {
  if (entry === undefined) return `NO_MATCH ${name}`;
  return `${entry.negated ? "NEG_MATCH" : "MATCH"} ${name} ${entry.text}`;
}

/**
 * The entries of one address family as ranges that do not overlap: each range carries the most specific entry that covers it. The longest
 * prefix is then found by one binary search over plain bytes.
 */
class AddressRanges {
  private readonly width: number;
  /** First addresses of the ranges, ascending, `width` bytes each. */
  private readonly starts: Uint8Array;
  private readonly entries: readonly (AclEntry | undefined)[];

  constructor(entries: readonly AclEntry[], width: number) {
    const ranges = flatten(entries.filter((entry) => entry.bytes.length === width));
    this.width = width;
    this.entries = ranges.map((range) => range.entry);
    this.starts = new Uint8Array(ranges.length * width);
    for (const [index, range] of ranges.entries()) {
      for (let i = width - 1, rest = range.start; i >= 0; i--, rest >>= 8n) {
        this.starts[index * width + i] = Number(rest & 255n);
      }
    }
  }

  find(bytes: Uint8Array): AclEntry | undefined {
    let low = 0;
    let high = this.entries.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (this.startsAfter(middle, bytes)) high = middle;
      else low = middle + 1;
    }
    return low === 0 ? undefined : this.entries[low - 1];
  }

  private startsAfter(index: number, bytes: Uint8Array): boolean {
    const { starts, width } = this;
    const offset = index * width;
    for (let i = 0; i < width; i++) {
      const difference = (starts[offset + i] as number) - (bytes[i] as number);
      if (difference !== 0) return difference > 0;
    }
    return false;
  }
}

interface Range {
  readonly start: bigint;
  readonly entry: AclEntry | undefined;
}

interface Network {
  readonly start: bigint;
  readonly end: bigint;
  readonly entry: AclEntry;
}

/** Networks nest or are disjoint, so a stack of those open at an address is enough. */
function flatten(entries: readonly AclEntry[]): Range[] {
  const networks = entries
    .map(networkOf)
    .sort((a, b) => compareBig(a.start, b.start) || a.entry.mask - b.entry.mask);
  const ranges: Range[] = [];
  const open: Network[] = [];
  const begin = (start: bigint, entry: AclEntry | undefined): void => {
    if (ranges.at(-1)?.start === start) ranges.pop();
    ranges.push({ start, entry });
  };
  const closeBefore = (address: bigint | undefined): void => {
    for (let top = open.at(-1); top && (address === undefined || top.end < address); top = open.at(-1)) {
      open.pop();
      const isLast = top.end === (1n << BigInt(top.entry.bytes.length * 8)) - 1n;
      if (!isLast) begin(top.end + 1n, open.at(-1)?.entry);
    }
  };
  for (const network of networks) {
    closeBefore(network.start);
    begin(network.start, network.entry);
    open.push(network);
  }
  closeBefore(undefined);
  return ranges;
}

function networkOf(entry: AclEntry): Network {
  const hostBits = BigInt(entry.bytes.length * 8 - entry.mask);
  const address = entry.bytes.reduce((sum, byte) => (sum << 8n) | BigInt(byte), 0n);
  const start = (address >> hostBits) << hostBits;
  return { start, end: start + (1n << hostBits) - 1n, entry };
}

function compareBig(a: bigint, b: bigint): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
