import type { StreamEnd } from "../byte-stream.js";
import type { CloseReason } from "../close-reason.js";

/** Bytes of a header at most. */
export const longestProxyHeader = 1024;

/** What a header of version 2 says beside the addresses: the value of each type, the first of it; those of SSL are among them. */
export type ProxyTlvs = ReadonlyMap<number, Uint8Array>;

/** A log record: tag and text. */
export type ProxyRecord = readonly ["Proxy" | "ProxyGarbage" | "Error", string];

/** The connection goes on behind the header. */
export interface ProxyHeader {
  /** Bytes that it takes. */
  readonly length: number;
  readonly records: readonly ProxyRecord[];
  /** Who the client is, and where it wanted to go. Absent where the header does not say: it is the connection itself then. */
  readonly client?: StreamEnd;
  readonly server?: StreamEnd;
  readonly tlvs?: ProxyTlvs;
}

/** The connection ends without a word. */
export interface RefusedProxyHeader {
  readonly refused: CloseReason;
  readonly records: readonly ProxyRecord[];
}

export type ProxyReading = "incomplete" | ProxyHeader | RefusedProxyHeader;

/** The connection is to end, for this reason, after these records. */
export function refuse(refused: CloseReason, ...records: readonly ProxyRecord[]): RefusedProxyHeader {
  return { refused, records };
}
