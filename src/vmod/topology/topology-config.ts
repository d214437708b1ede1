import type { BackendDefinition } from "../../runtime/index.js";
import {
  backendFields,
  placeOf,
  readBackendFields,
  type ServiceConfig,
  type ServiceEndpoint,
} from "../svc/endpoint-config.js";
import type { ConfigNode, Reader } from "../svc/config-reader.js";
import { readConfig } from "../svc/read-config.js";

/** A node as the file has it. */
interface NodeConfig {
  readonly name: string;
  readonly layer: number;
  readonly site: string;
  readonly weight: number;
  /** Undefined where it has no address. */
  readonly definition: BackendDefinition | undefined;
  readonly at: ConfigNode | null;
}

type Distances = ReadonlyMap<string, number>;

/** A token of HTTP, as a pseudonym in CDN-Loop is (RFC 8586, section 2), that also stands in lists of backends. */
const nodeName = /^[A-Za-z0-9._-]+$/;
const usualLayers = ["edge", "shield", "origin"];

/**
 * Reads the text of a file as one node sees it: a service whose endpoints are the nodes of the layers behind its own, ranked by layer and distance.
 * Throws an error whose message names the line.
 */
export function readTopology(text: string, self: string): ServiceConfig {
  return readConfig(text, (reader, root) => serviceOf(reader, root, self));
}

function serviceOf(reader: Reader, root: ConfigNode, self: string): ServiceConfig {
  const fields = reader.fields(root, ["director", "layers", "distances", "backends", "nodes"]);
  const name = reader.string(fields.director ?? reader.fail(root, "director is missing"), "director");
  if (!/^[A-Za-z][A-Za-z0-9_-]*$/.test(name))
    reader.fail(fields.director ?? null, `director name "${name}" cannot be written in VCL`);
  const layers = fields.layers ? readLayers(reader, fields.layers) : usualLayers;
  const distances = fields.distances ? readDistances(reader, fields.distances) : new Map<string, number>();
  const shared = fields.backends
    ? readBackendFields(
        reader,
        name,
        reader.fields(reader.map(fields.backends, "backends"), [...backendFields]),
      )
    : {};
  const map = reader.map(fields.nodes ?? reader.fail(root, "nodes are missing"), "nodes");
  const nodes = reader.entries(map).map(([node, at]) => readNode(reader, node, at, layers, shared));
  const own = nodes.find((node) => node.name === self) ?? reader.fail(map, `there is no node "${self}"`);
  return { name, policy: "hash", endpoints: behind(reader, name, own, nodes, distances) };
}

function readLayers(reader: Reader, node: ConfigNode): readonly string[] {
  const layers = reader.list(node, "layers").map((item) => reader.string(item, "a layer"));
  if (new Set(layers).size < layers.length) reader.fail(node, "a layer is there twice");
  return layers;
}

function readDistances(reader: Reader, node: ConfigNode): Distances {
  const distances = new Map<string, number>();
  for (const [from, others] of reader.entries(reader.map(node, "distances"))) {
    for (const [to, value] of reader.entries(reader.map(others, from))) {
      const distance = reader.count(value ?? reader.fail(others, `${to} has no distance`), to);
      const before = distances.get(between(from, to));
      if (before !== undefined && before !== distance)
        reader.fail(value, `between ${to} and ${from} it was ${before}`);
      distances.set(between(from, to), distance);
    }
  }
  return distances;
}

/** A pair of sites, whichever comes first. */
function between(one: string, other: string): string {
  return JSON.stringify([one, other].sort());
}

function readNode(
  reader: Reader,
  name: string,
  at: ConfigNode | null,
  layers: readonly string[],
  shared: BackendDefinition,
): NodeConfig {
  if (!nodeName.test(name)) reader.fail(at, `"${name}" is no name of a node`);
  const map = reader.map(at, name);
  const fields = reader.fields(map, ["layer", "site", "address", "weight", ...backendFields]);
  const layer = reader.string(fields.layer ?? reader.fail(map, `${name} has no layer`), "layer");
  if (!layers.includes(layer)) reader.fail(fields.layer ?? map, `layer must be one of ${layers.join(", ")}`);
  const address = fields.address && reader.string(fields.address, "address");
  return {
    name,
    layer: layers.indexOf(layer),
    site: fields.site ? reader.string(fields.site, "site") : "",
    weight: fields.weight ? reader.count(fields.weight, "weight") : 1,
    definition:
      address === undefined
        ? undefined
        : { ...placeOf(address), ...shared, ...readBackendFields(reader, name, fields) },
    at,
  };
}

/** Whom a node may ask: layer by layer, in each the nearest first; those that are as near have the same rank. */
function behind(
  reader: Reader,
  service: string,
  own: NodeConfig,
  nodes: readonly NodeConfig[],
  distances: Distances,
): ServiceEndpoint[] {
  const far = ({ site }: NodeConfig): number =>
    site === own.site ? 0 : (distances.get(between(site, own.site)) ?? Number.MAX_SAFE_INTEGER);
  const others = nodes
    .filter(({ layer }) => layer > own.layer)
    .sort((a, b) => a.layer - b.layer || far(a) - far(b));
  let rank = 0;
  return others.map((node, index) => {
    const before = others[index - 1];
    if (before && (before.layer !== node.layer || far(before) !== far(node))) rank += 1;
    const { name, definition, weight, at } = node;
    return {
      name: `${service}(${name})`,
      definition: definition ?? reader.fail(at, `${name} has no address`),
      weight,
      node: name,
      rank,
    };
  });
}
