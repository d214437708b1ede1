import { lineStarts } from "../../source/position.js";
import type { Route, ValueMatch } from "../../vmod/routing/route-config.js";
import {
  criteria,
  misfit,
  partsOf,
  type RoutedRequest,
  type RouteTable,
} from "../../vmod/routing/route-table.js";
import { CliError } from "../cli-error.js";
import type { ExplainRouteFlags } from "../commands/routes.js";
import { routesOf } from "./check-routes.js";

/** Prints which route a request gets and why. Answers with the exit code. */
export function explainRoute(path: string, flags: ExplainRouteFlags): 0 | 1 {
  const request = requestOf(flags);
  const found = routesOf(path);
  if (!found) return 1;
  const place = placesIn(path, found.text);
  const table = found.file.rest;
  const host = table.hostOf(flags.host);
  const winner = table.find(request);
  const lines = [
    `host    ${host ?? `none fits ${flags.host}`}`,
    ...(winner ? won(winner, table, request, place(winner)) : ["route   none: the answer is 404"]),
    ...others(host === undefined ? [] : (table.hosts.get(host) ?? []), winner, request, place),
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

/** `FILE:LINE:COLUMN` of a route. */
function placesIn(path: string, text: string): (route: Route) => string {
  const starts = lineStarts({ name: path, text, kind: "file" });
  return ({ at }) => {
    const line = starts.filter((start) => start <= at).length;
    return `${path}:${line}:${at - (starts[line - 1] ?? 0) + 1}`;
  };
}

function won(route: Route, table: RouteTable, request: RoutedRequest, place: string): string[] {
  const { split, label, redirect } = route;
  const conditions = conditionsOf(route);
  const why = conditions.length > 0 ? `it fits: ${conditions.join(", ")}` : "it fits everything";
  const isDefault = table.fallback === route;
  return [
    `route   ${route.name} (${place})`,
    ...(label === undefined ? [] : [`label   ${label}`]),
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
  place: (route: Route) => string,
): string[] {
  const parts = partsOf(request);
  const lines = routes
    .filter((route) => route !== winner)
    .map((route) => {
      const wrong = misfit(route, parts);
      const why =
        wrong === undefined && winner
          ? `fits too, but ${winner.name} has ${criteria.find(({ of }) => of(winner, route) < 0)?.reason ?? "gone before"}`
          : `does not fit: ${describe(route, wrong ?? "")}`;
      return `  ${route.name} (${place(route)}) ${why}`;
    });
  return lines.length > 0 ? ["others", ...lines] : [];
}

/** A condition that is not met, with what it asks for. */
function describe({ path, methods, headers, query }: Route, wrong: string): string {
  const name = wrong.replace(/^(?:header|query parameter) /, "");
  const value = (wrong.startsWith("header ") ? headers : query).find(([one]) => one === name)?.[1];
  if (wrong === "path" && path) return `its path is ${pathText(path)}`;
  if (wrong === "method") return `its method is ${methods.join(" or ")}`;
  return value ? `its ${wrong} is ${valueText(value)}` : wrong;
}

function conditionsOf({ path, methods, headers, query }: Route): string[] {
  return [
    ...(path ? [`path ${pathText(path)}`] : []),
    ...(methods.length > 0 ? [`method ${methods.join(" or ")}`] : []),
    ...headers.map(([name, value]) => `header ${name} ${valueText(value)}`),
    ...query.map(([name, value]) => `query parameter ${name} ${valueText(value)}`),
  ];
}

function pathText(path: NonNullable<Route["path"]>): string {
  if (path.kind === "regex") return `regex ${sourceOf(path.pattern.pattern)}`;
  return `${path.kind} ${path.path === "" ? "/" : path.path}`;
}

function valueText(value: ValueMatch): string {
  return "exact" in value ? `"${value.exact}"` : `regex ${sourceOf(value.pattern.pattern)}`;
}

/** As it stands in the file. */
function sourceOf(pattern: string): string {
  return pattern.replace(/^\^\(\?:(.*)\)\$$/s, "$1");
}
