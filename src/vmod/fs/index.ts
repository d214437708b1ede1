import { stat } from "node:fs/promises";
import {
  VclFailure,
  type BackendResponse,
  type BackendTask,
  type Director,
  type Health,
  type HousekeepingTask,
  type Task,
} from "../../runtime/index.js";
import { bareAnswer, fileAnswer } from "./answer.js";
import { wantedFile } from "./file-path.js";
import { openBelow } from "./open-file.js";

/** The folder as a backend. */
class Folder implements Director {
  readonly kind = "fs";
  readonly vclName: string;
  readonly #path: string;
  readonly #index: string;
  readonly #hidden: boolean;
  readonly #since: number;

  constructor(vclName: string, path: string, index: string, hidden: boolean, since: number) {
    this.vclName = vclName;
    this.#path = path;
    this.#index = index;
    this.#hidden = hidden;
    this.#since = since;
  }

  health(): Health {
    return { healthy: true, changed: this.#since };
  }

  async fetch({ bereq, host }: BackendTask): Promise<BackendResponse> {
    const { method, url } = bereq;
    if (method !== "GET" && method !== "HEAD") return bareAnswer(bereq, 405, [["Allow", "GET, HEAD"]]);
    const wanted = wantedFile(url, this.#hidden);
    if ("status" in wanted) return bareAnswer(bereq, wanted.status);
    const { isFolder, segments } = wanted;
    if (isFolder && this.#index === "") return bareAnswer(bereq, 404);
    const names = isFolder ? [...segments, this.#index] : segments;
    const found = await openBelow(this.#path, names);
    if ("status" in found) return bareAnswer(bereq, found.status);
    if (!("folder" in found))
      return fileAnswer(bereq, host.now(), names.at(-1) ?? "", found.file, found.stats);
    // What is called like the index and is a folder is nothing.
    return isFolder ? bareAnswer(bereq, 404) : bareAnswer(bereq, 301, [["Location", asFolder(url)]]);
  }
}

/** The same URL with a slash behind its path. Two slashes at its beginning would be another host to a browser. */
function asFolder(url: string): string {
  return url.replace(/^\/+/, "/").replace(/(?=[?#]|$)/, "/");
}

/** `new site = fs.root("/srv/www")`; fs.vcc says what it does. */
export class Root {
  readonly #folder: Folder;

  private constructor(folder: Folder) {
    this.#folder = folder;
  }

  static async create(
    this: void,
    task: HousekeepingTask,
    vclName: string,
    path: string | undefined,
    index: string | undefined,
    hidden: boolean,
  ): Promise<Root> {
    if (path === undefined || path === "") throw new VclFailure(`${vclName}: fs.root() without a folder`);
    if (index?.includes("/")) throw new VclFailure(`${vclName}: index is the name of a file, not a path`);
    const found = await stat(path).catch((error: NodeJS.ErrnoException) => {
      throw new VclFailure(
        `${vclName}: ${path}: ${error.code === "ENOENT" ? "there is no such folder" : error.message}`,
      );
    });
    if (!found.isDirectory()) throw new VclFailure(`${vclName}: ${path} is not a folder`);
    const folder = new Folder(vclName, path, index ?? "", hidden, task.now);
    task.addDirector(folder);
    return new Root(folder);
  }

  backend(_task: Task): Director {
    return this.#folder;
  }
}
