import type { BodyLink, FetchContext, StoredBodyFacts } from "../../body/filter-kind.js";
import type { FilterChain } from "../../body/filter-chain.js";
import { openChain } from "../../body/filter-chain.js";
import { UnknownFilter } from "../../body/filter-registry.js";
import { FetchFailure } from "../../backend/transport.js";
import { hasFeature, type Parameters } from "../../parameters.js";
import type { EsiFeatures } from "../../body/esi/esi-event.js";
import type { FetchTask } from "../fetch-task.js";

/** The filters of a fetch, open. */
export interface FetchChain {
  readonly chain: FilterChain;
  /** Filled in while the body passes. */
  readonly facts: StoredBodyFacts;
}

/**
 * Opens the filters that `beresp.filters` names, or the ones that are due without it. They change the headers of beresp, so that must come before the
 * object is made of it. Throws a FetchFailure.
 */
export function openFetchChain(task: FetchTask, tail: BodyLink): FetchChain {
  const list = task.beresp.filters ?? "";
  const context = contextOf(task);
  if (list !== "") task.log("Filters", list.trim());
  const kinds = task.vcl.filters.fetch.parse(list);
  if (kinds instanceof UnknownFilter) throw new FetchFailure(kinds.message);
  try {
    return { chain: openChain(kinds, context, tail), facts: context.facts };
  } catch (problem) {
    throw new FetchFailure(problem instanceof Error ? problem.message : String(problem));
  }
}

function contextOf(task: FetchTask): FetchContext {
  const { core, beresp, bereq } = task;
  const { host, params } = core;
  return {
    compression: host.compression,
    gzip: { level: params.gzip_level, memLevel: params.gzip_memlevel },
    http: beresp.http,
    log: (tag, text) => task.log(tag, text),
    logsPositions: !task.silent,
    count: (counter) => core.count(counter),
    status: beresp.status,
    url: bereq.url,
    esiFeatures: esiFeatures(params),
    facts: { isGzip: false, plainLength: 0, positions: undefined, encodingChanged: false, esi: undefined },
  };
}

function esiFeatures(params: Parameters): EsiFeatures {
  return {
    esi_disable_xml_check: hasFeature(params, "esi_disable_xml_check"),
    esi_remove_bom: hasFeature(params, "esi_remove_bom"),
    esi_ignore_other_elements: hasFeature(params, "esi_ignore_other_elements"),
    esi_ignore_https: hasFeature(params, "esi_ignore_https"),
  };
}
