import { latin1Bytes, latin1Text, type Host, type OffLoopJob } from "../../runtime/index.js";
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
  readonly state: (plan: Plan, text: FileText) => ServiceState<Rest>;
}

/** A text, which may be long: one asks for parts of it. */
export type FileText = Pick<string, "slice">;

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
  let last:
    { readonly bytes: Uint8Array; readonly plan: Plan; readonly state: ServiceState<Rest> } | undefined;
  const close = host.watchFile(path, changed);
  return {
    close,
    async read() {
      const read = await bytesOf(path, host);
      if (last && isSame(read, last.bytes)) return last.state;
      const { plan, bytes } = await planOf(format, read, host, last && format.known?.(last.plan));
      const state = format.state(plan, { slice: (start, end) => latin1Text(bytes.subarray(start, end)) });
      last = { bytes, plan, state };
      return state;
    },
  };
}

async function bytesOf(path: string, host: Host): Promise<Uint8Array> {
  return host.readBytes ? host.readBytes(path) : latin1Bytes(await host.readFile(path));
}

/** Off the loop that serves requests, where the host can and it would take long. */
async function planOf<Plan>(
  { job, plan, variant = "" }: FileFormat<unknown, Plan>,
  bytes: Uint8Array,
  host: Host,
  known: unknown,
): Promise<{ readonly plan: Plan; readonly bytes: Uint8Array }> {
  const elsewhere = bytes.length > shortText ? host.offLoop?.(job, bytes, variant, known) : undefined;
  if (!elsewhere) return { plan: plan(latin1Text(bytes), variant, known as never), bytes };
  const answer = await elsewhere;
  return { plan: answer.answer as Plan, bytes: answer.bytes };
}

/** Four bytes at a time: of ten megabytes a few milliseconds would be too many. */
function isSame(one: Uint8Array, other: Uint8Array): boolean {
  if (one.length !== other.length) return false;
  const words = one.byteOffset % 4 === 0 && other.byteOffset % 4 === 0 ? one.length >> 2 : 0;
  const [left, right] = [one, other].map(
    (bytes) => new Uint32Array(bytes.buffer, words && bytes.byteOffset, words),
  ) as [Uint32Array, Uint32Array];
  for (let at = 0; at < words; at++) if (left[at] !== right[at]) return false;
  for (let at = words << 2; at < one.length; at++) if (one[at] !== other[at]) return false;
  return true;
}
