import { latin1Bytes } from "../../runtime/index.js";
import { readConfig } from "../svc/read-config.js";
import type { ServiceConfig } from "../svc/endpoint-config.js";
import { HostIndex } from "./host-index.js";
import { LabelUses } from "./label-uses.js";
import { planOfEntries, type KnownHosts } from "./plan-of-entries.js";
import { takeRoutes, type RouteConfig, type RoutesConfig } from "./route-config.js";
import { compareRoutes } from "./route.js";

/**
 * What a file of routes comes to, as data that one thread hands to another: where each host stands, by buckets. Whoever first has a request for a host
 * reads its routes. So a change takes no time on the loop that serves, however long the file.
 */
export interface RoutePlan extends KnownHosts {
  readonly services: readonly ServiceConfig[];
  /** How hosts are written: as in the source, or as JSON of what was read of it, in `bytes`, which are none else. */
  readonly form: "json" | "yaml" | "read";
  readonly bytes: Uint8Array;
  /** Where the hosts begin and end, bucket by bucket, and the place of the first route of each among all. */
  readonly starts: Uint32Array;
  readonly ends: Uint32Array;
  readonly orders: Uint32Array;
  /** Which of them is the first that is not in each bucket any more. */
  readonly bucketEnds: Uint32Array;
  /** Of hosts with stars for one segment: which segments are stars, for each such kind once. */
  readonly stars: readonly (readonly boolean[])[];
  /** A star stands for one segment, wherever it is. */
  readonly oneSegment: boolean;
  readonly fallback: RouteConfig | undefined;
}

/** A host with its routes in the order in which they are tried. */
export type HostEntry = readonly [host: string, routes: readonly RouteConfig[]];

/** Reads the text of a file. Throws an error whose message names the line and says what is wrong. `known` is of the plan before. */
export function planRoutes(text: string, _variant?: string, known?: KnownHosts): RoutePlan {
  return planOfEntries(text, known) ?? planOf(readConfig(text, takeRoutes));
}

/** What of a plan the next one is made with. */
export function knownHosts(plan: RoutePlan): KnownHosts | undefined {
  const { groups, hashes, labels, labelsOfHosts, labelEnds, routeCounts } = plan;
  return hashes.length > 0 ? { groups, hashes, labels, labelsOfHosts, labelEnds, routeCounts } : undefined;
}

/** What is found out of a file that was read as a whole, for those who serve. */
export function planOf({ services, hosts, fallback, oneSegment }: RoutesConfig): RoutePlan {
  const index = new HostIndex(hosts.size);
  const labels = new LabelUses(hosts.size);
  const stars = new Map<string, readonly boolean[]>();
  const texts: string[] = [];
  let end = 0;
  for (const [host, routes] of hosts) {
    if (oneSegment && host.includes("*")) {
      const kind = host.split(".").map((segment) => segment === "*");
      stars.set(kind.join(), kind);
    }
    const text = jsonBytes([host, routes.toSorted(compareRoutes)]);
    texts.push(text);
    index.add(oneSegment ? host : keyOf(host), end, (end += text.length), 0);
    labels.add(routes);
  }
  return {
    services,
    form: "read",
    bytes: latin1Bytes(texts.join("")),
    ...index.finish(),
    stars: [...stars.values()],
    oneSegment,
    fallback,
    ...labels.finish(fallback),
    groups: "",
    hashes: new Uint32Array(),
  };
}

/** JSON whose characters are bytes. */
function jsonBytes(value: unknown): string {
  return JSON.stringify(value).replaceAll(
    /[^\0-\xff]/g,
    (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, "0")}`,
  );
}

/** What a host is looked up as: of `*.example.com` the star is left out. */
export function keyOf(host: string): string {
  return host.startsWith("*.") ? host.slice(1) : host;
}
