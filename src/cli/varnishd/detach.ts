import { spawn } from "node:child_process";
import { CliError } from "../cli-error.js";

/** What a process in the background tells its parent once it serves. */
const ready = "serving";

/** Starts the same again in the background, and returns once it serves; what it says before that is said here. */
export async function detach(args: readonly string[]): Promise<void> {
  const child = spawn(process.execPath, [process.argv[1] as string, "varnishd", "-F", ...args], {
    detached: true,
    stdio: ["ignore", "ignore", "inherit", "ipc"],
  });
  const outcome = await new Promise<string | number | null>((resolve) => {
    child.once("message", (message) => resolve(message as string));
    child.once("exit", (code) => resolve(code));
  });
  if (outcome !== ready) throw new CliError("the process in the background did not start", 2);
  child.disconnect();
  child.unref();
}

/** Tells whoever started this process in the background that it serves. */
export function tellParent(): void {
  process.send?.(ready);
}
