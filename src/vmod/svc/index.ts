import { VclFailure, type HousekeepingTask, type Task } from "../../runtime/index.js";
import { endpointConfig } from "./endpoint-config.js";
import { fileSource, type FileFormat } from "./file-source.js";
import { ServiceSet } from "./service-set.js";

const endpointFormat: FileFormat<undefined> = {
  name: "svc.endpoint_watcher",
  logName: "svc",
  *read(text, tree) {
    return { services: yield* endpointConfig(text, tree), rest: undefined };
  },
};

/** `new cluster = svc.endpoint_watcher(file = "…")`; svc.vcc says what it does. */
export class EndpointWatcher {
  readonly #set: ServiceSet;

  private constructor(set: ServiceSet) {
    this.#set = set;
  }

  static async create(
    this: void,
    task: HousekeepingTask,
    vclName: string,
    args: { readonly file?: string | undefined },
  ): Promise<EndpointWatcher> {
    const path = args.file ?? task.host.environment("VCLC_ENDPOINTS");
    if (path === undefined || path === "") {
      throw new VclFailure(
        `${vclName}: no file. Write svc.endpoint_watcher(file = "…") or set VCLC_ENDPOINTS`,
      );
    }
    return new EndpointWatcher(
      await ServiceSet.watch(fileSource(endpointFormat, path, task.host), task, task.registry),
    );
  }

  last_error(_task: Task): string | undefined {
    return this.#set.lastError;
  }

  fini(served: boolean): void {
    this.#set.leave(served);
  }
}
