import { formatAddress } from "../../values/ip.js";
import type { StreamEnd } from "../byte-stream.js";
import {
  longestProxyHeader,
  refuse,
  type ProxyHeader,
  type ProxyReading,
  type ProxyRecord,
} from "./proxy-reading.js";
import { readTlvs } from "./tlvs.js";

/** Signature, version and command, family and protocol, length of what follows. Bytes. */
const headSize = 16;

/** The transports whose addresses are of use: their names and the bytes of one address. */
const transports: ReadonlyMap<number, { readonly name: string; readonly size: number }> = new Map([
  [0x11, { name: "IPv4", size: 4 }],
  [0x21, { name: "IPv6", size: 16 }],
]);

/** Version 2, which is binary. */
export function readProxyV2(bytes: Uint8Array, tlvSpace: number): ProxyReading {
  if (bytes.length < headSize) return "incomplete";
  const [versionAndCommand = 0, transport = 0] = bytes.subarray(12);
  const payload = word(bytes, 14);
  const length = headSize + payload;
  if (length > longestProxyHeader) return refuse("RX_OVERFLOW");
  if (bytes.length < length) return "incomplete";
  const version = versionAndCommand >> 4;
  if (version !== 2) return refuse("RX_JUNK", garbage(`bad version (${version})`));
  const command = versionAndCommand & 15;
  // The proxy speaks for itself.
  if (command === 0) return { length, records: [["Proxy", "2 local local local local"]] };
  if (command !== 1) return refuse("RX_JUNK", garbage(`bad command (${command})`));
  const ignored = (what: string): ProxyHeader => ({ length, records: [garbage(`Ignoring ${what}`)] });
  if (transport === 0) return ignored("UNSPEC|UNSPEC addresses");
  const known = transports.get(transport);
  if (!known) return ignored(`unsupported protocol (0x${transport.toString(16).padStart(2, "0")})`);
  const { name, size } = known;
  if (payload < 2 * size + 4) return ignored(`short ${name} addresses (${payload})`);
  // A copy: TLVs are kept as long as the session is, what was read with them is not.
  return readProxied(new Uint8Array(bytes.subarray(0, length)), size, tlvSpace);
}

/** A whole header with addresses of `size` bytes each. */
function readProxied(header: Uint8Array, size: number, tlvSpace: number): ProxyReading {
  const ports = headSize + 2 * size;
  const client = endAt(header, headSize, size, ports);
  const server = endAt(header, headSize + size, size, ports + 2);
  const record = `2 ${client.address} ${client.port} ${server.address} ${server.port}`;
  const proxied: ProxyRecord = ["Proxy", record];
  const from = ports + 4;
  const tlvs = readTlvs(header, from);
  if ("error" in tlvs) return refuse("RX_JUNK", proxied, garbage(tlvs.error));
  if (header.length - from > tlvSpace) return refuse("RX_JUNK", proxied, ["Error", "insufficient workspace"]);
  return { length: header.length, records: [proxied], client, server, tlvs };
}

function endAt(header: Uint8Array, at: number, size: number, port: number): StreamEnd {
  return { address: formatAddress(header.subarray(at, at + size)), port: word(header, port) };
}

function garbage(what: string): ProxyRecord {
  return ["ProxyGarbage", `PROXY2: ${what}`];
}

/** 16 bits, most significant byte first. */
function word(bytes: Uint8Array, at: number): number {
  return ((bytes[at] ?? 0) << 8) | (bytes[at + 1] ?? 0);
}
