import { randomBytes } from "node:crypto";
import { readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { systemReason } from "../../host/node/system-reason.js";
import { CliError } from "../cli-error.js";

/** What whoever gives commands must know. */
export interface Secret {
  readonly path: string;
  readonly content: string;
  /** It is this process's own, and goes with it. */
  readonly isOwn: boolean;
}

/** The secret of `-S`: a file, `none`, or one that is made up for this process in its directory. */
export function openSecret(given: string | undefined, folder: string): Secret | undefined {
  if (given === "none") return undefined;
  const path = given ?? join(folder, "_.secret");
  try {
    if (given === undefined) make(path);
    return { path, content: readFileSync(path, "latin1"), isOwn: given === undefined };
  } catch (error) {
    throw new CliError(`Can not open secret-file "${path}": ${systemReason(error)}`);
  }
}

/** Whoever may read the process's directory as one of its group may give commands; what stood there, with whatever mode, is gone. */
function make(path: string): void {
  rmSync(path, { force: true });
  writeFileSync(path, randomBytes(128).toString("hex"), { mode: 0o640, flag: "wx" });
}
