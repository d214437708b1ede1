import { monitorEventLoopDelay } from "node:perf_hooks";
import { resolve } from "node:path";
import { pathToFileURL } from "node:url";
import type { NodeHost } from "../src/host/node/node-host.js";
import type { KnownHosts } from "../src/vmod/routing/plan-of-entries.js";
import { knownHosts, planRoutes, type RoutePlan } from "../src/vmod/routing/route-plan.js";
import { RouteTable } from "../src/vmod/routing/route-table.js";
import { aim, milliseconds, row } from "./measure.js";

const hosts = 10_000;
const routesPerHost = 10;
const matches = 200_000;

/** What a file of many routes costs: to match a request, to follow a change of it, and how long requests wait meanwhile. */
export async function benchRoutes(): Promise<void> {
  console.log(`\nRouting, ${hosts} hosts with ${routesPerHost} routes each`);
  const { json, yaml } = makeRoutes();
  const table = new RouteTable(planRoutes(json), json);
  const round = (): void => {
    for (let at = 0; at < matches; at++) {
      const host = `h${(at * 7919) % hosts}.example.com`;
      table.find({ host, url: `/p${at % routesPerHost}/x?y=1`, method: "GET", http: undefined });
    }
  };
  const match = ((await milliseconds(5, round)) * 1000) / matches;
  row("a request's route", `${match.toFixed(2)} µs`, aim(match, 2, "µs"));
  const built = pathToFileURL(resolve("dist/host/node/index.js")).href;
  const { NodeHost: BuiltHost } = (await import(built)) as { readonly NodeHost: new () => NodeHost };
  const host = new BuiltHost();
  for (const [name, text] of [
    ["JSON", json],
    ["YAML", yaml],
  ] as const) {
    const megabytes = (text.length / 1e6).toFixed(1);
    const follow = async (changed: string, known: KnownHosts | undefined): Promise<RoutePlan> => {
      const { answer } = (await host.offLoop("routes", Buffer.from(changed, "latin1"), "", known)) ?? {};
      const plan = answer as RoutePlan;
      new RouteTable(plan, changed).find({
        host: "h1.example.com",
        url: "/",
        method: "GET",
        http: undefined,
      });
      return plan;
    };
    const whole = await milliseconds(3, () => follow(text, undefined));
    row(`${megabytes} MB of ${name}, all of it new`, `${whole.toFixed(0)} ms`, aim(whole, 300, "ms"));
    let known = knownHosts(await follow(text, undefined));
    let changes = 0;
    const delays = monitorEventLoopDelay({ resolution: 1 });
    const change = await milliseconds(5, async () => {
      const changed = text.replace(`r${++changes * 7}-3`, "changed");
      delays.enable();
      known = knownHosts(await follow(changed, known));
      delays.disable();
    });
    row(
      `a change of a host of ${megabytes} MB of ${name}`,
      `${change.toFixed(0)} ms`,
      aim(change, 300, "ms"),
    );
    row(
      "  the longest that requests wait",
      `${(delays.max / 1e6).toFixed(1)} ms`,
      aim(delays.max / 1e6, 10, "ms"),
    );
  }
  await host.close();
}

function makeRoutes(): { readonly json: string; readonly yaml: string } {
  const route = (host: number, at: number): object => ({
    name: `r${host}-${at}`,
    match: { path: { prefix: `/p${at}` } },
    group: "g",
    label: `l${at}`,
  });
  const groups = { g: { endpoints: ["127.0.0.1:1"] } };
  const all = Array.from({ length: hosts }, (_, host) => {
    const routes = Array.from({ length: routesPerHost }, (__, at) => route(host, at));
    return [`h${host}.example.com`, routes] as const;
  });
  const lines = all.flatMap(([name, routes]) => [
    `  ${name}:`,
    ...routes.map((one) => `    - ${JSON.stringify(one).replaceAll('":', '": ').replaceAll('"', "")}`),
  ]);
  return {
    json: JSON.stringify({ groups, hosts: Object.fromEntries(all) }),
    yaml: `groups: ${JSON.stringify(groups)}\nhosts:\n${lines.join("\n")}\n`,
  };
}
