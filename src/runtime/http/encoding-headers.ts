import type { HeaderList } from "./header-list.js";
import { splitList } from "./tokens.js";

/** Marks the ETag as weak: the bytes are not the ones that it was made for. Varnish does not look whether it has quotes. */
export function weakenEtag(http: HeaderList): void {
  const etag = http.get("etag");
  if (etag !== undefined && !etag.startsWith("W/")) http.set("ETag", `W/${etag}`);
}

/** Says that the response depends on Accept-Encoding; several Vary fields become one. `*` is extended like any other. */
export function varyOnEncoding(http: HeaderList): void {
  http.collect("vary");
  const vary = http.get("vary");
  if (vary === undefined) {
    http.set("Vary", "Accept-Encoding");
    return;
  }
  if (splitList(vary).some((name) => name.toLowerCase() === "accept-encoding")) return;
  http.set("Vary", `${vary}, Accept-Encoding`);
}

/** Whether a body is gzip by its Content-Encoding, in any case. */
export function isGzipEncoded(http: HeaderList): boolean {
  return http.get("content-encoding")?.toLowerCase() === "gzip";
}

/** The headers of a response whose body is now packed: on its way into the cache. */
export function nowEncoded(http: HeaderList, encoding: string): void {
  http.unset("content-length");
  weakenEtag(http);
  http.set("Content-Encoding", encoding);
  varyOnEncoding(http);
}

/** The headers of a response whose body is now plain. Vary stays: what came in depended on it. */
export function nowPlain(http: HeaderList): void {
  http.unset("content-length");
  weakenEtag(http);
  http.unset("content-encoding");
}
