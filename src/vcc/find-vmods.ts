import { diagnostic } from "../diagnostics/diagnostic.js";
import type { SourceReader } from "../source/source-file.js";
import { readVcc, type VccReading } from "./read-vcc.js";
import type { FoundVmod, UnreadableVmod, VmodFinder } from "./vmod-finder.js";

export interface VmodFolders {
  /** Folders of the user's `--vmod-path`, searched first, in order. */
  readonly vmodPath?: readonly string[];
  /** The folder of the VMODs shipped with vclc: `NAME/NAME.vcc`. */
  readonly shipped?: string;
}

/**
 * Finds VMODs by file: `NAME.vcc` or `NAME/NAME.vcc` in every folder of the path, then the shipped ones. `import x from "p"` names a `.vcc`
 * file, an implementation beside one, or (with a final slash) a folder; taken as it stands, or along the path when it has no slash.
 */
export function vmodFinder(reader: SourceReader, { vmodPath = [], shipped }: VmodFolders): VmodFinder {
  const readings = new Map<string, VccReading>();

  function open(path: string): VccReading | UnreadableVmod | undefined {
    const known = readings.get(path);
    if (known) return known;
    const content = reader.read(path);
    if ("error" in content && !content.exists) return undefined;
    if ("error" in content) return { unreadable: `cannot read ${path}: ${content.error}` };
    const reading = readVcc({ name: path, text: content.text, kind: "file" });
    readings.set(path, reading);
    return reading;
  }

  function firstOf(
    paths: readonly string[],
    name: string,
    origin: "shipped" | "path",
  ): ReturnType<VmodFinder["find"]> {
    for (const path of paths) {
      const reading = open(path);
      if (reading && "unreadable" in reading) return reading;
      if (reading) return answer(path, reading, name, origin);
    }
    return undefined;
  }

  return {
    find(name, from) {
      const inFolders = (folders: readonly string[]) => folders.flatMap((folder) => candidates(folder, name));
      if (from !== undefined) return firstOf(namedBy(from, name, vmodPath), name, "path");
      return (
        firstOf(inFolders(vmodPath), name, "path") ??
        firstOf(shipped === undefined ? [] : inFolders([shipped]), name, "shipped")
      );
    },
    names() {
      const folders = [...vmodPath, ...(shipped === undefined ? [] : [shipped])];
      const files = folders.flatMap((folder) => candidates(folder, "*")).flatMap((path) => reader.glob(path));
      return files.map((file) => file.slice(file.lastIndexOf("/") + 1, -".vcc".length));
    },
  };
}

function answer(
  path: string,
  reading: VccReading,
  name: string,
  origin: "shipped" | "path",
): ReturnType<VmodFinder["find"]> {
  if (!reading.interface) return { diagnostics: reading.diagnostics };
  if (reading.interface.name !== name) {
    const names = { expected: name, found: reading.interface.name };
    return { diagnostics: [diagnostic("vcc-wrong-module", reading.interface.span, names)] };
  }
  const found: FoundVmod = {
    interface: reading.interface,
    origin: origin === "shipped" ? { kind: "shipped" } : { kind: "path", path: path.replace(/\.vcc$/, "") },
  };
  return found;
}

function candidates(folder: string, name: string): readonly string[] {
  const base = folder.replace(/\/+$/, "");
  return [`${base}/${name}.vcc`, `${base}/${name}/${name}.vcc`];
}

/** Where `from` may mean: a folder when it ends in a slash, else a file, whatever of the VMOD's files it names. */
function namedBy(from: string, name: string, vmodPath: readonly string[]): readonly string[] {
  if (from.endsWith("/")) return candidates(from, name);
  const file = from.replace(/\.(?:vcc|ts|js)$/, "") + ".vcc";
  return from.includes("/") ? [file] : vmodPath.map((folder) => `${folder.replace(/\/+$/, "")}/${file}`);
}
