import type { IncomingMessage, ServerResponse } from "node:http";
import { hostCheck, serveHttp, type HttpPlace, type HttpService } from "../http-place.js";
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
 * Serves the page and its events. Only reading: GET, and no command of any kind. `names` are those that it may be asked for by, beside what
 * `hostCheck` takes anyway.
 */
export function serveDashboard(
  dashboard: Dashboard,
  place: HttpPlace,
  names: readonly string[],
): Promise<HttpService> {
  const page = dashboardPage();
  const wrongName = hostCheck("--dashboard", place, names);
  return serveHttp("--dashboard", place, (request, response) => {
    const refused = wrongName(request);
    if (refused !== undefined) return refuse(response, 403, refused);
    if (request.method !== "GET") return refuse(response, 405, "There is only GET");
    const [path, ...search] = (request.url ?? "/").split("?");
    if (path === "/") return sendPage(response, page);
    if (path !== "/events") return refuse(response, 404, "There is / and /events");
    if (isForeign(request)) return refuse(response, 403, "Events are for the dashboard's own page");
    if (dashboard.watching >= mostWatchers) return refuse(response, 503, "Enough are watching");
    response.writeHead(200, { ...always, "Content-Type": "text/event-stream" });
    dashboard.watch(response, readFilter(new URLSearchParams(search.join("?")).get("filter") ?? ""));
  });
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
