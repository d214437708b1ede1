import type { CachedObject } from "../../cache/cached-object.js";
import { ifNoneMatchCovers, type HttpHeaders } from "../../http/index.js";
import { parseDate } from "../../values/index.js";

/** Whether the client has this response already (state-machine: conditional requests, client side). */
export function isNotModified(
  req: { readonly http: HttpHeaders; readonly time: number },
  response: HttpHeaders,
  object: CachedObject,
): boolean {
  const ifNoneMatch = req.http.get("if-none-match");
  if (ifNoneMatch !== undefined) {
    const etag = response.get("etag");
    return etag !== undefined && ifNoneMatchCovers(ifNoneMatch, etag, req.http.has("range"));
  }
  const ifModifiedSince = req.http.get("if-modified-since");
  if (ifModifiedSince === undefined) return false;
  const since = parseDate(ifModifiedSince);
  if (since === undefined || since > req.time) return false;
  const lastModified = response.get("last-modified");
  const modified = lastModified === undefined ? object.lastModified : parseDate(lastModified);
  return modified !== undefined && modified <= since;
}
