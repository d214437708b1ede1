import { VclFailure, type HousekeepingTask, type Task } from "../../runtime/index.js";
import type { ServiceConfig } from "../svc/endpoint-config.js";
import { fileSource, type FileFormat } from "../svc/file-source.js";
import { ServiceSet } from "../svc/service-set.js";
import { readTopology } from "./topology-config.js";
import { TopologyDirector } from "./topology-director.js";

/** `new net = topology.watcher("…")`; topology.vcc says what it does. */
export class Watcher {
  readonly #set: ServiceSet;
  readonly #node: string;

  private constructor(set: ServiceSet, node: string) {
    this.#set = set;
    this.#node = node;
  }

  static async create(
    this: void,
    task: HousekeepingTask,
    vclName: string,
    {
      path,
      node = task.server.identity,
    }: { readonly path: string | undefined; readonly node?: string | undefined },
  ): Promise<Watcher> {
    if (path === undefined || path === "")
      throw new VclFailure(`${vclName}: topology.watcher() without a file`);
    const format: FileFormat<undefined, ServiceConfig> = {
      name: "topology.watcher",
      logName: "topology",
      variant: node,
      director: (name) => new TopologyDirector(name, node),
      job: "topology",
      plan: readTopology,
      state: (service) => ({ services: [service], rest: undefined }),
    };
    return new Watcher(
      await ServiceSet.watch(fileSource(format, path, task.host), task, task.registry),
      node,
    );
  }

  node(_task: Task): string {
    return this.#node;
  }

  last_error(_task: Task): string | undefined {
    return this.#set.lastError;
  }

  /** Runs when the VCL is discarded. */
  fini(served: boolean): void {
    this.#set.leave(served);
  }
}
