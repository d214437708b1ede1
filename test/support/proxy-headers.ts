import { crc32c } from "../../src/runtime/wire/proxy/crc32c.js";

const signature = "\r\n\r\n\0\r\nQUIT\n";

/** The line of version 1. */
export const v1 = (text: string): string => `PROXY ${text}\r\n`;

/** 16 bits, most significant byte first. */
const word = (value: number): string => String.fromCharCode(value >> 8, value & 255);

export const tlv = (type: number, value: string): string =>
  String.fromCharCode(type) + word(value.length) + value;

/** The SSL TLV: flags, result of the verification, more TLVs. */
export const ssl = (flags: number, verify: string, tlvs = ""): string =>
  tlv(0x20, String.fromCharCode(flags) + verify + tlvs);

export const ipv4 = `\x01\x02\x03\x04\x05\x06\x07\x08${word(1234)}${word(5678)}`;
const ipv6 = `\x20\x01${"\0".repeat(13)}\x01\x20\x01${"\0".repeat(13)}\x02${word(1234)}${word(5678)}`;
const mapped = `${"\0".repeat(10)}\xff\xff\x01\x02\x03\x04`;

export interface V2 {
  readonly command?: number;
  readonly transport?: number;
  readonly addresses?: string;
  readonly tlvs?: string;
}

/** A header of version 2; IPv4 unless it is said otherwise. */
export function v2({ command = 0x21, transport = 0x11, addresses = ipv4, tlvs = "" }: V2 = {}): string {
  const payload = addresses + tlvs;
  return signature + String.fromCharCode(command, transport) + word(payload.length) + payload;
}

/** A header of version 2 with its checksum between other TLVs; `flip` spoils it, `size` is how many bytes it takes. */
export function checked(before = "", after = "", { flip = 0, size = 4 } = {}): string {
  const header = v2({ tlvs: before + tlv(3, "\0".repeat(size)) + after });
  const sum = crc32c(Uint8Array.from(header, (byte) => byte.charCodeAt(0))) ^ flip;
  const value = (word(sum >>> 16) + word(sum & 0xffff)).padEnd(size, "\0").slice(0, size);
  return header.replace(tlv(3, "\0".repeat(size)), tlv(3, value));
}

/** What varnishd 7.1.1 made of a header. */
export interface ProxyCase {
  readonly name: string;
  /** A request follows at once, unless `alone`. */
  readonly header: string;
  readonly alone?: true;
  /** Records between SessOpen and SessClose or the request: tag and text. */
  readonly records: readonly string[];
  /** Why the connection ends; undefined: the request is answered. */
  readonly close?: string;
  /** `client.ip:port server.ip:port`; undefined: the ends of the connection. */
  readonly ends?: string;
}

const proxied = "Proxy 2 1.2.3.4 1234 5.6.7.8 5678";
const ends = "1.2.3.4:1234 5.6.7.8:5678";

const accepted = (name: string, header: string): ProxyCase => ({ name, header, records: [proxied], ends });
const ignored = (name: string, header: string, what: string): ProxyCase => ({
  name,
  header,
  records: [`ProxyGarbage PROXY2: Ignoring ${what}`],
});
const local = (name: string, header: string): ProxyCase => ({
  name,
  header,
  records: ["Proxy 2 local local local local"],
});
const garbage1 = (name: string, line: string, what: string): ProxyCase => ({
  name,
  header: v1(line),
  records: [`ProxyGarbage PROXY1: ${what}`],
  close: "RX_JUNK",
});
const garbage2 = (name: string, header: string, what: string, ...before: readonly string[]): ProxyCase => ({
  name,
  header,
  records: [...before, `ProxyGarbage PROXY2: ${what}`],
  close: "RX_JUNK",
});
const silent = (name: string, header: string, close: string): ProxyCase => ({
  name,
  header,
  alone: true,
  records: [],
  close,
});
/** A line of version 1 of that many bytes. */
const lineOf = (bytes: number): string => v1("TCP4 1.2.3.4 5.6.7.8 1234 ".padEnd(bytes - 8, "0"));

