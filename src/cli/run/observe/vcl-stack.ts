import { fileURLToPath } from "node:url";
import { packageFolder } from "../../package-version.js";

/** Frames that are told: what called what, the last call first. */
const mostFrames = 10;

/**
 * Where VCL, and VMODs that are not vclc's own, were when something was thrown: `sub (file:line:column)`, innermost first. The engine has
 * put the places of VCL in place of those of emitted code. What is vclc's and Node's own is left out.
 */
export function vclStack(cause: unknown): readonly string[] {
  const stack = stackOf(cause);
  const own = packageFolder();
  const frames: string[] = [];
  for (const line of stack.split("\n")) {
    const frame = frameOf(line, own);
    if (frame !== undefined && frames.length < mostFrames) frames.push(frame);
  }
  return frames;
}

function stackOf(cause: unknown): string {
  try {
    return cause instanceof Error ? String(cause.stack) : "";
  } catch {
    // What a VMOD throws may have a stack that throws.
    return "";
  }
}

function frameOf(line: string, own: string): string | undefined {
  const [, what, where = line] = /^\s*at (?:async )?(.*) \((.*)\)$/.exec(line) ?? [];
  const [, file = "", at] = /^(?:\s*at (?:async )?)?(.*?):(\d+:\d+)$/.exec(where) ?? [];
  if (at === undefined || file.startsWith("node:") || file === "<anonymous>") return undefined;
  const path = pathOf(file);
  const isVcl = !/\.[cm]?[jt]s$/.test(path);
  if (!isVcl && path.startsWith(own)) return undefined;
  const place = `${path}:${at}`;
  if (what === undefined) return place;
  const name = what.replace(/^Object\./, "");
  // Emitted functions of subs are called so.
  return `${isVcl ? name.replace(/^sub_/, "") : name} (${place})`;
}

function pathOf(file: string): string {
  try {
    return file.startsWith("file:") ? fileURLToPath(file) : file;
  } catch {
    return file;
  }
}
