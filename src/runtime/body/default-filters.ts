import type { RecodedEncoding } from "./compression.js";
import { allowsGzip } from "../http/accept-encoding.js";

/** What decides which fetch filters a response gets where VCL names none. */
export interface FetchFilterFacts {
  /** False: no body, or Content-Length 0. */
  readonly hasBody: boolean;
  readonly contentEncoding: string | undefined;
  readonly doEsi: boolean;
  readonly doGzip: boolean;
  readonly doGunzip: boolean;
  /** The parameter http_gzip_support. */
  readonly gzipSupport: boolean;
}

/** The list that `beresp.filters` reads as where VCL has not set it; as in Varnish every name has a blank in front. */
export function defaultFetchFilters(facts: FetchFilterFacts): string {
  if (!facts.hasBody) return "";
  const { contentEncoding, doEsi } = facts;
  const isGzip = contentEncoding?.toLowerCase() === "gzip";
  const gunzip = facts.gzipSupport && facts.doGunzip && isGzip;
  const gzip = facts.gzipSupport && facts.doGzip && contentEncoding === undefined;
  if (doEsi) {
    if (isGzip) return gunzip ? " gunzip esi" : " gunzip esi_gzip";
    return gzip ? " esi_gzip" : " esi";
  }
  if (isGzip) return gunzip ? " gunzip" : " testgunzip";
  return gzip ? " gzip" : "";
}

/** What decides which delivery filters a response gets where VCL names none. */
export interface DeliveryFilterFacts {
  /** The object has an ESI program. */
  readonly hasEsi: boolean;
  /** `resp.do_esi`. */
  readonly doEsi: boolean;
  /** The stored body is gzip. */
  readonly isGzip: boolean;
  readonly status: number;
  /** What the client likes better than gzip, where the parameters allow it. */
  readonly recoding?: RecodedEncoding | undefined;
  /** The request's headers, as VCL left them. */
  readonly acceptEncoding: string | undefined;
  readonly hasRange: boolean;
  /** The parameters http_gzip_support and http_range_support. */
  readonly gzipSupport: boolean;
  readonly rangeSupport: boolean;
}

/** The list that `resp.filters` reads as where VCL has not set it. */
export function defaultDeliveryFilters(facts: DeliveryFilterFacts): string {
  if (facts.recoding !== undefined && facts.isGzip && !facts.hasEsi && !facts.hasRange) {
    return ` gunzip ${facts.recoding}`;
  }
  let list = "";
  if (facts.hasEsi && facts.doEsi) list += " esi";
  if (facts.gzipSupport && facts.isGzip && !allowsGzip(facts.acceptEncoding)) list += " gunzip";
  if (facts.rangeSupport && facts.status === 200 && facts.hasRange) list += " range";
  return list;
}
