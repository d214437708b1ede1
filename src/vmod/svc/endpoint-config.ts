import type { BackendDefinition, ProbeDefinition } from "../../runtime/index.js";
import type { ConfigNode, Reader } from "./config-reader.js";
import { readConfig } from "./read-config.js";

/** How a service picks among its healthy endpoints. */
export type Policy = "fallback" | "hash" | "least_connections" | "random" | "round_robin";

/** A service of the file: its endpoints, in order, each with what makes it a backend. */
export interface ServiceConfig {
  readonly name: string;
  readonly policy: Policy;
  readonly endpoints: readonly ServiceEndpoint[];
}

export type TlsSettings = Readonly<Record<string, string | boolean>>;

export interface ServiceEndpoint {
  readonly name: string;
  readonly definition: BackendDefinition;
  /** How it uses TLS, by the names of tls.vcc. */
  readonly tls?: TlsSettings;
  /** How much of the traffic it gets, beside the others; 1 unless given. */
  readonly weight?: number;
  /** What others call it, where it is not only an address. */
  readonly node?: string;
  /** Of two healthy ones the lower goes first, where the file says how far away they are. */
  readonly rank?: number;
}

/** Reads the text of a YAML or JSON file. Throws a ConfigFailure that names the line. */
export function readEndpointConfig(text: string): ServiceConfig[] {
  return readConfig(text, (reader, root) => {
    const { services } = reader.fields(root, ["services"]);
    return readServices(reader, services ?? null, "services");
  });
}

/** Services by name; `policies` are those that there are. */
export function readServices(
  reader: Reader,
  node: ConfigNode | null,
  what: string,
  policies: readonly Policy[] = endpointPolicies,
): ServiceConfig[] {
  return reader.entries(reader.map(node, what)).map(([name, service]) => {
    if (!serviceName.test(name)) reader.fail(service, `service name "${name}" cannot be written in VCL`);
    return readService(reader, name, service, policies);
  });
}

/** What VCL can write after `global.` */
export const serviceName = /^[A-Za-z][A-Za-z0-9_-]*$/;

/** What a file may say of the backends that come from it. */
export const backendFields = [
  "host_header",
  "connect_timeout",
  "first_byte_timeout",
  "between_bytes_timeout",
  "max_connections",
  "probe",
] as const;

/** `name` is what the probe is called in messages. */
export function readBackendFields(
  reader: Reader,
  name: string,
  fields: { readonly [Key in (typeof backendFields)[number]]?: ConfigNode },
): BackendDefinition {
  return {
    ...(fields.host_header && { hostHeader: reader.string(fields.host_header, "host_header") }),
    ...(fields.connect_timeout && { connectTimeout: reader.duration(fields.connect_timeout) }),
    ...(fields.first_byte_timeout && { firstByteTimeout: reader.duration(fields.first_byte_timeout) }),
    ...(fields.between_bytes_timeout && {
      betweenBytesTimeout: reader.duration(fields.between_bytes_timeout),
    }),
    ...(fields.max_connections && {
      maxConnections: reader.count(fields.max_connections, "max_connections"),
    }),
    ...(fields.probe && { probe: { name, ...readProbe(reader, fields.probe) } }),
  };
}

/** Where a backend is, by an address as it stands in a file. */
export function placeOf(address: string): BackendDefinition {
  return address.startsWith("unix:") ? { path: address.slice(5) } : { host: address };
}

const endpointPolicies: readonly Policy[] = ["fallback", "random", "round_robin"];

function readService(
  reader: Reader,
  name: string,
  node: ConfigNode | null,
  policies: readonly Policy[],
): ServiceConfig {
  const fields = reader.fields(reader.map(node, name), ["endpoints", "policy", "tls", ...backendFields]);
  const policy = fields.policy === undefined ? "round_robin" : reader.string(fields.policy, "policy");
  if (!(policies as readonly string[]).includes(policy))
    reader.fail(fields.policy ?? null, `policy must be one of ${policies.join(", ")}`);
  const shared = readBackendFields(reader, name, fields);
  const tls = fields.tls && readTls(reader, fields.tls);
  const endpoints = reader.list(fields.endpoints ?? null, "endpoints").map((item) => {
    const { address, weight } = readEndpoint(reader, item);
    return {
      name: `${name}(${address})`,
      definition: { ...placeOf(address), ...shared },
      ...(weight !== undefined && { weight }),
      ...(tls && { tls }),
    };
  });
  return { name, policy: policy as Policy, endpoints };
}

const tlsTexts = ["server_name", "ca", "certificate", "key", "min_version"] as const;
const tlsSwitches = ["verify", "verify_host", "sni"] as const;

/** `true`, or what tls.client() takes; undefined for `false`. */
function readTls(reader: Reader, node: ConfigNode): TlsSettings | undefined {
  if (!reader.isMap(node)) return reader.boolean(node, "tls") ? {} : undefined;
  const settings: Record<string, string | boolean> = {};
  const fields = reader.fields(node, [...tlsTexts, ...tlsSwitches]);
  for (const name of tlsTexts) if (fields[name]) settings[name] = reader.string(fields[name], name);
  for (const name of tlsSwitches) if (fields[name]) settings[name] = reader.boolean(fields[name], name);
  const version = settings["min_version"] ?? "TLSv1_2";
  if (version !== "TLSv1_2" && version !== "TLSv1_3")
    reader.fail(fields.min_version ?? null, "min_version is TLSv1_2 or TLSv1_3");
  return settings;
}

/** An address, or a map with its weight. */
function readEndpoint(
  reader: Reader,
  item: ConfigNode | null,
): { readonly address: string; readonly weight?: number } {
  if (!item || !reader.isMap(item)) return { address: reader.string(item, "an endpoint") };
  const { address, weight } = reader.fields(item, ["address", "weight"]);
  return {
    address: reader.string(address ?? null, "address"),
    ...(weight && { weight: reader.count(weight, "weight") }),
  };
}

function readProbe(reader: Reader, node: ConfigNode): ProbeDefinition {
  if (!reader.isMap(node)) return { url: reader.string(node, "probe") };
  const fields = reader.fields(reader.map(node, "probe"), [
    "url",
    "interval",
    "timeout",
    "window",
    "threshold",
    "initial",
    "expected_response",
  ]);
  return {
    ...(fields.url && { url: reader.string(fields.url, "url") }),
    ...(fields.interval && { interval: reader.duration(fields.interval) }),
    ...(fields.timeout && { timeout: reader.duration(fields.timeout) }),
    ...(fields.window && { window: reader.count(fields.window, "window") }),
    ...(fields.threshold && { threshold: reader.count(fields.threshold, "threshold") }),
    ...(fields.initial && { initial: reader.count(fields.initial, "initial") }),
    ...(fields.expected_response && {
      expectedResponse: reader.count(fields.expected_response, "expected_response"),
    }),
  };
}
