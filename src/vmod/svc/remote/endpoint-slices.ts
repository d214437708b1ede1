import type { AnswerValue } from "./answer-value.js";
import type { Found } from "./settings.js";

/** An EndpointSlice of discovery.k8s.io/v1, as far as it is looked at. */
export interface EndpointSlice {
  readonly metadata: {
    readonly name: string;
    readonly resourceVersion?: string;
    readonly labels?: Readonly<Record<string, string>>;
  };
  readonly addressType?: string;
  readonly endpoints?: readonly SliceEndpoint[] | null;
  readonly ports?: readonly SlicePort[] | null;
}

interface SliceEndpoint {
  readonly addresses: readonly string[];
  readonly conditions?: {
    readonly ready?: boolean | null;
    readonly serving?: boolean | null;
    readonly terminating?: boolean | null;
  };
  readonly hints?: { readonly forZones?: readonly { readonly name: string }[] | null };
}

interface SlicePort {
  readonly name?: string | null;
  readonly port?: number | null;
  readonly protocol?: string | null;
}

/** By which label a slice says what service it is of. */
export const serviceLabel = "kubernetes.io/service-name";

/** What is looked at of a slice. Throws one line where it is none. */
export function readSlice(slice: AnswerValue): EndpointSlice {
  const metadata = slice.field("metadata");
  const service = metadata.field("labels").field(serviceLabel).text();
  return {
    metadata: {
      name: metadata.field("name").needed().text() as string,
      ...(service !== undefined && { labels: { [serviceLabel]: service } }),
    },
    addressType: slice.field("addressType").text() ?? "",
    endpoints: slice.field("endpoints").items().map(readEndpoint),
    ports: slice.field("ports").items().map(readPort),
  };
}

function readEndpoint(endpoint: AnswerValue): SliceEndpoint {
  const conditions = endpoint.field("conditions");
  const flag = (name: string): boolean | null => conditions.field(name).flag() ?? null;
  const zones = endpoint.field("hints").field("forZones").items();
  return {
    addresses: endpoint
      .field("addresses")
      .items()
      .map((address) => address.needed().text() as string),
    conditions: { ready: flag("ready"), serving: flag("serving"), terminating: flag("terminating") },
    hints: { forZones: zones.map((zone) => ({ name: zone.field("name").text() ?? "" })) },
  };
}

function readPort(port: AnswerValue): SlicePort {
  return {
    name: port.field("name").text() ?? null,
    port: port.field("port").port() ?? null,
    protocol: port.field("protocol").text() ?? null,
  };
}

interface Candidate extends Found {
  readonly endpoint: SliceEndpoint;
}

/**
 * The endpoints that get traffic of a service's slices: those that are ready; where none is, those that still serve while they end, as kube-proxy
 * does. With a zone, those meant for it, unless one of them has no hint. A service of two families is asked over IPv4.
 */
export function endpointsOf(
  slices: readonly EndpointSlice[],
  port: string | undefined,
  zone: string | undefined,
): readonly Found[] {
  const ipv4 = slices.filter(({ addressType }) => addressType === "IPv4");
  const family = ipv4.some(({ endpoints }) => (endpoints ?? []).length > 0)
    ? ipv4
    : slices.filter(({ addressType }) => addressType === "IPv6");
  const all = family.flatMap((slice) => candidatesOf(slice, port));
  const ready = all.filter(({ endpoint }) => endpoint.conditions?.ready !== false);
  const able =
    ready.length > 0
      ? ready
      : all.filter(({ endpoint: { conditions } }) => conditions?.serving && conditions.terminating);
  return inZone(able, zone).map(({ address, port: number }) => ({ address, port: number }));
}

function inZone(candidates: readonly Candidate[], zone: string | undefined): readonly Candidate[] {
  if (zone === undefined) return candidates;
  const zonesOf = ({ endpoint }: Candidate): readonly { readonly name: string }[] =>
    endpoint.hints?.forZones ?? [];
  if (candidates.some((one) => zonesOf(one).length === 0)) return candidates;
  const near = candidates.filter((one) => zonesOf(one).some(({ name }) => name === zone));
  return near.length > 0 ? near : candidates;
}

/** One for each endpoint: its addresses are the same pod. */
function candidatesOf({ endpoints, ports }: EndpointSlice, wanted: string | undefined): readonly Candidate[] {
  const tcp = (ports ?? []).filter(({ protocol }) => (protocol ?? "TCP") === "TCP");
  const port = (
    wanted === undefined
      ? tcp[0]
      : tcp.find(({ name, port: number }) => name === wanted || String(number) === wanted)
  )?.port;
  if (!port) return [];
  return (endpoints ?? []).flatMap((endpoint) => {
    const [address] = endpoint.addresses;
    return address === undefined ? [] : [{ address, port, endpoint }];
  });
}
