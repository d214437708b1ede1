import { lineStarts } from "../../source/position.js";
import type { PathMatch, RouteConfig, RoutesConfig, ValueMatch } from "../../vmod/routing/route-config.js";
import { planOf } from "../../vmod/routing/route-plan.js";
import { RouteTable } from "../../vmod/routing/route-table.js";
import { criteria, type Route, type RoutedRequest } from "../../vmod/routing/route.js";
import { CliError } from "../cli-error.js";
import type { ExplainRouteFlags } from "../commands/routes.js";
import { routesOf } from "./check-routes.js";

/** Prints which route a request gets and why. Answers with the exit code. */
export function explainRoute(path: string, flags: ExplainRouteFlags): 0 | 1 {
  const request = requestOf(flags);
  const found = routesOf(path);
  if (!found) return 1;
  const place = placesIn(path, found.text);
  const table = tableFor(flags.host, found.routes, found.text);
  const host = table.hostOf(flags.host);
  const winner = table.find(request);
  const lines = [
    `host    ${host?.host ?? `none fits ${flags.host}`}`,
    ...(winner
      ? won(winner.config, table.fallback === winner, request, place)
      : ["route   none: the answer is 404"]),
    ...others(host?.routes ?? [], winner, request, place),
  ];
  process.stdout.write(`${lines.join("\n")}\n`);
  return winner ? 0 : 1;
}

function requestOf({ host, path, method, header = [], query = [] }: ExplainRouteFlags): RoutedRequest {
  if (!path.startsWith("/")) throw new CliError(`--path begins with /, not "${path}"`);
  const fields = new Map<string, string>();
  for (const text of header) {
    const [, name, value] = /^([^:\s]+):\s*(.*)$/s.exec(text) ?? [];
    if (name === undefined || value === undefined)
      throw new CliError(`--header takes NAME: VALUE, not "${text}"`);
    fields.set(name.toLowerCase(), value);
  }
  const parameters = query.join("&");
  const url = parameters === "" ? path : `${path}${path.includes("?") ? "&" : "?"}${parameters}`;
  return { host, url, method, http: { get: (name) => fields.get(name.toLowerCase()) } };
}

/** The table of a file, with the routes of one host only: those of all hosts take long to make ready. */
function tableFor(host: string, routes: RoutesConfig, text: string): RouteTable {
  const names = new Map([...routes.hosts.keys()].map((name) => [name, []]));
  const found = new RouteTable(planOf({ ...routes, hosts: names }), text).hostOf(host)?.host ?? "";
  const hosts = new Map([[found, routes.hosts.get(found) ?? []]]);
  return new RouteTable(planOf({ ...routes, hosts: found === "" ? new Map() : hosts }), text);
}

/** `FILE:LINE:COLUMN` of a route. */
function placesIn(path: string, text: string): (route: RouteConfig) => string {
  const starts = lineStarts({ name: path, text, kind: "file" });
  return ({ at = 0 }) => {
    const line = starts.filter((start) => start <= at).length;
    return `${path}:${line}:${at - (starts[line - 1] ?? 0) + 1}`;
  };
}

function won(
  route: RouteConfig,
  isDefault: boolean,
  request: RoutedRequest,
  place: (route: RouteConfig) => string,
): string[] {
  const { split = [], label, vclPath, redirect } = route;
  const conditions = conditionsOf(route);
  const why = conditions.length > 0 ? `it fits: ${conditions.join(", ")}` : "it fits everything";
  return [
    `route   ${route.name} (${place(route)})`,
    ...(label === undefined
      ? []
      : [`label   ${label}${vclPath === undefined ? "" : `, which is ${vclPath}`}`]),
    ...(split.length > 0
      ? [
          `group   ${split.map(({ group, weight }) => (split.length > 1 ? `${group} (weight ${weight})` : group)).join(", ")}`,
        ]
      : []),
    ...(redirect ? [`answer  ${redirect.status}, a redirect`] : []),
    `why     ${isDefault ? `it is the default, and no route of the host fits ${request.url}` : why}`,
  ];
}

/** The other routes of the host, in the order in which they are tried, each with why it does not have the request. */
function others(
  routes: readonly Route[],
  winner: Route | undefined,
  request: RoutedRequest,
  place: (route: RouteConfig) => string,
): string[] {
  const lines = routes
    .filter((route) => route !== winner)
    .map((route) => {
      const { config } = route;
      const wrong = route.misfit(request);
      const why =
        wrong === undefined && winner
          ? `fits too, but ${winner.config.name} has ${criteria.find(({ of }) => of(winner.config, config) < 0)?.reason ?? "gone before"}`
          : `does not fit: ${describe(config, wrong ?? "")}`;
      return `  ${config.name} (${place(config)}) ${why}`;
    });
  return lines.length > 0 ? ["others", ...lines] : [];
}

/** A condition that is not met, with what it asks for. */
function describe({ path, methods = [], headers = [], query = [] }: RouteConfig, wrong: string): string {
  const name = wrong.replace(/^(?:header|query parameter) /, "");
  const value = (wrong.startsWith("header ") ? headers : query).find(([one]) => one === name)?.[1];
  if (wrong === "path" && path) return `its path is ${pathText(path)}`;
  if (wrong === "method") return `its method is ${methods.join(" or ")}`;
  return value ? `its ${wrong} is ${valueText(value)}` : wrong;
}

function conditionsOf({ path, methods = [], headers = [], query = [] }: RouteConfig): string[] {
  return [
    ...(path ? [`path ${pathText(path)}`] : []),
    ...(methods.length > 0 ? [`method ${methods.join(" or ")}`] : []),
    ...headers.map(([name, value]) => `header ${name} ${valueText(value)}`),
    ...query.map(([name, value]) => `query parameter ${name} ${valueText(value)}`),
  ];
}

function pathText(path: PathMatch): string {
  if (path.kind === "regex") return `regex ${path.regex}`;
  return `${path.kind} ${path.path === "" ? "/" : path.path}`;
}

function valueText(value: ValueMatch): string {
  return "exact" in value ? `"${value.exact}"` : `regex ${value.regex}`;
}
