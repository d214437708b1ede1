import { brotliDelivery, zstdDelivery } from "./deliver-recode.js";
import { esiDelivery } from "./deliver-esi.js";
import { gunzipDelivery } from "./deliver-gunzip.js";
import { rangeDelivery } from "./deliver-range.js";
import { esiGzipFetch } from "./fetch-esi-gzip.js";
import { esiFetch } from "./fetch-esi.js";
import { gzipFetch } from "./fetch-gzip.js";
import { gunzipFetch, testGunzipFetch } from "./fetch-unpack.js";
import type { DeliveryContext, FetchContext, FilterKind } from "./filter-kind.js";

/** Fetch filters that VCL can name. */
export const fetchFilters: readonly FilterKind<FetchContext>[] = [
  testGunzipFetch,
  gunzipFetch,
  gzipFetch,
  esiFetch,
  esiGzipFetch,
];

/** Delivery filters that VCL can name. */
export const deliveryFilters: readonly FilterKind<DeliveryContext>[] = [
  esiDelivery,
  gunzipDelivery,
  rangeDelivery,
  brotliDelivery,
  zstdDelivery,
];
