import { readdirSync, realpathSync } from "node:fs";
import { dirname, join, relative, resolve } from "node:path";
import { analyzeSource } from "../../analyze/analyze-source.js";
import type { SourceReader } from "../../source/source-file.js";
import { analyzeOptions, openMainFile, type CompilerFlags } from "../analyze-options.js";
import { filesBelow, isProgram } from "../vcl-files.js";

/** How many folders above that of a part its programs are looked for in. */
const mostLevels = 8;

/** How many files below the current folder are looked through for them. */
const mostFiles = 300;

/**
 * The programs that include a part: looked for in its folder and in those above, up to the current one, then anywhere below that. None for a file outside
 * of the current folder, but for its own folder.
 */
export function programsWith(part: string, flags: CompilerFlags, reader: SourceReader): readonly string[] {
  for (const folder of foldersAbove(part)) {
    const found = vclFilesIn(folder).filter(
      (path) => isProgram(path, reader) && includes(path, part, flags, reader),
    );
    if (found.length > 0) return found;
  }
  const top = foldersAbove(part).at(-1) ?? "";
  if (resolve(top) !== process.cwd()) return [];
  return programsBelow(top, part, flags, reader);
}

/** Those anywhere below a folder; none where that holds more VCL than is looked through for this. */
function programsBelow(
  folder: string,
  part: string,
  flags: CompilerFlags,
  reader: SourceReader,
): readonly string[] {
  const files = filesBelow(folder, (name) => name.endsWith(".vcl"));
  if (files.length > mostFiles) return [];
  return files.filter((path) => isProgram(path, reader) && includes(path, part, flags, reader));
}

/** The folder of a file and those above it, up to the current one. */
export function foldersAbove(path: string): readonly string[] {
  const folders = [dirname(path)];
  const isInside = (folder: string) => !/^\.\.(?:\/|$)|^\/|^$/.test(relative(process.cwd(), resolve(folder)));
  while (isInside(folders.at(-1) ?? "") && folders.length < mostLevels)
    folders.push(join(folders.at(-1) ?? "", ".."));
  return folders;
}

function vclFilesIn(folder: string): readonly string[] {
  try {
    const names = readdirSync(folder).filter((name) => name.endsWith(".vcl"));
    return names.sort().map((name) => join(folder, name));
  } catch {
    return []; // What cannot be looked into holds none.
  }
}

function includes(path: string, part: string, flags: CompilerFlags, reader: SourceReader): boolean {
  const main = openMainFile(path, reader);
  if ("error" in main) return false;
  const wanted = realpathSync(part);
  let found = false;
  const noting: SourceReader = {
    ...reader,
    read(name) {
      const content = reader.read(name);
      found ||= "text" in content && realpathSync(name) === wanted;
      return content;
    },
  };
  analyzeSource(main, analyzeOptions(path, { ...flags }, noting));
  return found;
}
