import { regex, type Regex } from "../../runtime/index.js";
import { openConfig, type Reader } from "../svc/config-reader.js";
import { finish, type Steps } from "../svc/pace.js";
import { isList, isMap, isScalar, parseTree, type ConfigNode, type ConfigTree } from "../svc/config-tree.js";
import { readServices, type ServiceConfig } from "../svc/endpoint-config.js";
import { RouteTable } from "./route-table.js";

/** A value, as text or by a regular expression that matches all of it. */
export type ValueMatch = { readonly exact: string } | { readonly pattern: Regex };

export type PathMatch =
  | { readonly kind: "exact" | "prefix"; readonly path: string }
  | { readonly kind: "regex"; readonly pattern: Regex };

export interface Redirect {
  readonly status: number;
  readonly scheme: string | undefined;
  readonly host: string | undefined;
  readonly path: string | undefined;
}

/** A route as the file has it. */
export interface Route {
  readonly name: string;
  /** Its place in the file, from 0. */
  readonly order: number;
  /** Where it and its label stand in the text. */
  readonly at: number;
  readonly labelAt: number;
  readonly priority: number;
  readonly path: PathMatch | undefined;
  readonly methods: readonly string[];
  readonly headers: readonly (readonly [name: string, value: ValueMatch])[];
  readonly query: readonly (readonly [name: string, value: ValueMatch])[];
  readonly rewriteHost: string | undefined;
  readonly rewritePath: { readonly prefix: string } | string | undefined;
  readonly setHeaders: readonly (readonly [name: string, value: string])[];
  readonly removeHeaders: readonly string[];
  readonly redirect: Redirect | undefined;
  readonly split: readonly { readonly group: string; readonly weight: number }[];
  readonly label: string | undefined;
}

/** What a file of routes says. */
export interface RouteFile {
  readonly services: readonly ServiceConfig[];
  readonly rest: RouteTable;
}

