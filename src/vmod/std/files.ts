import type { Blob, Host, Priv, Task } from "../../runtime/index.js";

/** A file that at least one call site keeps. */
interface KeptFile {
  readonly path: string;
  /** Undefined: it cannot be read. */
  readonly content: Promise<string | undefined>;
  references: number;
}

/** Files by name. They belong to the host, not to a VCL: every VCL sees the same content, until the last one that read it is gone. */
const keptFiles = new WeakMap<Host, Map<string, KeptFile>>();

export async function fileread(
  task: Task,
  privCall: Priv,
  path: string | undefined,
): Promise<string | undefined> {
  return path === undefined ? undefined : keep(task.host, privCall, path).content;
}

export async function blobread(
  task: Task,
  privCall: Priv,
  path: string | undefined,
): Promise<Blob | undefined> {
  const text = await fileread(task, privCall, path);
  if (text === undefined) return undefined;
  return { bytes: Uint8Array.from(text, (byte) => byte.charCodeAt(0)), type: "std.blobread" };
}

export async function file_exists(task: Task, path: string | undefined): Promise<boolean> {
  return path !== undefined && (await task.host.fileExists(path));
}

/** The file for this call site, which drops the one of another name that it had before. */
function keep(host: Host, site: Priv, path: string): KeptFile {
  const held = site.value as KeptFile | undefined;
  if (held?.path === path) return held;
  const files = keptFiles.get(host) ?? new Map<string, KeptFile>();
  keptFiles.set(host, files);
  const file = files.get(path) ?? read(host, files, path);
  file.references++;
  release(files, held);
  site.value = file;
  site.fini = () => {
    release(files, site.value as KeptFile);
  };
  return file;
}

function read(host: Host, files: Map<string, KeptFile>, path: string): KeptFile {
  const file: KeptFile = { path, references: 0, content: host.readFile(path).catch(() => forget()) };
  /** A file that cannot be read is tried again at the next call. */
  const forget = (): undefined => {
    if (files.get(path) === file) files.delete(path);
    return undefined;
  };
  files.set(path, file);
  return file;
}

function release(files: Map<string, KeptFile>, file: KeptFile | undefined): void {
  if (!file) return;
  file.references--;
  if (file.references === 0 && files.get(file.path) === file) files.delete(file.path);
}
