import type { SourceFile } from "./source-file.js";

/** Directories in which a plain file name is searched, in order. */
export type SearchPath = readonly string[];

/**
 * The paths at which an included file may be: an absolute name as it is, `./x` beside the including file, anything else in each
 * directory of the search path. Undefined for `./x` in a source that is no file and so lies beside nothing.
 */
export function candidatePaths(
  name: string,
  includer: SourceFile,
  searchPath: SearchPath,
): readonly string[] | undefined {
  if (name.startsWith("/")) return [name];
  if (name.startsWith("./")) {
    return includer.kind === "file" ? [join(directory(includer.name), name.slice(2))] : undefined;
  }
  return searchPath.length > 0 ? searchPath.map((path) => join(path, name)) : [name];
}

function directory(path: string): string {
  const slash = path.lastIndexOf("/");
  return slash < 0 ? "" : path.slice(0, slash + 1);
}

function join(path: string, name: string): string {
  if (path === "" || path === ".") return name;
  return path.endsWith("/") ? path + name : `${path}/${name}`;
}