const groupPolicies = ["fallback", "hash", "least_connections", "random", "round_robin"] as const;
const routeFields = [
  ...["name", "priority", "match", "rewrite", "set_headers", "remove_headers", "redirect"],
  ...["group", "split", "label"],
] as const;
const headerName = /^[!#$%&'*+\-.^_`|~0-9A-Za-z]+$/;

/** Reads the text of a file. Throws an error whose message names the line and says what is wrong. */
export function readRoutes(text: string): RouteFile {
  return finish(routesIn(text, parseTree(text)));
}

/** The same step by step, of what has been read already. */
export function* routesIn(text: string, tree: ConfigTree): Steps<RouteFile> {
  const { reader, root } = openConfig(text, tree);
  const { groups, hosts, default: fallback } = reader.fields(root, ["groups", "hosts", "default", "$schema"]);
  const services = yield* readServices(reader, groups ?? null, "groups", groupPolicies);
  const known = new Set(services.map(({ name }) => name));
  const table = new RouteTable();
  let order = 0;
  for (const [host, node] of reader.entries(reader.map(hosts ?? null, "hosts"))) {
    if (!/^(?:\*|(?:\*\.)?[a-z0-9_-]+(?:\.[a-z0-9_-]+)*)$/i.test(host)) {
      reader.fail(node, `"${host}" is no host: a name, *. and a name, or *`);
    }
    const routes = reader.list(node, host).map((item) => new RouteReader(reader, known).route(item, order++));
    if (!table.add(host.toLowerCase(), routes)) reader.fail(node, `host "${host}" is there twice`);
    yield undefined;
  }
  if (fallback) table.fallback = new RouteReader(reader, known).route(fallback, order);
  return { services, rest: table };
}

class RouteReader {
  readonly #reader: Reader;
  readonly #groups: ReadonlySet<string>;

  constructor(reader: Reader, groups: ReadonlySet<string>) {
    this.#reader = reader;
    this.#groups = groups;
  }

  route(item: ConfigNode | null, order: number): Route {
    const reader = this.#reader;
    const map = reader.map(item, "a route");
    const fields = reader.fields(map, routeFields);
    const match = fields["match"]
      ? reader.fields(reader.map(fields["match"], "match"), ["path", "method", "headers", "query"])
      : {};
    const rewrite = fields["rewrite"]
      ? reader.fields(reader.map(fields["rewrite"], "rewrite"), ["host", "path"])
      : {};
    const redirect = fields["redirect"] && this.#redirect(fields["redirect"]);
    const label = fields["label"] && reader.string(fields["label"], "label");
    if (!redirect && label === undefined)
      reader.fail(map, "a route has a label to dispatch to, or a redirect");
    const path = match.path && this.#path(match.path);
    const rewritePath = rewrite.path && this.#rewritePath(rewrite.path);
    if (typeof rewritePath === "object" && path?.kind !== "prefix") {
      reader.fail(rewrite.path ?? null, "only a route that matches a prefix can replace it");
    }
    return {
      name: fields["name"] ? reader.string(fields["name"], "name") : `#${order + 1}`,
      order,
      at: map.at,
      labelAt: fields["label"]?.at ?? 0,
      priority: fields["priority"] ? reader.count(fields["priority"], "priority") : 0,
      path,
      methods: match.method ? this.#methods(match.method) : [],
      headers: this.#values(match.headers, "headers").map(
        ([name, value]) => [name.toLowerCase(), value] as const,
      ),
      query: this.#values(match.query, "query"),
      rewriteHost: rewrite.host && reader.string(rewrite.host, "host"),
      rewritePath,
      setHeaders: this.#texts(fields["set_headers"]),
      removeHeaders: fields["remove_headers"]
        ? reader
            .list(fields["remove_headers"], "remove_headers")
            .map((node) => this.#header(reader.string(node, "a header"), node).toLowerCase())
        : [],
      redirect,
      split: this.#split(fields["group"], fields["split"]),
      label,
    };
  }

  #path(node: ConfigNode): PathMatch {
    const reader = this.#reader;
    const fields = reader.fields(reader.map(node, "path"), ["exact", "prefix", "regex"]);
    const [[kind, value], more] = Object.entries(fields) as [
      ["exact" | "prefix" | "regex", ConfigNode],
      unknown?,
    ];
    if (kind === undefined || more !== undefined) reader.fail(node, "path is one of exact, prefix and regex");
    if (kind === "regex") return { kind, pattern: this.#pattern(value) };
    const path = reader.string(value, kind);
    if (!path.startsWith("/")) reader.fail(value, `${kind} begins with /`);
    return { kind, path: kind === "prefix" ? path.replace(/\/+$/, "") : path };
  }

  #pattern(node: ConfigNode): Regex {
    const text = this.#reader.string(node, "regex");
    try {
      return regex(`^(?:${text})$`);
    } catch (error) {
      return this.#reader.fail(node, error instanceof Error ? error.message : String(error));
    }
  }

  #methods(node: ConfigNode): readonly string[] {
    const reader = this.#reader;
    const nodes = isList(node) ? reader.list(node, "method") : [node];
    return nodes.map((one) => {
      const method = reader.string(one, "a method");
      return headerName.test(method) ? method : reader.fail(one, `"${method}" is no method`);
    });
  }

  #values(node: ConfigNode | undefined, what: string): [string, ValueMatch][] {
    const reader = this.#reader;
    if (!node) return [];
    return reader.entries(reader.map(node, what)).map(([name, value]) => {
      if (what === "headers") this.#header(name, value);
      if (!isMap(value)) return [name, { exact: this.#scalar(value, name) }];
      const { regex: pattern } = reader.fields(value, ["regex"]);
      return [
        name,
        { pattern: this.#pattern(pattern ?? reader.fail(value, `${name} is a text or has a regex`)) },
      ];
    });
  }

  #texts(node: ConfigNode | undefined): [string, string][] {
    const reader = this.#reader;
    if (!node) return [];
    return reader
      .entries(reader.map(node, "set_headers"))
      .map(([name, value]) => [this.#header(name, value), this.#scalar(value, name)]);
  }

  #header(name: string, node: ConfigNode | null): string {
    return headerName.test(name) ? name : this.#reader.fail(node, `"${name}" is no name of a header`);
  }

  /** A text; numbers and truth values as they are written. */
  #scalar(node: ConfigNode | null, what: string): string {
    const value = isScalar(node) ? node.value : undefined;
    if (typeof value === "number" || typeof value === "boolean") return String(value);
    const text = this.#reader.string(node, what);
    return /[\r\n\0]/.test(text) ? this.#reader.fail(node, `${what} has a line end`) : text;
  }

  #rewritePath(node: ConfigNode): { readonly prefix: string } | string {
    const reader = this.#reader;
    if (!isMap(node)) return this.#absolute(node);
    const { prefix } = reader.fields(node, ["prefix"]);
    return {
      prefix: this.#absolute(prefix ?? reader.fail(node, "path is a text or has a prefix")).replace(
        /\/+$/,
        "",
      ),
    };
  }

  #absolute(node: ConfigNode): string {
    const path = this.#scalar(node, "path");
    return path.startsWith("/") ? path : this.#reader.fail(node, "a path begins with /");
  }

  #redirect(node: ConfigNode): Redirect {
    const reader = this.#reader;
    const { status, scheme, host, path } = reader.fields(reader.map(node, "redirect"), [
      "status",
      "scheme",
      "host",
      "path",
    ]);
    const code = status ? reader.count(status, "status") : 302;
    if (![301, 302, 303, 307, 308].includes(code))
      reader.fail(status ?? node, `${code} is no status of a redirect`);
    return {
      status: code,
      scheme: scheme && this.#scalar(scheme, "scheme"),
      host: host && this.#scalar(host, "host"),
      path: path && this.#absolute(path),
    };
  }

  #split(group: ConfigNode | undefined, split: ConfigNode | undefined): Route["split"] {
    const reader = this.#reader;
    if (group && split) reader.fail(split, "a route has a group or a split");
    const known = (node: ConfigNode | undefined, place: ConfigNode): string => {
      const name = reader.string(node ?? null, "group");
      return this.#groups.has(name) ? name : reader.fail(node ?? place, `there is no group "${name}"`);
    };
    if (group) return [{ group: known(group, group), weight: 1 }];
    if (!split) return [];
    const parts = reader.list(split, "split").map((item) => {
      const fields = reader.fields(reader.map(item, "a part of a split"), ["group", "weight"]);
      return {
        group: known(fields.group, item ?? split),
        weight: fields.weight ? reader.count(fields.weight, "weight") : 1,
      };
    });
    if (!parts.some(({ weight }) => weight > 0)) reader.fail(split, "no part of the split has a weight");
    return parts;
  }
}
