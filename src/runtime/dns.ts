/** A question to the DNS itself, not to whatever the system takes names from. */
export interface DnsQuery {
  readonly name: string;
  readonly type: "A" | "AAAA" | "SRV";
  /** `ADDRESS` or `ADDRESS:PORT` of whom to ask; those of the system where there are none. */
  readonly servers: readonly string[];
  /** Seconds that an answer may take. */
  readonly timeout: number;
}

/** A record of an answer. */
export interface DnsRecord {
  /** The address, or of SRV the host name. */
  readonly target: string;
  /** Seconds that it holds; undefined where that is not told. */
  readonly ttl?: number;
  /** Of SRV: port, and the numbers by which targets are chosen (RFC 2782). */
  readonly port?: number;
  readonly priority?: number;
  readonly weight?: number;
}
