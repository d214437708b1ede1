import { latin1Bytes } from "../../runtime/index.js";
import { readConfig } from "../svc/read-config.js";
import type { ServiceConfig } from "../svc/endpoint-config.js";
import { takeRoutes, type RouteConfig, type RoutesConfig } from "./route-config.js";
import { compareRoutes } from "./route.js";

/**
 * What a file of routes comes to, as data that one thread hands to another: hosts are spread over buckets, each of
 * them JSON text, which whoever first has a request for one of its hosts reads. So a change takes no time on the loop that serves, however long the file.
 */
export interface RoutePlan {
  readonly services: readonly ServiceConfig[];
  /** The buckets, one after the other. Threads hand this over without a copy. */
  readonly bytes: Uint8Array;
  /** Where each bucket ends. */
  readonly ends: Uint32Array;
  /** Of hosts with stars for one segment: which segments are stars, for each such kind once. */
  readonly stars: readonly (readonly boolean[])[];
  /** A star stands for one segment, wherever it is. */
  readonly oneSegment: boolean;
  readonly fallback: RouteConfig | undefined;
  /** Every label, with the first route that dispatches to it. */
  readonly labels: readonly { readonly label: string; readonly route: string }[];
}

/** A host with its routes in the order in which they are tried. */
export type HostEntry = readonly [host: string, routes: readonly RouteConfig[]];

/** How many hosts share a bucket, more or less. */
const hostsPerBucket = 4;

/** Reads the text of a file. Throws an error whose message names the line and says what is wrong. */
export function planRoutes(text: string): RoutePlan {
  return planOf(readConfig(text, takeRoutes));
}

/** What is found out of a file, for those who serve. */
export function planOf({ services, hosts, fallback, oneSegment }: RoutesConfig): RoutePlan {
  const buckets: HostEntry[][] = Array.from(
    { length: Math.ceil((hosts.size + 1) / hostsPerBucket) },
    () => [],
  );
  const labels = new Map<string, string>();
  const stars = new Map<string, readonly boolean[]>();
  for (const [host, routes] of hosts) {
    const key = oneSegment ? host : keyOf(host);
    if (oneSegment && host.includes("*")) {
      const kind = host.split(".").map((segment) => segment === "*");
      stars.set(kind.join(), kind);
    }
    buckets[bucketOf(key, buckets.length)]?.push([host, routes.toSorted(compareRoutes)]);
    for (const route of routes) noteLabel(labels, route);
  }
  if (fallback) noteLabel(labels, fallback);
  const ends = new Uint32Array(buckets.length);
  let end = 0;
  const texts = buckets.map((bucket, at) => {
    const text = bucket.length > 0 ? jsonBytes(bucket) : "";
    end += text.length;
    ends[at] = end;
    return text;
  });
  return {
    services,
    bytes: latin1Bytes(texts.join("")),
    ends,
    stars: [...stars.values()],
    oneSegment,
    fallback,
    labels: [...labels].map(([label, route]) => ({ label, route })),
  };
}

/** JSON whose characters are bytes. */
function jsonBytes(value: unknown): string {
  return JSON.stringify(value).replaceAll(
    /[^\0-\xff]/g,
    (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, "0")}`,
  );
}

function noteLabel(labels: Map<string, string>, { label, name }: RouteConfig): void {
  if (label !== undefined && !labels.has(label)) labels.set(label, name);
}

/** What a host is looked up as: of `*.example.com` the star is left out. */
export function keyOf(host: string): string {
  return host.startsWith("*.") ? host.slice(1) : host;
}

/** Which bucket a host is in. */
export function bucketOf(key: string, count: number): number {
  let hash = 0;
  for (let at = 0; at < key.length; at++) hash = (Math.imul(hash, 31) + key.charCodeAt(at)) | 0;
  return (hash >>> 0) % count;
}
