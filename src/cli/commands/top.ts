import { Command } from "commander";
import type { TopFlags } from "../top/run-top.js";

/** `vclc top` */
export function topCommand(): Command {
  return new Command("top")
    .summary("show what a running proxy does most, live")
    .description(
      "Show rates, hit ratio, latencies, and the most frequent URLs, hosts, backends and statuses of what vclc run -n DIR, vclc varnishd or varnishd does. " +
        "Keys: 1 to 4 choose the list, p pauses, q quits.",
    )
    .option(
      "-n, --work-dir <dir>",
      "directory of log and counters, that of the proxy's -n (default: varnishd)",
    )
    .option("-q, --query <query>", "count only requests that a query is true for (vsl-query(7))", collect)
    .option(
      "-1, --once",
      "watch for two seconds, print with what is in the log, and end; so it does without a terminal",
    )
    .option("-t, --wait <seconds>", "how long the log is waited for (default: 5)")
    .addHelpText(
      "after",
      "\nExit code: 0 ended, 2 wrong usage, no log.\n\nExamples:\n  vclc top -n /run/vclc\n  vclc top -n /run/vclc -1 -q 'RespStatus >= 500'",
    )
    .action(async (flags: TopFlags) => {
      const { runTop } = await import("../top/run-top.js");
      await runTop(flags);
      process.exitCode = 0;
    });
}

function collect(value: string, before: readonly string[] = []): readonly string[] {
  return [...before, value];
}
