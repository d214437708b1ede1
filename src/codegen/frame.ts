/** Emitted text, taken apart: statements of the module, those within the function that loads it, and members of the object that this returns. */
export interface Framed {
  readonly module: readonly string[];
  readonly load: readonly string[];
  readonly members: readonly string[];
  /** The first line of the function that loads the module, and the module's last line. */
  readonly open: string;
  readonly close: string;
}

const returnLine = "return {";

/** Takes a module apart by lines that stand in every one; undefined where they do not. */
export function takeApart(text: string): Framed | undefined {
  const lines = text.trimEnd().split("\n");
  const open = lines.findIndex((line) => /^(?:export default|return) defineVcl\(/.test(line));
  const close = lines.length - 1;
  const end = lines.lastIndexOf("};");
  const start = lines.lastIndexOf(returnLine, end);
  if (open === -1 || start < open || lines.slice(end + 1, close).some((line) => line !== ""))
    return undefined;
  return {
    module: lines.slice(0, open),
    load: lines.slice(open + 1, start),
    members: lines.slice(start + 1, end),
    open: lines[open] ?? "",
    close: lines[close] ?? "",
  };
}
