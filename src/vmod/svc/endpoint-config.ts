import { isMap, isScalar, isSeq, LineCounter, parseDocument, type Node, type YAMLMap } from "yaml";
import { parseDuration, type BackendDefinition, type ProbeDefinition } from "../../runtime/index.js";

/** How a service picks among its healthy endpoints. */
export type Policy = "fallback" | "hash" | "least_connections" | "random" | "round_robin";

/** A service of the file: its endpoints, in order, each with what makes it a backend. */
export interface ServiceConfig {
  readonly name: string;
  readonly policy: Policy;
  readonly endpoints: readonly ServiceEndpoint[];
}

export interface ServiceEndpoint {
  readonly name: string;
  readonly definition: BackendDefinition;
  /** How much of the traffic it gets, beside the others; 1 unless given. */
  readonly weight?: number;
  /** What others call it, where it is not only an address. */
  readonly node?: string;
  /** Of two healthy ones the lower goes first, where the file says how far away they are. */
  readonly rank?: number;
}

/** What is wrong with a file, with its line. */
export class ConfigFailure extends Error {
  /** Without its place. */
  readonly reason: string;
  /** From 1, as is the column. */
  readonly line: number;
  readonly column: number;

  constructor(reason: string, line: number, column: number) {
    super(`line ${line}: ${reason}`);
    this.reason = reason;
    this.line = line;
    this.column = column;
  }
}

/** Reads the text of a YAML or JSON file. Throws a ConfigFailure that names the line. */
export function readEndpointConfig(text: string): ServiceConfig[] {
  const { reader, root } = openConfig(text);
  const { services } = reader.fields(root, ["services"]);
  return readServices(reader, services ?? null, "services");
}

/** The file's one map, and who reads it. Throws a ConfigFailure that names the line. */
export function openConfig(text: string): { readonly reader: Reader; readonly root: YAMLMap } {
  refuseDepth(text);
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines });
  const reader = new Reader(lines);
  const [error] = document.errors;
  if (error) reader.failAt(error.pos[0], error.message.split("\n", 1)[0] as string);
  return { reader, root: reader.map(document.contents, "the file") };
}

/** Services by name; `policies` are those that there are. */
export function readServices(
  reader: Reader,
  node: Node | null,
  what: string,
  policies: readonly Policy[] = endpointPolicies,
): ServiceConfig[] {
  return reader.entries(reader.map(node, what)).map(([name, service]) => {
    if (!/^[A-Za-z][A-Za-z0-9_-]*$/.test(name))
      reader.fail(service, `service name "${name}" cannot be written in VCL`);
    return readService(reader, name, service, policies);
  });
}

/** Lists and maps inside each other, beyond anything that the file can mean. */
const deepest = 100;

/** The parser's time grows with the square of the depth, and requests wait for it: brackets are counted first, wherever they stand. */
function refuseDepth(text: string): void {
  let depth = 0;
  let line = 1;
  let lineStart = 0;
  for (const { 0: character, index } of text.matchAll(/[[\]{}\n]/g)) {
    if (character === "\n") {
      line += 1;
      lineStart = index + 1;
    } else depth = Math.max(0, depth + (character === "[" || character === "{" ? 1 : -1));
    if (depth > deepest)
      throw new ConfigFailure(
        `more than ${deepest} lists and maps inside each other`,
        line,
        index - lineStart + 1,
      );
  }
}

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
  fields: { readonly [Key in (typeof backendFields)[number]]?: Node },
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
  node: Node | null,
  policies: readonly Policy[],
): ServiceConfig {
  const fields = reader.fields(reader.map(node, name), ["endpoints", "policy", ...backendFields]);
  const policy = fields.policy === undefined ? "round_robin" : reader.string(fields.policy, "policy");
  if (!(policies as readonly string[]).includes(policy))
    reader.fail(fields.policy ?? null, `policy must be one of ${policies.join(", ")}`);
  const shared = readBackendFields(reader, name, fields);
  const endpoints = reader.list(fields.endpoints ?? null, "endpoints").map((item) => {
    const { address, weight } = readEndpoint(reader, item);
    return {
      name: `${name}(${address})`,
      definition: { ...placeOf(address), ...shared },
      ...(weight !== undefined && { weight }),
    };
  });
  return { name, policy: policy as Policy, endpoints };
}

/** An address, or a map with its weight. */
function readEndpoint(
  reader: Reader,
  item: Node | null,
): { readonly address: string; readonly weight?: number } {
  if (!isMap(item)) return { address: reader.string(item, "an endpoint") };
  const { address, weight } = reader.fields(item, ["address", "weight"]);
  return {
    address: reader.string(address ?? null, "address"),
    ...(weight && { weight: reader.count(weight, "weight") }),
  };
}

function readProbe(reader: Reader, node: Node): ProbeDefinition {
  if (isScalar(node)) return { url: reader.string(node, "probe") };
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

/** Takes nodes for what they must be, and fails with their line. */
export class Reader {
  readonly #lines: LineCounter;

  constructor(lines: LineCounter) {
    this.#lines = lines;
  }

  fail(node: Node | null, message: string): never {
    return this.failAt(node?.range?.[0] ?? 0, message);
  }

  failAt(offset: number, message: string): never {
    const { line, col } = this.#lines.linePos(offset);
    throw new ConfigFailure(message, line, col);
  }

  map(node: Node | null, what: string): YAMLMap {
    return isMap(node) ? node : this.fail(node, `${what} must be a map`);
  }

  list(node: Node | null, what: string): (Node | null)[] {
    return isSeq(node) ? (node.items as (Node | null)[]) : this.fail(node, `${what} must be a list`);
  }

  entries(map: YAMLMap): [string, Node | null][] {
    return map.items.map(({ key, value }) => [String(isScalar(key) ? key.value : key), value as Node | null]);
  }

  /** The fields of a map; one that is not in the list is an error, so that a misspelt name does not pass unseen. */
  fields<Name extends string>(map: YAMLMap, names: readonly Name[]): { readonly [Key in Name]?: Node } {
    const fields: { [Key in Name]?: Node } = {};
    for (const [name, node] of this.entries(map)) {
      if (!(names as readonly string[]).includes(name)) this.fail(node ?? map, `unknown field "${name}"`);
      if (node) fields[name as Name] = node;
    }
    return fields;
  }

  string(node: Node | null, what: string): string {
    return isScalar(node) && typeof node.value === "string"
      ? node.value
      : this.fail(node, `${what} must be a text`);
  }

  count(node: Node, what: string): number {
    const value = isScalar(node) ? node.value : undefined;
    return typeof value === "number" && Number.isInteger(value) && value >= 0
      ? value
      : this.fail(node, `${what} must be a number, 0 or more`);
  }

  /** Seconds, from a number or from text such as `1.5s`, `100ms`. */
  duration(node: Node): number {
    const value = isScalar(node) ? node.value : undefined;
    const parsed = typeof value === "string" ? parseDuration(value) : { value };
    const seconds = "error" in parsed ? undefined : parsed.value;
    return typeof seconds === "number" && seconds >= 0
      ? seconds
      : this.fail(node, "a duration must be a number of seconds or a text such as 500ms or 2s");
  }
}