export const proxyCases: readonly ProxyCase[] = [
  {
    name: "version 1, IPv4",
    header: v1("TCP4 1.2.3.4 5.6.7.8 1234 5678"),
    records: ["Proxy 1 1.2.3.4 1234 5.6.7.8 5678"],
    ends,
  },
  {
    name: "version 1, IPv6",
    header: v1("TCP6 1:f::2 5:A::8 1234 5678"),
    records: ["Proxy 1 1:f::2 1234 5:A::8 5678"],
    ends: "1:f::2:1234 5:a::8:5678",
  },
  {
    name: "version 1, IPv4 within IPv6",
    header: v1("TCP6 ::ffff:1.2.3.4 ::1 1 2"),
    records: ["Proxy 1 ::ffff:1.2.3.4 1 ::1 2"],
    ends: "1.2.3.4:1 ::1:2",
  },
  {
    name: "version 1, short spellings of IPv4",
    header: v1("TCP4 127.1 0x7f.1 1 2"),
    records: ["Proxy 1 127.1 1 0x7f.1 2"],
    ends: "127.0.0.1:1 127.0.0.1:2",
  },
  {
    name: "version 1, ports over 16 bits and none",
    header: v1("TCP4 1.2.3.4 5.6.7.8 70000 "),
    records: ["Proxy 1 1.2.3.4 70000 5.6.7.8 "],
    ends: "1.2.3.4:4464 5.6.7.8:0",
  },
  {
    name: "version 1, a zero byte ends the text",
    header: v1("TCP4 1.2.3.4 5.6.7.8 1234 56\x0078"),
    records: ["Proxy 1 1.2.3.4 1234 5.6.7.8 56"],
    ends: "1.2.3.4:1234 5.6.7.8:56",
  },
  {
    name: "version 1, 108 bytes",
    header: lineOf(108),
    records: [`Proxy 1 1.2.3.4 1234 5.6.7.8 ${"0".repeat(74)}`],
    ends: "1.2.3.4:1234 5.6.7.8:0",
  },
  silent("version 1, 109 bytes", lineOf(109), "RX_OVERFLOW"),
  garbage1("version 1, UNKNOWN", "UNKNOWN", "Too few fields"),
  garbage1("version 1, UNKNOWN with addresses", "UNKNOWN 1.2.3.4 5.6.7.8 1 2", "Wrong TCP[46] field"),
  garbage1("version 1, lower case", "tcp4 1.2.3.4 5.6.7.8 1 2", "Wrong TCP[46] field"),
  garbage1("version 1, too few fields", "A B C D", "Too few fields"),
  garbage1("version 1, too many fields", "TCP4 1.2.3.4 5.6.7.8 1 2 3", "Too many fields"),
  garbage1("version 1, a blank twice", "TCP4  1.2.3.4 5.6.7.8 1 2", "Too many fields"),
  garbage1("version 1, a blank at the end", "TCP4 1.2.3.4 5.6.7.8 1 2 ", "Too many fields"),
  garbage1("version 1, a blank in place of a field", "TCP4  5.6.7.8 1 2", "Cannot resolve source address"),
  garbage1("version 1, IPv6 as TCP4", "TCP4 1:f::2 5:a::8 1 2", "Cannot resolve source address"),
  garbage1("version 1, IPv4 as TCP6", "TCP6 1.2.3.4 5.6.7.8 1 2", "Cannot resolve source address"),
  garbage1("version 1, a name", "TCP4 localhost 5.6.7.8 1 2", "Cannot resolve source address"),
  garbage1(
    "version 1, a source port in letters",
    "TCP4 1.2.3.4 5.6.7.8 x 2",
    "Cannot resolve source address",
  ),
  garbage1("version 1, a bad destination", "TCP4 1.2.3.4 x 1 2", "Cannot resolve destination address"),
  garbage1(
    "version 1, a huge port",
    `TCP4 1.2.3.4 5.6.7.8 1 ${"9".repeat(23)}`,
    "Cannot resolve destination address",
  ),
  silent("version 1, LF without CR", "PROXY TCP4 1.2.3.4 5.6.7.8 1234 5678\n", "RX_JUNK"),
  silent("version 1, CR in the middle", v1("TCP4 1.2.3.4 5.6.7.8 12\r34 5678"), "RX_JUNK"),
  silent("version 1, the beginning", "PROXY TCP4", "RX_TIMEOUT"),
  silent("nothing", "", "RX_TIMEOUT"),
  silent("lower case", "proxy TCP4 1.2.3.4 5.6.7.8 1234 5678\r\n", "RX_JUNK"),
  silent("a request without a header", "GET / HTTP/1.1\r\nHost: h\r\n\r\n", "RX_JUNK"),
  silent("blank lines before", `\r\n${v1("TCP4 1.2.3.4 5.6.7.8 1234 5678")}`, "RX_JUNK"),
  accepted("version 2, IPv4", v2()),
  {
    name: "version 2, IPv6",
    header: v2({ transport: 0x21, addresses: ipv6 }),
    records: ["Proxy 2 2001::1 1234 2001::2 5678"],
    ends: "2001::1:1234 2001::2:5678",
  },
  {
    name: "version 2, IPv4 within IPv6",
    header: v2({ transport: 0x21, addresses: mapped + mapped + word(1) + word(2) }),
    records: ["Proxy 2 1.2.3.4 1 1.2.3.4 2"],
    ends: "1.2.3.4:1 1.2.3.4:2",
  },
  local("version 2, LOCAL", v2({ command: 0x20, transport: 0, addresses: "" })),
  local("version 2, LOCAL with junk", v2({ command: 0x20, addresses: "xyz", tlvs: tlv(3, "xxxx") })),
  ignored("version 2, UNSPEC", v2({ transport: 0, tlvs: tlv(1, "h2") }), "UNSPEC|UNSPEC addresses"),
  ignored("version 2, UDP", v2({ transport: 0x12 }), "unsupported protocol (0x12)"),
  ignored("version 2, Unix sockets", v2({ transport: 0x31 }), "unsupported protocol (0x31)"),
  ignored("version 2, an unknown family", v2({ transport: 0x01 }), "unsupported protocol (0x01)"),
  ignored("version 2, short IPv4", v2({ addresses: ipv4.slice(1) }), "short IPv4 addresses (11)"),
  ignored(
    "version 2, short IPv6",
    v2({ transport: 0x21, addresses: ipv6.slice(1) }),
    "short IPv6 addresses (35)",
  ),
  garbage2("version 2, version 1 in it", v2({ command: 0x11 }), "bad version (1)"),
  garbage2("version 2, command 2", v2({ command: 0x22 }), "bad command (2)"),
  accepted("version 2, any TLVs", v2({ tlvs: tlv(4, "xxxx") + tlv(0xee, "") + tlv(0x30, "ns") })),
  garbage2("version 2, one byte left", v2({ tlvs: "\x01" }), "TLV Dribble bytes", proxied),
  garbage2("version 2, two bytes left", v2({ tlvs: "\x01\0" }), "TLV Dribble bytes", proxied),
  garbage2("version 2, a TLV too long", v2({ tlvs: "\x01\0\x05ab" }), "TLV Length Error", proxied),
  garbage2("version 2, SSL too short", v2({ tlvs: tlv(0x20, "abcd") }), "TLV Length Error", proxied),
  garbage2(
    "version 2, a byte left in SSL",
    v2({ tlvs: ssl(1, "\0\0\0\0", "!") }),
    "TLV Dribble bytes",
    proxied,
  ),
  garbage2(
    "version 2, too long in SSL",
    v2({ tlvs: ssl(1, "\0\0\0\0", "!\0\x05a") }),
    "TLV Length Error",
    proxied,
  ),
  accepted("version 2, CRC32C", checked()),
  accepted("version 2, CRC32C between others", checked(tlv(1, "h2"), tlv(2, "a.b"))),
  accepted("version 2, CRC32C with a byte more", checked("", "", { size: 5 })),
  garbage2("version 2, CRC32C wrong", checked("", "", { flip: 1 }), "CRC error", proxied),
  garbage2("version 2, CRC32C too short", checked("", "", { size: 3 }), "CRC error", proxied),
  garbage2(
    "version 2, CRC32C wrong, then a byte left",
    v2({ tlvs: `${tlv(3, "abcd")}\x01` }),
    "CRC error",
    proxied,
  ),
  accepted("version 2, 384 bytes of TLVs", v2({ tlvs: tlv(4, "x".repeat(381)) })),
  {
    name: "version 2, more TLVs than workspace_session holds",
    header: v2({ tlvs: tlv(4, "x".repeat(400)) }),
    records: [proxied, "Error insufficient workspace"],
    close: "RX_JUNK",
  },
  silent("version 2, more than 1024 bytes", v2({ tlvs: tlv(4, "x".repeat(1100)) }), "RX_OVERFLOW"),
  silent("version 2, the beginning", v2().slice(0, 20), "RX_TIMEOUT"),
  silent("version 2, its signature", signature, "RX_TIMEOUT"),
];
