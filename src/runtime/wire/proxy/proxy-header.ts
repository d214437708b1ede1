import { readProxyV1 } from "./proxy-v1.js";
import { readProxyV2 } from "./proxy-v2.js";
import { longestProxyHeader, refuse, type ProxyReading } from "./proxy-reading.js";

const signatures = [
  { text: "PROXY", read: readProxyV1 },
  { text: "\r\n\r\n\0\r\nQUIT\n", read: readProxyV2 },
] as const;

/**
 * Reads the header that a connection begins with (PROXY protocol, versions 1 and 2), from all the bytes that have come so far: it is short, so it is
 * looked at anew until it is whole. `tlvSpace` is how many bytes its TLVs may take.
 */
export function readProxyHeader(bytes: Uint8Array, tlvSpace: number): ProxyReading {
  const start = bytes.subarray(0, longestProxyHeader);
  const signature = signatures.find(({ text }) => beginsLike(start, text));
  if (!signature) return refuse("RX_JUNK");
  if (start.length < signature.text.length) return "incomplete";
  const reading = signature.read(start, tlvSpace);
  return reading === "incomplete" && start.length === longestProxyHeader ? refuse("RX_OVERFLOW") : reading;
}

/** Whether the bytes, as far as they have come, are those of a signature. */
function beginsLike(bytes: Uint8Array, signature: string): boolean {
  const length = Math.min(bytes.length, signature.length);
  for (let at = 0; at < length; at++) if (bytes[at] !== signature.charCodeAt(at)) return false;
  return true;
}
