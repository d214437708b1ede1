import { chmodSync, realpathSync, renameSync, rmSync, statSync, writeFileSync } from "node:fs";
import { systemReason } from "../host/node/system-reason.js";
import { CliError } from "./cli-error.js";

/** Writes beside the file, then renames: it is never seen half-written. Its mode stays, and a link is a link still. */
export function replaceFile(path: string, text: string): void {
  const target = realpathSync(path);
  const temporary = `${target}.${process.pid}.tmp`;
  try {
    writeFileSync(temporary, text, "latin1");
    chmodSync(temporary, statSync(target).mode);
    renameSync(temporary, target);
  } catch (error) {
    throw new CliError(`cannot write ${path}: ${systemReason(error)}`);
  } finally {
    rmSync(temporary, { force: true });
  }
}
