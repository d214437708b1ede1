import { randomBytes } from "node:crypto";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { systemReason } from "../../host/node/system-reason.js";
import { CliError } from "../cli-error.js";

/** What whoever gives commands must know. */
export interface Secret {
  readonly path: string;
  readonly content: string;
}

/** The secret of `-S`: a file, `none`, or one that is made up for this process in its directory. */
export function openSecret(given: string | undefined, folder: string): Secret | undefined {
  if (given === "none") return undefined;
  const path = given ?? join(folder, "_.secret");
  try {
    if (given === undefined) writeFileSync(path, `${randomBytes(128).toString("hex")}\n`, { mode: 0o600 });
    return { path, content: readFileSync(path, "latin1") };
  } catch (error) {
    throw new CliError(`Can not open secret-file "${path}": ${systemReason(error)}`);
  }
}
