import { accessSync, constants, readFileSync, rmSync } from "node:fs";
import { isAbsolute, join } from "node:path";
import { makeFolders } from "../make-folders.js";
import { systemReason } from "../system-reason.js";
import { processStart } from "./process-start.js";
import { SegmentIndex } from "./segment-index.js";

/** Where the tools of Varnish look for names that are no paths. */
const stateFolder = "/var/lib/varnish";

/** What else the manager's set tells: `-T` where commands are taken (`host port` a line), `-S` the path of the secret, `-i` the identity. */
export type Arguments = Readonly<Partial<Record<"-T" | "-S" | "-i", string>>>;

/** The folder that `-n` means, for us as for varnishlog. */
export function workFolder(name: string): string {
  return isAbsolute(name) ? name : join(stateFolder, name);
}

/** A `-n` directory: what the tools of Varnish map to read a log and counters. */
export class SharedMemory {
  readonly folder: string;
  readonly manager: SegmentIndex;
  /** Of the worker, which is this process too. */
  readonly child: SegmentIndex;

  /** Makes the directory anew; throws an Error of one line where that is not possible, or another process has it. */
  constructor(folder: string, now: number, { identity }: { readonly identity: string }) {
    this.folder = folder;
    makeFolder(folder);
    refuseOthers(folder);
    for (const name of [managerFolder(folder), childFolder(folder)])
      rmSync(name, { recursive: true, force: true });
    const started = Math.ceil(now);
    this.manager = new SegmentIndex(managerFolder(folder), process.pid, started);
    // Readers stop at a manager's set without a segment, and at one that begins with a cluster.
    this.tell({ "-i": identity });
    this.child = new SegmentIndex(childFolder(folder), process.pid, started);
  }

  /** Tells how this process was started. */
  tell(told: Arguments): void {
    for (const [name, text] of Object.entries(told)) {
      this.manager.addFile("Arg", name, Buffer.from(`${text}\0`, "latin1"));
    }
  }

  /** Takes both sets away: readers wait for the next process. */
  close(): void {
    this.child.close();
    this.manager.close();
  }
}

function managerFolder(folder: string): string {
  return join(folder, "_.vsm_mgt");
}

function childFolder(folder: string): string {
  return join(folder, "_.vsm_child");
}

function makeFolder(folder: string): void {
  try {
    makeFolders(folder, 0o755);
    accessSync(folder, constants.W_OK);
  } catch (error) {
    throw new Error(`-n ${folder}: cannot be written to: ${systemReason(error)}`);
  }
}

/** What a process left behind that is gone is taken over. A process number alone says little: it may have been given anew since. */
function refuseOthers(folder: string): void {
  let text: string;
  try {
    text = readFileSync(join(managerFolder(folder), "_.index"), "latin1");
  } catch {
    return;
  }
  const [, pid, started] = /^# (\d+) (\d+)\n/.exec(text) ?? [];
  if (pid === undefined || Number(pid) === process.pid) return;
  const began = processStart(Number(pid));
  if (began !== undefined && began <= Number(started) + 1) {
    throw new Error(`-n ${folder}: process ${pid} has it`);
  }
}
