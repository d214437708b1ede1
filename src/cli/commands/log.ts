import { Command } from "commander";
import type { LogFlags } from "../log/log-request.js";

type Selection = NonNullable<LogFlags["selections"]>[number];

/** `vclc log` */
export function logCommand(): Command {
  const selections: Selection[] = [];
  const selecting =
    (option: Selection["option"]) =>
    (text: string): void =>
      void selections.push({ option, text });
  return new Command("log")
    .summary("show the log of a running proxy, live")
    .description(
      "Show the log that vclc run -n DIR, vclc varnishd or varnishd writes, as varnishlog does: transactions as they end. " +
        "The options are varnishlog's.",
    )
    .option("-n, --work-dir <dir>", "directory of the log, that of the proxy's -n (default: varnishd)")
    .option(
      "-g, --group <what>",
      "what is shown together: session, request, vxid, or raw for records (default: vxid)",
    )
    .option(
      "-q, --query <query>",
      "only groups that a query is true for (vsl-query(7)); of several one is enough",
      collect,
    )
    .option(
      "-i, --include-tags <tags>",
      "show records of these tags only; * stands for anything",
      selecting("i"),
    )
    .option("-I, --include-pattern <[tags:]regexp>", "show records whose text matches", selecting("I"))
    .option("-x, --exclude-tags <tags>", "leave out records of these tags", selecting("x"))
    .option("-X, --exclude-pattern <[tags:]regexp>", "leave out records whose text matches", selecting("X"))
    .option("-b, --backend", "only requests to backends")
    .option("-c, --client", "only requests of clients")
    .option("-E, --esi", "requests of clients, and those for includes of pages")
    .option("-C, --caseless", "capitals do not matter to queries and regular expressions")
    .option(
      "-d, --history",
      "show what is in the log, and end; a proxy with --vsl auto has what somebody read",
    )
    .option("-v, --verbose", "with the number of the transaction on each line")
    .option("--json", "each group as a line of JSON")
    .option("-k, --count <number>", "end after so many groups")
    .option("-r, --read <file>", "read a file that varnishlog -w wrote")
    .option("-L, --limit <number>", "transactions that are waited for at once (default: 1000)")
    .option("-T, --timeout <seconds>", "how long the end of a transaction is waited for (default: 120)")
    .option("-t, --wait <seconds|off>", "how long the log itself is waited for (default: 5)")
    .addHelpText(
      "after",
      "\nWho reads too slowly for the proxy is told `Log overrun`, and what was between is lost. SIGUSR1 shows what is not complete.\n\n" +
        "Exit code: 0 ended, 2 wrong usage, no log.\n\n" +
        "Examples:\n  vclc log -n /run/vclc -g request\n  vclc log -n /run/vclc -g request -q 'RespStatus >= 500 or Timestamp:Resp[3] > 1.0'\n" +
        "  vclc log -n /run/vclc -q 'ReqHeader:Host ~ \"^shop\"' -i ReqURL,RespStatus,VCL_call",
    )
    .action(async (flags: LogFlags) => {
      const { printLog } = await import("../log/print-log.js");
      await printLog({ ...flags, selections });
      process.exitCode = 0;
    });
}

function collect(value: string, before: readonly string[] = []): readonly string[] {
  return [...before, value];
}
