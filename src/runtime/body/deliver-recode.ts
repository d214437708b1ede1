import { codingWeight } from "../http/accept-encoding.js";
import { nowEncoded } from "../http/encoding-headers.js";
import type { DeliveryContext, FilterKind } from "./filter-kind.js";

/**
 * `br` and `zstd`: pack plain text for a client that takes that encoding, as the list `gunzip br` does with a gzip object. Not known to Varnish, and
 * in a default list only where http_brotli_support or http_zstd_support is on. Steps aside where the client does not take it, the body has an encoding, or the host cannot.
 */
function recodeDelivery(encoding: "br" | "zstd"): FilterKind<DeliveryContext> {
  return {
    name: encoding,
    open(context, next) {
      const { encodings = "", http, compression } = context;
      const weight = codingWeight(encodings, encoding) ?? 0;
      if (weight === 0 || http.get("content-encoding") !== undefined) return "not needed";
      const filter = compression.encoder(encoding, next);
      if (!filter) return "not needed";
      nowEncoded(http, encoding);
      context.length = undefined;
      return filter;
    },
  };
}

export const brotliDelivery = recodeDelivery("br");
export const zstdDelivery = recodeDelivery("zstd");
