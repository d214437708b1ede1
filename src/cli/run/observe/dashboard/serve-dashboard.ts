import type { IncomingMessage, ServerResponse } from "node:http";
import { isIP } from "node:net";
import { hostname } from "node:os";
import { serveHttp, type HttpPlace, type HttpService } from "../http-place.js";
import type { Dashboard } from "./dashboard.js";
import { dashboardPage, type DashboardPage } from "./page.js";
import { readFilter } from "./path-filter.js";

/** As many may watch at once. */
const mostWatchers = 20;
/** What every answer says: nothing of it is for other pages, nor to be kept. */
const always = {
  "Cache-Control": "no-store",
  "Cross-Origin-Resource-Policy": "same-origin",
  "Referrer-Policy": "no-referrer",
  "X-Content-Type-Options": "nosniff",
};

/**
 * Serves the page and its events. Only reading: GET, and no command of any kind. A name in Host must be one that is meant (`names`, this machine's,
 * localhost): a page of somebody else, whose name was made to point here, gets nothing.
 */
export function serveDashboard(
  dashboard: Dashboard,
  place: HttpPlace,
  names: readonly string[],
): Promise<HttpService> {
  const page = dashboardPage();
  const known = new Set(["localhost", hostname(), place.host, ...names].map((name) => name.toLowerCase()));
  return serveHttp("--dashboard", place, (request, response) => {
    const refused = refusal(request, known);
    if (refused) return refuse(response, ...refused);
    const [path, ...search] = (request.url ?? "/").split("?");
    if (path === "/") return sendPage(response, page);
    if (path !== "/events") return refuse(response, 404, "There is / and /events");
    if (isForeign(request)) return refuse(response, 403, "Events are for the dashboard's own page");
    if (dashboard.watching >= mostWatchers) return refuse(response, 503, "Enough are watching");
    response.writeHead(200, { ...always, "Content-Type": "text/event-stream" });
    dashboard.watch(response, readFilter(new URLSearchParams(search.join("?")).get("filter") ?? ""));
  });
}

function refusal(
  { method, headers }: IncomingMessage,
  known: ReadonlySet<string>,
): [status: number, text: string] | undefined {
  const [, bracketed, plain = ""] = /^(?:\[([^\]]*)\]|([^:]*))(?::\d+)?$/.exec(headers.host ?? "") ?? [];
  const name = (bracketed ?? plain).toLowerCase();
  if (isIP(name) === 0 && !known.has(name)) {
    return [
      403,
      "This name is not one of the dashboard's: use an address, or start with --dashboard-host NAME",
    ];
  }
  return method === "GET" ? undefined : [405, "There is only GET"];
}

/** Whether a page of somebody else asks, which can address what its reader's machine reaches. */
function isForeign({ headers }: IncomingMessage): boolean {
  const site = headers["sec-fetch-site"] ?? "none";
  if (site !== "same-origin" && site !== "none") return true;
  return headers.origin !== undefined && headers.origin.replace(/^\w+:\/\//, "") !== headers.host;
}

function refuse(response: ServerResponse, status: number, text: string): void {
  response.writeHead(status, { ...always, Allow: "GET", "Content-Type": "text/plain" }).end(`${text}\n`);
}

function sendPage(response: ServerResponse, { html, policy }: DashboardPage): void {
  response
    .writeHead(200, {
      ...always,
      "Content-Security-Policy": policy,
      "Content-Type": "text/html; charset=utf-8",
    })
    .end(html);
}
