import { VclFailure, type HousekeepingTask, type Task } from "../../runtime/index.js";
import { EndpointFile, type FileFormat } from "../svc/endpoint-file.js";
import { readTopology } from "./topology-config.js";
import { TopologyDirector } from "./topology-director.js";

/** `new net = topology.watcher("…")`; topology.vcc says what it does. */
export class Watcher {
  readonly #file: EndpointFile;
  readonly #node: string;

  private constructor(file: EndpointFile, node: string) {
    this.#file = file;
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
    const format: FileFormat<undefined> = {
      name: "topology.watcher",
      logName: "topology",
      variant: node,
      director: (name) => new TopologyDirector(name, node),
      read: (text) => ({ services: [readTopology(text, node)], rest: undefined }),
    };
    return new Watcher(
      await EndpointFile.watchAs(format, path, task.host, task.control, task.registry),
      node,
    );
  }

  node(_task: Task): string {
    return this.#node;
  }

  last_error(_task: Task): string | undefined {
    return this.#file.lastError;
  }

  /** Runs when the VCL is discarded. */
  fini(served: boolean): void {
    this.#file.leave(served);
  }
}
