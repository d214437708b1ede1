import type { Host } from "../../runtime/index.js";
import { readTree, type ConfigTree } from "./config-tree.js";
import type { FollowingDirector } from "./following-director.js";
import { Pace, type Steps } from "./pace.js";
import type { OpenSource, ServiceSource, ServiceState } from "./service-source.js";

/** What such a file is to somebody: how it is read, and what it is called. */
export interface FileFormat<Rest> {
  /** Before what is wrong with a file that a load depends on. */
  readonly name: string;
  /** Before what is logged of one that has turned bad. */
  readonly logName: string;
  /** What makes one reading of a file another than the next, beside its name. */
  readonly variant?: string;
  /** Makes the director of a service; one that picks by the service's policy unless given. */
  readonly director?: (name: string) => FollowingDirector;
  /** The services, and what else the file says. Throws an error whose message names the line. */
  read(text: string, tree: ConfigTree): Steps<ServiceState<Rest>>;
}

/** A file, followed by whatever path it is called: by two it is one file, also over symbolic links. */
export function fileSource<Rest>(format: FileFormat<Rest>, path: string, host: Host): ServiceSource<Rest> {
  const { name, logName, variant = "", director } = format;
  const keyOf = (place: string): string => JSON.stringify([name, variant, place]);
  return {
    ...{ name, logName, place: path, ...(director && { director }) },
    key: keyOf(host.absolutePath?.(path) ?? path),
    async meaning() {
      const real = await host.realPath?.(path);
      return real === undefined ? undefined : keyOf(real);
    },
    open: (changed) => openFile(format, path, host, changed),
  };
}

function openFile<Rest>(
  format: FileFormat<Rest>,
  path: string,
  host: Host,
  changed: () => void,
): OpenSource<Rest> {
  let last: { readonly text: string; readonly state: ServiceState<Rest> } | undefined;
  const close = host.watchFile(path, changed);
  return {
    close,
    async read() {
      const text = await host.readFile(path);
      if (text === last?.text) return last.state;
      const tree = await readTree(text, host);
      await host.turn?.();
      const state = await new Pace(host).run(format.read(text, tree));
      last = { text, state };
      return state;
    },
  };
}
