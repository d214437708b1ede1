import { printLive, LogPrinter } from "../../src/cli/log/print-log.js";
import { readLogFlags, type LogFlags } from "../../src/cli/log/log-request.js";

/** What `vclc log -d` prints of a directory's log, as lines. */
export async function ourLog(workDir: string, flags: LogFlags = {}): Promise<string[]> {
  const request = readLogFlags({ workDir, history: true, ...flags });
  let text = "";
  await printLive(request, new LogPrinter(request, (more) => (text += more)));
  return text.split("\n");
}
