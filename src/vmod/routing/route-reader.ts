import type { ConfigNode, Reader } from "../svc/config-reader.js";
import type { PathMatch, Redirect, RouteConfig, ValueMatch } from "./route-config.js";
import { wholeRegex } from "./route.js";

const routeFields = [
  ...["name", "priority", "match", "rewrite", "set_headers", "remove_headers", "redirect"],
  ...["group", "split", "label"],
] as const;
const headerName = /^[!#$%&'*+\-.^_`|~0-9A-Za-z]+$/;

/** Takes what a file says of one route. */
export class RouteReader {
  readonly #reader: Reader;
  readonly #groups: ReadonlySet<string>;

  constructor(reader: Reader, groups: ReadonlySet<string>) {
    this.#reader = reader;
    this.#groups = groups;
  }

  route(item: ConfigNode | null, order: number): RouteConfig {
    const reader = this.#reader;
    const map = reader.map(item, "a route");
    const fields = reader.fields(map, routeFields);
    const match = fields.match
      ? reader.fields(reader.map(fields.match, "match"), ["path", "method", "headers", "query"])
      : {};
    const redirect = fields.redirect && this.#redirect(fields.redirect);
    const label = fields.label && reader.string(fields.label, "label");
    if (!redirect && label === undefined)
      reader.fail(map, "a route has a label to dispatch to, or a redirect");
    const path = match.path && this.#path(match.path);
    return {
      name: fields.name ? reader.string(fields.name, "name") : `#${order + 1}`,
      order,
      at: reader.offset(map),
      labelAt: fields.label && reader.offset(fields.label),
      priority: fields.priority && reader.count(fields.priority, "priority"),
      path,
      methods: match.method && this.#methods(match.method),
      headers:
        match.headers &&
        this.#values(match.headers, "headers").map(([name, value]) => [name.toLowerCase(), value] as const),
      query: match.query && this.#values(match.query, "query"),
      ...(fields.rewrite && this.#rewrite(fields.rewrite, path)),
      setHeaders: fields.set_headers && this.#texts(fields.set_headers),
      removeHeaders:
        fields.remove_headers &&
        reader
          .list(fields.remove_headers, "remove_headers")
          .map((node) => this.#header(reader.string(node, "a header"), node).toLowerCase()),
      redirect,
      split: this.#split(fields.group, fields.split),
      label,
    };
  }

  #rewrite(node: ConfigNode, match: PathMatch | undefined): Pick<RouteConfig, "rewriteHost" | "rewritePath"> {
    const reader = this.#reader;
    const { host, path } = reader.fields(reader.map(node, "rewrite"), ["host", "path"]);
    const rewritePath = path && this.#rewritePath(path);
    if (typeof rewritePath === "object" && match?.kind !== "prefix") {
      reader.fail(path ?? null, "only a route that matches a prefix can replace it");
    }
    return { rewriteHost: host && reader.string(host, "host"), rewritePath };
  }

  #path(node: ConfigNode): PathMatch {
    const reader = this.#reader;
    const fields = reader.fields(reader.map(node, "path"), ["exact", "prefix", "regex"]);
    const [[kind, value] = [], more] = Object.entries(fields) as [
      ["exact" | "prefix" | "regex", ConfigNode]?,
      unknown?,
    ];
    if (!kind || !value || more !== undefined)
      return reader.fail(node, "path is one of exact, prefix and regex");
    if (kind === "regex") return { kind, regex: this.#regex(value) };
    const path = reader.string(value, kind);
    if (!path.startsWith("/")) reader.fail(value, `${kind} begins with /`);
    return { kind, path: kind === "prefix" ? path.replace(/\/+$/, "") : path };
  }

  #regex(node: ConfigNode): string {
    const text = this.#reader.string(node, "regex");
    try {
      wholeRegex(text);
      return text;
    } catch (error) {
      return this.#reader.fail(node, error instanceof Error ? error.message : String(error));
    }
  }

  #methods(node: ConfigNode): readonly string[] {
    const reader = this.#reader;
    const nodes = reader.isList(node) ? reader.list(node, "method") : [node];
    return nodes.map((one) => {
      const method = reader.string(one, "a method");
      return headerName.test(method) ? method : reader.fail(one, `"${method}" is no method`);
    });
  }

  #values(node: ConfigNode, what: string): [string, ValueMatch][] {
    const reader = this.#reader;
    return reader.entries(reader.map(node, what)).map(([name, value]) => {
      if (what === "headers") this.#header(name, value);
      if (!value || !reader.isMap(value)) return [name, { exact: this.#scalar(value, name) }];
      const { regex: pattern } = reader.fields(value, ["regex"]);
      return [
        name,
        { regex: this.#regex(pattern ?? reader.fail(value, `${name} is a text or has a regex`)) },
      ];
    });
  }

  #texts(node: ConfigNode): [string, string][] {
    const reader = this.#reader;
    return reader
      .entries(reader.map(node, "set_headers"))
      .map(([name, value]) => [this.#header(name, value), this.#scalar(value, name)]);
  }

  #header(name: string, node: ConfigNode | null): string {
    return headerName.test(name) ? name : this.#reader.fail(node, `"${name}" is no name of a header`);
  }

  /** A text; numbers and truth values as they are written. */
  #scalar(node: ConfigNode | null, what: string): string {
    const value = this.#reader.scalar(node);
    if (typeof value === "number" || typeof value === "boolean") return String(value);
    const text = this.#reader.string(node, what);
    return /[\r\n\0]/.test(text) ? this.#reader.fail(node, `${what} has a line end`) : text;
  }

  #rewritePath(node: ConfigNode): { readonly prefix: string } | string {
    const reader = this.#reader;
    if (!reader.isMap(node)) return this.#absolute(node);
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

  #split(group: ConfigNode | undefined, split: ConfigNode | undefined): RouteConfig["split"] {
    const reader = this.#reader;
    if (group && split) reader.fail(split, "a route has a group or a split");
    const known = (node: ConfigNode | undefined, place: ConfigNode): string => {
      const name = reader.string(node ?? null, "group");
      return this.#groups.has(name) ? name : reader.fail(node ?? place, `there is no group "${name}"`);
    };
    if (group) return [{ group: known(group, group), weight: 1 }];
    if (!split) return undefined;
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
