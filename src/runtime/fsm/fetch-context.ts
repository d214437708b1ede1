import type { EsiFeatures } from "../body/esi/esi-event.js";
import type { FetchContext } from "../body/filter-kind.js";
import type { GzipOptions } from "../body/gzip-packer.js";
import type { HeaderList } from "../http/header-list.js";
import { hasFeature, type Parameters } from "../parameters.js";
import type { Transaction } from "./transaction.js";

/** The message whose body goes through fetch filters. */
interface Message {
  readonly http: HeaderList;
  readonly status: number;
  readonly url: string;
}

/** How gzip packs now. */
export function gzipOptions(params: Parameters): GzipOptions {
  return { level: params.gzip_level, memLevel: params.gzip_memlevel, buffer: params.gzip_buffer };
}

/** What fetch filters get to know. */
export function fetchContext(task: Transaction, message: Message): FetchContext {
  const { host, params } = task.core;
  return {
    ...message,
    compression: host.compression,
    gzip: gzipOptions(params),
    log: (tag, text) => task.log(tag, text),
    logsPositions: !task.silent,
    count: (counter) => task.core.count(counter),
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
