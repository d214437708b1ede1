import type { Host, OffLoopJob } from "../../runtime/index.js";
import type { ServiceConfig } from "./endpoint-config.js";
import type { FollowingDirector } from "./following-director.js";
import type { OpenSource, ServiceSource, ServiceState } from "./service-source.js";

/** What such a file is to somebody: how it is read, and what it is called. */
export interface FileFormat<Rest, Plan = readonly ServiceConfig[]> {
  /** Before what is wrong with a file that a load depends on. */
  readonly name: string;
  /** Before what is logged of one that has turned bad. */
  readonly logName: string;
  /** What makes one reading of a file another than the next, beside its name. */
  readonly variant?: string;
  /** Makes the director of a service; one that picks by the service's policy unless given. */
  readonly director?: (name: string) => FollowingDirector;
  /** What the host calls `plan` where it does that on another thread. */
  readonly job: OffLoopJob;
  /** What is found out of a text: plain data. Throws an error whose message names the line. */
  readonly plan: (text: string, variant: string, known?: never) => Plan;
  /** What of a plan makes finding out the next one shorter: plain data, which `plan` gets. */
  readonly known?: (plan: Plan) => unknown;
  /** The services, and what else the file says. */
  readonly state: (plan: Plan, text: string) => ServiceState<Rest>;
}

/** Characters of a file that is read where requests are served: a millisecond or so. */
const shortText = 8192;

/** A file, followed by whatever path it is called: by two it is one file, also over symbolic links. */
export function fileSource<Rest, Plan>(
  format: FileFormat<Rest, Plan>,
  path: string,
  host: Host,
): ServiceSource<Rest> {
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

function openFile<Rest, Plan>(
  format: FileFormat<Rest, Plan>,
  path: string,
  host: Host,
  changed: () => void,
): OpenSource<Rest> {
  let last: { readonly text: string; readonly plan: Plan; readonly state: ServiceState<Rest> } | undefined;
  const close = host.watchFile(path, changed);
  return {
    close,
    async read() {
      const text = await host.readFile(path);
      if (text === last?.text) return last.state;
      const plan = await planOf(format, text, host, last && format.known?.(last.plan));
      const state = format.state(plan, text);
      last = { text, plan, state };
      return state;
    },
  };
}

/** Off the loop that serves requests, where the host can and it would take long. */
function planOf<Plan>(
  { job, plan, variant = "" }: FileFormat<unknown, Plan>,
  text: string,
  host: Host,
  known: unknown,
): Plan | Promise<Plan> {
  const elsewhere = text.length > shortText ? host.offLoop?.(job, text, variant, known) : undefined;
  return elsewhere ? (elsewhere as Promise<Plan>) : plan(text, variant, known as never);
}
