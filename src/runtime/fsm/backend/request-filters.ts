import { gzipOptions } from "../fetch-context.js";
import type { BodySource } from "../../body/body.js";
import { DeliveryTail } from "../../body/delivery-tail.js";
import { openChain, type FilterChain } from "../../body/filter-chain.js";
import { plainBody, type DeliveryContext } from "../../body/filter-kind.js";
import { FilteredBody } from "../../body/filtered-body.js";
import { UnknownFilter } from "../../body/filter-registry.js";
import { FetchFailure } from "../../backend/transport.js";
import type { FetchTask } from "../fetch-task.js";

/**
 * The request body as `bereq.filters` makes it. They change the headers of bereq; how long the body is, the wire says of what comes out of them.
 * Throws a FetchFailure.
 */
export function filteredRequestBody(task: FetchTask, source: BodySource, list: string): BodySource {
  const kinds = task.vcl.filters.delivery.parse(list);
  if (kinds instanceof UnknownFilter) throw new FetchFailure(kinds.message);
  const context = contextOf(task, source.length);
  const tail = new DeliveryTail();
  let chain: FilterChain;
  try {
    chain = openChain(kinds, context, tail);
  } catch (problem) {
    throw new FetchFailure(problem instanceof Error ? problem.message : String(problem));
  }
  return chain.names.length === 0 ? source : new FilteredBody(source, chain, tail, undefined, context.length);
}

function contextOf(task: FetchTask, length: number | undefined): DeliveryContext {
  const { host, params } = task.core;
  return {
    compression: host.compression,
    gzip: gzipOptions(params),
    http: task.bereq.http,
    log: (tag, text) => task.log(tag, text),
    logsPositions: !task.silent,
    count: (counter) => task.core.count(counter),
    status: 200,
    length,
    request: undefined,
    encodings: undefined,
    facts: plainBody,
    storedLength: length,
    esi: undefined,
    maxRanges: 0,
    random: () => host.random(),
  };
}
