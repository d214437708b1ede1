import { deliveryFilters, fetchFilters } from "./built-in-filters.js";
import type { DeliveryContext, FetchContext } from "./filter-kind.js";
import { FilterRegistry } from "./filter-registry.js";

/** The filters that a VCL can name. */
export interface FilterRegistries {
  /** For `beresp.filters` and `req.filters`. */
  readonly fetch: FilterRegistry<FetchContext>;
  /** For `resp.filters` and `bereq.filters`. */
  readonly delivery: FilterRegistry<DeliveryContext>;
}

const general: FilterRegistries = {
  fetch: new FilterRegistry("VFP", fetchFilters),
  delivery: new FilterRegistry("VDP", deliveryFilters),
};

/** The registries of one VCL: the built-in filters and those that its VMODs add. */
export function filterRegistries(): FilterRegistries {
  return {
    fetch: new FilterRegistry("VFP", [], general.fetch),
    delivery: new FilterRegistry("VDP", [], general.delivery),
  };
}
