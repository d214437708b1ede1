/** Bytes of the stored body that are delivered. Of gzip data also what the parent's trailer needs: CRC-32 and length of the text in it. */
export interface VerbatimSegment {
  readonly kind: "verbatim";
  readonly length: number;
  readonly crc?: number;
  readonly plainLength?: number;
}

/** Bytes of the stored body that are not delivered. */
export interface SkipSegment {
  readonly kind: "skip";
  readonly length: number;
}

/** Another response stands here. */
export interface IncludeSegment {
  readonly kind: "include";
  /** undefined: the Host of the parent's request stays. */
  readonly host: string | undefined;
  readonly url: string;
  /** `onerror="continue"` */
  readonly continues: boolean;
}

export type EsiSegment = VerbatimSegment | SkipSegment | IncludeSegment;

/** What ESI makes of a stored body: its segments in order. Plain data, kept with the object. */
export interface EsiProgram {
  /** The stored body is gzip. Its header and trailer are in `skip` segments, and each verbatim segment is whole bytes that do not refer back. */
  readonly isGzip: boolean;
  readonly segments: readonly EsiSegment[];
}
