import { nodeCompression } from "../../src/host/node/compression.js";
import type { BodyFilter } from "../../src/runtime/body/body.js";
import type {
  BodyLink,
  DeliveryContext,
  FetchContext,
  StoredBodyFacts,
} from "../../src/runtime/body/filter-kind.js";
import { HttpHeaders } from "../../src/runtime/http/index.js";

/** Takes a body and keeps it. */
export class Collector implements BodyLink {
  readonly chunks: Uint8Array[] = [];
  ended = false;
  abandoned = false;
  flushes = 0;

  write(chunk: Uint8Array): void | Promise<void> {
    this.chunks.push(chunk);
  }
  flush(): void {
    this.flushes++;
  }
  end(): void {
    this.ended = true;
  }
  abandon(): void {
    this.abandoned = true;
  }
  get bytes(): Buffer {
    return Buffer.concat(this.chunks);
  }
  get text(): string {
    return this.bytes.toString("latin1");
  }
}

/** As a Collector, but every write has to be waited for, and nobody may write meanwhile. */
export class SlowCollector extends Collector {
  private busy = false;

  override async write(chunk: Uint8Array): Promise<void> {
    if (this.busy) throw new Error("written while busy");
    this.busy = true;
    await new Promise((resolve) => setImmediate(resolve));
    this.busy = false;
    await super.write(chunk);
  }
}

export function noFacts(): StoredBodyFacts {
  return { isGzip: false, plainLength: 0, positions: undefined, encodingChanged: false, esi: undefined };
}

export const noFeatures = {
  esi_disable_xml_check: false,
  esi_remove_bom: false,
  esi_ignore_other_elements: false,
  esi_ignore_https: false,
};

/** What filters leave behind: headers, records and counters. */
export interface Records {
  readonly http: HttpHeaders;
  readonly records: string[];
  readonly counts: string[];
}

function base(headers: Readonly<Record<string, string>>) {
  const records: string[] = [];
  const counts: string[] = [];
  return {
    records,
    counts,
    compression: nodeCompression,
    gzip: { level: 6, memLevel: 8, buffer: 32 * 1024 },
    http: new HttpHeaders(Object.entries(headers)),
    log: (tag: string, text: string) => void records.push(`${tag} ${text}`),
    count: (counter: string) => void counts.push(counter),
    logsPositions: true,
  };
}

/** A context for fetch filters. */
export function fetchContext(
  headers: Readonly<Record<string, string>> = {},
  changes: Partial<FetchContext> & { readonly http?: HttpHeaders } = {},
): FetchContext & Records {
  const own = { status: 200, url: "/dir/page", esiFeatures: noFeatures, facts: noFacts() };
  return { ...base(headers), ...own, ...changes };
}

/** A context for delivery filters. */
export function deliveryContext(
  headers: Readonly<Record<string, string>> = {},
  changes: Partial<DeliveryContext> & { readonly http?: HttpHeaders } = {},
): DeliveryContext & Records {
  const own = {
    status: 200,
    length: undefined,
    storedLength: changes.length,
    request: new HttpHeaders(),
    encodings: changes.request?.get("accept-encoding"),
    facts: noFacts(),
    esi: undefined,
    maxRanges: 0,
    random: () => 0.5,
  };
  return { ...base(headers), ...own, ...changes };
}

/** Writes a body piece by piece, and ends it. */
export async function feed(filter: BodyFilter, pieces: readonly Uint8Array[]): Promise<void> {
  for (const piece of pieces) await filter.write(piece);
  await filter.end();
}

/** A body cut at every so many bytes. */
export function cut(bytes: Uint8Array, size: number): Uint8Array[] {
  const pieces: Uint8Array[] = [];
  for (let at = 0; at < bytes.length; at += size) pieces.push(bytes.subarray(at, at + size));
  return pieces;
}

/** A body cut at some places. */
export function cutAt(bytes: Uint8Array, places: readonly number[]): Uint8Array[] {
  const stops = [...places.map((place) => place % (bytes.length + 1)).sort((a, b) => a - b), bytes.length];
  let from = 0;
  return stops.map((to) => bytes.subarray(from, (from = to)));
}
