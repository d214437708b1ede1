import {
  VclFailure,
  VclReturn,
  type Bereq,
  type Beresp,
  type ClientTask,
  type ControlSide,
  type HousekeepingTask,
  type Req,
  type Resp,
  type Task,
  type VclRef,
} from "../../runtime/index.js";
import { byWeight } from "../svc/by-weight.js";
import { fileSource, type FileFormat } from "../svc/file-source.js";
import { ServiceSet } from "../svc/service-set.js";
import type { RouteConfig } from "./route-config.js";
import { knownHosts, planRoutes, type RoutePlan } from "./route-plan.js";
import { RouteTable } from "./route-table.js";
import { pathLength } from "./route.js";

/** What the last match of a request came to; kept with the request. */
interface Matched {
  readonly route: string;
  readonly location: string | undefined;
}

/** What an action with arguments notes on the task (module format of the runtime). */
type SynthNotes = { errStatus: number; errReason: string | undefined };

/** `new router = routing.from_yaml("…")`; routing.vcc says what it does. JSON is YAML: the same reads both. */
class Router {
  readonly #set: ServiceSet<RouteTable>;
  readonly #control: ControlSide;

  protected constructor(set: ServiceSet<RouteTable>, control: ControlSide) {
    this.#set = set;
    this.#control = control;
  }

  match(task: Task, http: Req | Bereq | Beresp | Resp): VclRef | undefined {
    const { req } = clientOf(task);
    if (http !== req) throw new VclFailure("router.match() is about req");
    const { method, url, http: fields } = req;
    const route = this.#find(task, { host: fields.get("host"), url, method, http: fields });
    if (route.redirect) return this.#redirect(task as ClientTask, route);
    rewrite(req, route);
    return this.#dispatch(task as ClientTask, route);
  }

  match_text(task: Task, host: string | undefined, url: string | undefined): VclRef | undefined {
    const { req } = clientOf(task);
    const route = this.#find(task, { host, url: url ?? "", method: req.method, http: req.http });
    if (route.redirect) return this.#redirect(task as ClientTask, route);
    return this.#dispatch(task as ClientTask, route);
  }

  route(task: Task): string | undefined {
    return (task.privTask(this).value as Matched | undefined)?.route;
  }

  location(task: Task): string | undefined {
    return (task.privTask(this).value as Matched | undefined)?.location;
  }

  reload(_task: Task): void {
    void this.#control.run((registry) => this.#set.reload(registry));
  }

  last_error(_task: Task): string | undefined {
    return this.#set.lastError;
  }

  fini(served: boolean): void {
    this.#set.leave(served);
  }

  #find(task: Task, request: Parameters<RouteTable["find"]>[0]): RouteConfig {
    const route = this.#set.rest?.find(request)?.config;
    task.privTask(this).value = route && ({ route: route.name, location: undefined } satisfies Matched);
    if (!route) throw answer(task, 404, "No route");
    return route;
  }

  #dispatch(task: ClientTask, { split, label }: RouteConfig): VclRef | undefined {
    const group = split && pick(split, task);
    if (group !== undefined) task.req.backend_hint = this.#set.director(group);
    return label === undefined ? undefined : this.#control.label(label);
  }

  #redirect(task: ClientTask, { name, redirect }: RouteConfig): never {
    const { status = 302, scheme, host, path } = redirect ?? {};
    const { http, url } = task.req;
    const isSecure = task.req.transport.startsWith("https") || task.sess.proxyTlvs?.has(0x20) === true;
    const place = `${scheme ?? (isSecure ? "https" : "http")}://${host ?? http.get("host") ?? ""}`;
    const location = `${place}${path === undefined ? url : path + url.slice(pathLength(url))}`;
    task.privTask(this).value = { route: name, location } satisfies Matched;
    throw answer(task, status, undefined);
  }
}

export class FromYaml extends Router {
  static create(
    this: void,
    task: HousekeepingTask,
    vclName: string,
    path: string | undefined,
  ): Promise<FromYaml> {
    return open(task, vclName, "routing.from_yaml", path, (file) => new FromYaml(file, task.control));
  }
}

export class FromJson extends Router {
  static create(
    this: void,
    task: HousekeepingTask,
    vclName: string,
    path: string | undefined,
  ): Promise<FromJson> {
    return open(task, vclName, "routing.from_json", path, (file) => new FromJson(file, task.control));
  }
}

async function open<Kind>(
  task: HousekeepingTask,
  vclName: string,
  name: string,
  path: string | undefined,
  make: (file: ServiceSet<RouteTable>) => Kind,
): Promise<Kind> {
  if (path === undefined || path === "") throw new VclFailure(`${vclName}: ${name}() without a file`);
  const format: FileFormat<RouteTable, RoutePlan> = {
    name,
    logName: "routing",
    job: "routes",
    plan: planRoutes,
    known: knownHosts,
    state: (plan, text) => ({ services: plan.services, rest: new RouteTable(plan, text) }),
  };
  const file = await ServiceSet.watch(fileSource(format, path, task.host), task, task.registry);
  task.useLabels(() => file.rest?.labels(path) ?? []);
  return make(file);
}

function clientOf(task: Task): ClientTask {
  if (task.kind === "client" && task.method === "vcl_recv") return task as ClientTask;
  throw new VclFailure("router.match() is for vcl_recv");
}

/** What ends the sub that is running: `return (synth(…))`. */
function answer(task: Task, status: number, reason: string | undefined): VclReturn {
  Object.assign(task as unknown as SynthNotes, { errStatus: status, errReason: reason });
  return new VclReturn("synth");
}

function rewrite(req: Req, route: RouteConfig): void {
  const { path, rewritePath, rewriteHost, setHeaders = [], removeHeaders = [] } = route;
  const { http, url } = req;
  const end = pathLength(url);
  if (typeof rewritePath === "string") req.url = rewritePath + url.slice(end);
  else if (rewritePath && path?.kind === "prefix") {
    const rest = url.slice(path.path.length);
    req.url = `${rewritePath.prefix}${rest.startsWith("/") ? "" : "/"}${rest}`;
  }
  if (rewriteHost !== undefined) http.set("Host", rewriteHost);
  for (const [name, value] of setHeaders) http.set(name, value);
  for (const name of removeHeaders) http.unset(name);
}

/** A group by weight. */
function pick(split: NonNullable<RouteConfig["split"]>, task: ClientTask): string | undefined {
  if (split.length <= 1) return split[0]?.group;
  return byWeight(split, ({ weight }) => weight, task.host.random())?.group;
}
