import { installedLogFormat } from "../../host/node/vsm/log-format.js";
import { Publication, type LogMode } from "../../host/node/vsm/publication.js";
import { workFolder } from "../../host/node/vsm/shared-memory.js";
import type { ParameterStore } from "../../runtime/command/index.js";
import type { LogFormat } from "../../runtime/vsl/tags.js";
import { CliError } from "../cli-error.js";

/** What `-n`, `--vsl` and `--vsl-format` are parsed to. */
export interface WorkFolderFlags {
  readonly workDir?: string;
  readonly vsl?: string;
  readonly vslFormat?: string;
}

const modes: readonly string[] = ["on", "off", "auto"] satisfies readonly LogMode[];

/** Opens the directory of `-n`; nothing without the option. */
export function openWorkFolder(
  flags: WorkFolderFlags,
  identity: string,
  parameters: ParameterStore,
): Publication | undefined {
  const { workDir, vsl = "auto", vslFormat } = flags;
  if (!modes.includes(vsl)) throw new CliError(`--vsl takes on, off or auto, not "${vsl}"`);
  if (vslFormat !== undefined && !["1", "2"].includes(vslFormat)) {
    throw new CliError(`--vsl-format takes 1 or 2, not "${vslFormat}"`);
  }
  if (workDir === undefined) return undefined;
  try {
    return new Publication({
      folder: workFolder(workDir),
      identity,
      format: vslFormat === undefined ? installedLogFormat() : (Number(vslFormat) as LogFormat),
      mode: vsl as LogMode,
      space: Number(parameters.get("vsl_space")),
      failed: (reason) => void process.stderr.write(`vclc: ${reason}\n`),
    });
  } catch (error) {
    throw new CliError(error instanceof Error ? error.message : String(error));
  }
}
