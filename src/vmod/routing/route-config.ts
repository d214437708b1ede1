import { readServices, type ServiceConfig } from "../svc/endpoint-config.js";
import type { ConfigNode, Reader } from "../svc/config-reader.js";
import { takeNamedRoutes } from "./named-routes.js";
import { RouteReader } from "./route-reader.js";

/** A value, as text or by a regular expression that matches all of it. */
export type ValueMatch = { readonly exact: string } | { readonly regex: string };

export type PathMatch =
  | { readonly kind: "exact" | "prefix"; readonly path: string }
  | { readonly kind: "regex"; readonly regex: string };

export interface Redirect {
  readonly status: number;
  readonly scheme?: string | undefined;
  readonly host?: string | undefined;
  readonly path?: string | undefined;
}

/** A route as the file has it: plain data, in which what the file does not say is not there. */
export interface RouteConfig {
  readonly name: string;
  /** Its place in the file, from 0. */
  readonly order: number;
  /** Where it and its label stand in the text, if places were kept. */
  readonly at?: number | undefined;
  readonly labelAt?: number | undefined;
  readonly priority?: number | undefined;
  readonly path?: PathMatch | undefined;
  readonly methods?: readonly string[] | undefined;
  readonly headers?: readonly (readonly [name: string, value: ValueMatch])[] | undefined;
  readonly query?: readonly (readonly [name: string, value: ValueMatch])[] | undefined;
  readonly rewriteHost?: string | undefined;
  readonly rewritePath?: { readonly prefix: string } | string | undefined;
  readonly setHeaders?: readonly (readonly [name: string, value: string])[] | undefined;
  readonly removeHeaders?: readonly string[] | undefined;
  readonly redirect?: Redirect | undefined;
  readonly split?: readonly { readonly group: string; readonly weight: number }[] | undefined;
  readonly label?: string | undefined;
  /** The VCL that the label is to stand for, where the file says so. */
  readonly vclPath?: string | undefined;
}

/** What a file of routes says. */
export interface RoutesConfig {
  readonly services: readonly ServiceConfig[];
  /** By host in lower case. */
  readonly hosts: ReadonlyMap<string, readonly RouteConfig[]>;
  readonly fallback: RouteConfig | undefined;
  /** A star in a host stands for one segment of the name, wherever it is; else for any number of them in front. */
  readonly oneSegment: boolean;
}

const groupPolicies = ["fallback", "hash", "least_connections", "random", "round_robin"] as const;

/** Takes what a file says. Fails where it is wrong. `firstOrder` is the place of its first route among all. */
export function takeRoutes(reader: Reader, root: ConfigNode, firstOrder = 0): RoutesConfig {
  const fields = reader.fields(root, ["groups", "hosts", "default", "routes", "$schema"]);
  if (fields.routes) {
    const other = fields.groups ?? fields.hosts ?? fields.default;
    if (other) reader.fail(other, "a file has routes, or groups and hosts");
    return takeNamedRoutes(reader, fields.routes);
  }
  const services = readServices(reader, fields.groups ?? null, "groups", groupPolicies);
  const routeReader = new RouteReader(reader, new Set(services.map(({ name }) => name)));
  const hosts = new Map<string, readonly RouteConfig[]>();
  let order = firstOrder;
  for (const [name, node] of reader.entries(reader.map(fields.hosts ?? null, "hosts"))) {
    const host = name.toLowerCase();
    if (hosts.has(host)) reader.fail(node, `host "${name}" is there twice`);
    const routes = takeHost(reader, routeReader, name, node, order);
    order += routes.length;
    hosts.set(host, routes);
  }
  const fallback = fields.default && routeReader.route(fields.default, order);
  return { services, hosts, fallback, oneSegment: false };
}

/** Takes the routes of one host. */
export function takeHost(
  reader: Reader,
  routeReader: RouteReader,
  name: string,
  node: ConfigNode | null,
  firstOrder: number,
): readonly RouteConfig[] {
  if (!/^(?:\*|(?:\*\.)?[a-z0-9_-]+(?:\.[a-z0-9_-]+)*)$/i.test(name))
    reader.fail(node, `"${name}" is no host: a name, *. and a name, or *`);
  return reader.list(node, name).map((item, at) => routeReader.route(item, firstOrder + at));
}
