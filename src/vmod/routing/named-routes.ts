import type { ConfigNode, Reader } from "../svc/config-reader.js";
import type { RouteConfig, RoutesConfig } from "./route-config.js";

/** Characters of a name, as route builders take them: it is the label's. */
const longestName = 64;

/**
 * The simpler form, as route builders around Varnish write it: `routes:`, each with a name, which is its label, its host names, and the path of
 * the VCL that the label stands for. A star is one whole segment of a host name; no two routes may be about the same host.
 */
export function takeNamedRoutes(reader: Reader, node: ConfigNode): RoutesConfig {
  const hosts = new Map<string, readonly RouteConfig[]>();
  const names = new Set<string>();
  const items = reader.list(node, "routes");
  if (items.length === 0) reader.fail(node, "there are no routes");
  for (const [order, item] of items.entries()) {
    const map = reader.map(item, "a route");
    const fields = reader.fields(map, ["name", "hostnames", "vclPath", "tls"]);
    const nameNode = fields.name ?? reader.fail(map, "a route has a name, which is its label");
    const name = reader.string(nameNode, "name");
    if (!/^[A-Za-z][A-Za-z0-9_]*$/.test(name) || name.length > longestName)
      reader.fail(
        nameNode,
        `"${name}" is no name: a letter, then letters, digits and _, ${longestName} at most`,
      );
    if (names.has(name)) reader.fail(nameNode, `route "${name}" is there twice`);
    names.add(name);
    if (fields.tls) reader.list(fields.tls, "tls");
    const vclPath = fields.vclPath && reader.string(fields.vclPath, "vclPath");
    const route: RouteConfig = {
      name,
      order,
      at: reader.offset(map),
      labelAt: reader.offset(nameNode),
      label: name,
      vclPath,
    };
    const hostnames = reader.list(
      fields.hostnames ?? reader.fail(map, `route "${name}" has no hostnames`),
      "hostnames",
    );
    if (hostnames.length === 0) reader.fail(map, `route "${name}" has no hostnames`);
    for (const hostname of hostnames) addHost(reader, hosts, hostname, route);
  }
  refuseOverlaps(reader, node, hosts);
  return { services: [], hosts, fallback: undefined, oneSegment: true };
}

function addHost(
  reader: Reader,
  hosts: Map<string, readonly RouteConfig[]>,
  node: ConfigNode | null,
  route: RouteConfig,
): void {
  const text = reader.string(node, "a host name");
  const host = text.toLowerCase();
  if (!/^(?:\*|[a-z0-9_-]+)(?:\.(?:\*|[a-z0-9_-]+))*$/.test(host))
    reader.fail(node, `"${text}" is no host name: a star is a whole segment of it`);
  const before = hosts.get(host)?.[0];
  if (before) reader.fail(node, `host "${text}" is there twice: ${before.name} has it too`);
  hosts.set(host, [route]);
}

/** Which of two would win nobody has said. Only hosts with stars can overlap others, and there are few of those. */
function refuseOverlaps(
  reader: Reader,
  node: ConfigNode,
  hosts: ReadonlyMap<string, readonly RouteConfig[]>,
): void {
  const all = [...hosts.keys()].map((host) => ({ host, segments: host.split(".") }));
  for (const starred of all.filter(({ segments }) => segments.includes("*"))) {
    const other = all.find(
      ({ segments }) => segments !== starred.segments && overlap(segments, starred.segments),
    );
    if (other) reader.fail(node, `hosts "${starred.host}" and "${other.host}" overlap`);
  }
}

function overlap(one: readonly string[], other: readonly string[]): boolean {
  return (
    one.length === other.length &&
    one.every((segment, at) => segment === "*" || other[at] === "*" || segment === other[at])
  );
}
