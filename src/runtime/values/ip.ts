/** An IP value: an address, with a port where it came from a socket. */
export interface Ip {
  /** 4 or 16 bytes. */
  readonly bytes: Uint8Array;
  readonly port: number;
  /** Numeric text without the port, as VCL prints it. */
  readonly text: string;
}

/**
 * An address whose text is known and whose bytes are wanted only when something compares it: a request carries several and most
 * policies look at none.
 */
class TextIp implements Ip {
  readonly text: string;
  readonly port: number;
  private parsed: Uint8Array | undefined;

  constructor(text: string, port: number) {
    this.text = text;
    this.port = port;
  }

  get bytes(): Uint8Array {
    return (this.parsed ??= parseAddress(this.text) ?? new Uint8Array(4));
  }
}

/** The address of a socket, from trusted numeric text. IPv4 that came in over an IPv6 socket is IPv4. */
export function socketIp(text: string, port: number): Ip {
  return new TextIp(text.startsWith("::ffff:") && text.includes(".") ? text.slice(7) : text, port);
}

/** An IP constant from numeric text that the compiler has checked; its port is that of HTTP, as in Varnish. */
export function ip(text: string, port = 80): Ip {
  const value = parseIp(text, port);
  if (value === undefined) throw new TypeError(`not a numeric address: ${text}`);
  return value;
}

/** An address from numeric text, IPv4 or IPv6; undefined when it is neither. */
export function parseIp(text: string, port = 0): Ip | undefined {
  const bytes = parseAddress(text);
  return bytes && ipFromBytes(bytes, port);
}

/** An address from its 4 or 16 bytes. */
export function ipFromBytes(bytes: Uint8Array, port = 0): Ip {
  return { bytes, port, text: formatAddress(bytes) };
}

/** Bytes of a numeric address, or undefined. */
export function parseAddress(text: string): Uint8Array | undefined {
  return text.includes(":") ? parseIpv6(text) : parseIpv4(text);
}

/**
 * The address of `fe80::1%eth0`, without the interface that a connection to it goes out on. Whether this machine has the interface is seen
 * where something connects.
 */
export function withoutZone(text: string): string {
  return /^([^%]*:[^%]*)%[\w.-]+$/.exec(text)?.[1] ?? text;
}

const octet = /^(?:0|[1-9]\d{0,2})$/;

/** Four decimal octets without leading zeros. */
function parseIpv4(text: string): Uint8Array | undefined {
  const parts = text.split(".");
  if (parts.length !== 4 || !parts.every((part) => octet.test(part) && Number(part) <= 255)) return undefined;
  return Uint8Array.from(parts, Number);
}

/**
 * IPv4 in every spelling that the C library's `inet_aton` takes: one to four parts, the last one filling what is left, each decimal,
 * octal (`010`) or hexadecimal (`0x10`).
 */
export function parseLooseIpv4(text: string): Uint8Array | undefined {
  const parts = text.split(".");
  if (parts.length > 4 || !parts.every((part) => /^(?:0x[\da-f]+|0[0-7]*|[1-9]\d*)$/i.test(part)))
    return undefined;
  const numbers = parts.map((part) => (/^0\d/.test(part) ? parseInt(part, 8) : Number(part)));
  const last = numbers.pop() ?? 0;
  if (numbers.some((value) => value > 255) || last >= 256 ** (4 - numbers.length)) return undefined;
  const bytes = new Uint8Array(4);
  bytes.set(numbers);
  for (let i = 3, rest = last; i >= numbers.length; i--, rest = Math.floor(rest / 256)) bytes[i] = rest % 256;
  return bytes;
}

/** Groups of hexadecimal digits, one `::` for zeros, the last two groups perhaps as IPv4. */
function parseIpv6(text: string): Uint8Array | undefined {
  const halves = text.split("::");
  if (halves.length > 2) return undefined;
  const head = parseGroups(halves[0] ?? "", halves.length === 1);
  const tail = halves.length === 2 ? parseGroups(halves[1] ?? "", true) : [];
  if (!head || !tail) return undefined;
  const length = head.length + tail.length;
  if (halves.length === 2 ? length > 14 : length !== 16) return undefined;
  const bytes = new Uint8Array(16);
  bytes.set(head);
  bytes.set(tail, 16 - tail.length);
  return bytes;
}

function parseGroups(text: string, mayEndInIpv4: boolean): number[] | undefined {
  if (text === "") return [];
  const bytes: number[] = [];
  const groups = text.split(":");
  for (const [index, group] of groups.entries()) {
    if (/^[\da-f]{1,4}$/i.test(group)) {
      const value = parseInt(group, 16);
      bytes.push(value >> 8, value & 255);
    } else {
      const ipv4 = mayEndInIpv4 && index === groups.length - 1 ? parseIpv4(group) : undefined;
      if (!ipv4) return undefined;
      bytes.push(...ipv4);
    }
  }
  return bytes;
}

/** Numeric text as `inet_ntop` prints it, except that an IPv4-mapped address prints as plain IPv4, as in Varnish. */
export function formatAddress(bytes: Uint8Array): string {
  if (bytes.length === 4) return bytes.join(".");
  const groups = Array.from({ length: 8 }, (_, i) => ((bytes[2 * i] ?? 0) << 8) | (bytes[2 * i + 1] ?? 0));
  const { start, length } = longestZeroRun(groups);
  const ipv4 = bytes.subarray(12).join(".");
  if (start === 0 && length === 5 && groups[5] === 0xffff) return ipv4;
  if (start === 0 && length === 6) return `::${ipv4}`;
  const hex = groups.map((group) => group.toString(16));
  if (length < 2) return hex.join(":");
  return `${hex.slice(0, start).join(":")}::${hex.slice(start + length).join(":")}`;
}

/** The first of the longest runs of zero groups. */
function longestZeroRun(groups: readonly number[]): { start: number; length: number } {
  let best = { start: 0, length: 0 };
  for (let start = 0; start < groups.length; start++) {
    let length = 0;
    while (groups[start + length] === 0) length++;
    if (length > best.length) best = { start, length };
  }
  return best;
}
