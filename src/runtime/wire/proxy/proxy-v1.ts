import { latin1Text } from "../../values/blob.js";
import { formatAddress, parseAddress, parseLooseIpv4 } from "../../values/ip.js";
import type { StreamEnd } from "../byte-stream.js";
import { refuse, type ProxyReading, type RefusedProxyHeader } from "./proxy-reading.js";

const cr = 13;
const lf = 10;
/** Where the line may end at the latest, counted from its first byte. */
const lastByte = 107;

/** Version 1: `PROXY TCP4 source destination port port`, one blank between each two, CR LF. */
export function readProxyV1(bytes: Uint8Array): ProxyReading {
  const end = bytes.indexOf(lf);
  if (end < 0) return "incomplete";
  if (end > lastByte) return refuse("RX_OVERFLOW");
  if (bytes.indexOf(cr) !== end - 1) return refuse("RX_JUNK");
  // As in C, a text ends at a zero byte.
  const line = latin1Text(bytes.subarray(0, end - 1)).split("\0", 1)[0] ?? "";
  const [, family = "", source = "", destination = "", sourcePort, port, more] = line.split(" ");
  if (sourcePort === undefined || port === undefined) return garbage("Too few fields");
  if (more !== undefined) return garbage("Too many fields");
  if (family !== "TCP4" && family !== "TCP6") return garbage("Wrong TCP[46] field");
  const client = readEnd(family, source, sourcePort);
  if (!client) return garbage("Cannot resolve source address");
  const server = readEnd(family, destination, port);
  if (!server) return garbage("Cannot resolve destination address");
  const record = `1 ${source} ${sourcePort} ${destination} ${port}`;
  return { length: end + 1, records: [["Proxy", record]], client, server };
}

function garbage(what: string): RefusedProxyHeader {
  return refuse("RX_JUNK", ["ProxyGarbage", `PROXY1: ${what}`]);
}

/** An address and a port as the C library reads them: IPv4 in its short spellings too; of a port's number 16 bits count, none is 0. */
function readEnd(family: "TCP4" | "TCP6", address: string, port: string): StreamEnd | undefined {
  const bytes = family === "TCP4" ? parseLooseIpv4(address) : parseAddress(address);
  if (!bytes || bytes.length !== (family === "TCP4" ? 4 : 16)) return undefined;
  if (!/^\d*$/.test(port) || Number(port) >= 2 ** 31) return undefined;
  return { address: formatAddress(bytes), port: Number(port) & 0xffff };
}
