// vmod_vtc for Varnish's own tests; vtc.vcc says what it does.
import { connect } from "node:net";
import { setTimeout as pause } from "node:timers/promises";
import { VclFailure, type Director, type Ip, type Stevedore, type Task } from "vclc/runtime";

/** The barrier closes its connections once everybody is there. */
export function barrier_sync(_task: Task, address = "", timeout: number): Promise<void> {
  const [, host, port] = /^(.*)[: ](\d+)$/.exec(address) ?? [];
  return new Promise((resolve, reject) => {
    const fail = (why: string): void => reject(new VclFailure(`Barrier synchronization ${why}`));
    const socket = connect(port === undefined ? { path: address } : { host, port: Number(port) });
    if (timeout > 0) socket.setTimeout(timeout * 1000, () => socket.destroy(new Error("timed out")));
    socket.on("error", ({ message }) => fail(`failed: ${message}`));
    socket.on("data", () => fail("failed: the barrier said something"));
    socket.on("end", () => {
      socket.end();
      resolve();
    });
  });
}

export function no_backend(): Director | undefined {
  return undefined;
}

export function no_stevedore(): Stevedore | undefined {
  return undefined;
}

export function no_ip(): Ip | undefined {
  return undefined;
}

export function sleep(_task: Task, seconds: number): Promise<void> {
  return pause(seconds * 1000);
}

export function panic(_task: Task, text = ""): never {
  throw new VclFailure(`It's panic time: ${text}`);
}

/** What a task has of its workspace; sessions and threads have none here. */
interface TaskWorkspace {
  readonly free: number;
  readonly overflowed: boolean;
  take(bytes: number): boolean;
  snapshot(): object;
  reset(snapshot: object): void;
}

function workspaceOf(task: Task, which: string): TaskWorkspace | undefined {
  return which === task.kind ? (task as Task & { readonly workspace?: TaskWorkspace }).workspace : undefined;
}

/** Where there is none there is always room. */
const roomy = 65536;
const snapshots = new WeakMap<Task, object>();

export function workspace_alloc(task: Task, which: string, size: number): void {
  const workspace = workspaceOf(task, which);
  // Less than nothing is what is to be left.
  workspace?.take(Math.max(size < 0 ? workspace.free + size : size, 0));
}

export function workspace_reserve(task: Task, which: string, size: number): number {
  const free = workspaceOf(task, which)?.free ?? roomy;
  const wanted = Math.max(size < 0 ? free + size : size, 0);
  return wanted <= free ? wanted : 0;
}

export function workspace_free(task: Task, which: string): number {
  return workspaceOf(task, which)?.free ?? roomy;
}

export function workspace_snapshot(task: Task, which: string): void {
  const workspace = workspaceOf(task, which);
  if (workspace) snapshots.set(task, workspace.snapshot());
}

export function workspace_reset(task: Task, which: string): void {
  const snapshot = snapshots.get(task);
  if (snapshot) workspaceOf(task, which)?.reset(snapshot);
}

export function workspace_overflowed(task: Task, which: string): boolean {
  return workspaceOf(task, which)?.overflowed ?? false;
}

const sizes: Readonly<Record<string, number>> = { p: 8, i: 4, d: 8, f: 4, l: 8, s: 2, z: 8, o: 8, j: 8 };

/** As a compiler lays it out: each member at a multiple of its size, all of it at one of the largest. */
export function typesize(_task: Task, letters = ""): number {
  let end = 0;
  let largest = 1;
  for (const letter of letters) {
    const size = sizes[letter];
    if (size === undefined) return -1;
    end = Math.ceil(end / size) * size + size;
    largest = Math.max(largest, size);
  }
  return Math.ceil(end / largest) * largest;
}

export function vsl(task: Task, vxid: number, tag = "", side: "c" | "b", text = ""): void {
  if (vxid < 0) task.log(tag, text);
  else task.host.log.record(vxid, tag, text, side);
}
