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

export function workspace_alloc(): void {
  // There is always room.
}

export function workspace_reserve(_task: Task, _which: string, size: number): number {
  return Math.max(size, 0);
}

export function workspace_free(): number {
  return 65536;
}

export function workspace_snapshot(): void {
  // Nothing fills it.
}

export function workspace_reset(): void {
  // Nothing has filled it.
}

export function workspace_overflowed(): boolean {
  return false;
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
