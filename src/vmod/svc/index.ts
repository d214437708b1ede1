import { VclFailure, type HousekeepingTask, type Task } from "../../runtime/index.js";
import { EndpointFile } from "./endpoint-file.js";

/** `new cluster = svc.endpoint_watcher(file = "…")`; svc.vcc says what it does. */
export class EndpointWatcher {
  readonly #file: EndpointFile;

  private constructor(file: EndpointFile) {
    this.#file = file;
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
    return new EndpointWatcher(await EndpointFile.watch(path, task.host, task.control, task.registry));
  }

  last_error(_task: Task): string | undefined {
    return this.#file.lastError;
  }

  fini(served: boolean): void {
    this.#file.leave(served);
  }
}
