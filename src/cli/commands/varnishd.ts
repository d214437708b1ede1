import { Command } from "commander";
import { isCliError } from "../cli-error.js";

/** `vclc varnishd` */
export function varnishdCommand(): Command {
  return new Command("varnishd")
    .summary("start as varnishd does, with its arguments")
    .description(
      "Start as varnishd does, with its arguments: for units, images and tests that start varnishd. One process is master and worker.",
    )
    .usage("[-a ADDRESS] [-f FILE | -b BACKEND] [-n DIR] [-p NAME=VALUE] …")
    .argument("[arguments...]", "those of varnishd")
    .helpOption("--help", "print help")
    .allowUnknownOption()
    .passThroughOptions()
    .addHelpText(
      "after",
      `
Arguments: -a where to listen, -b backend, -C only compile, -d commands on standard input, -F in the foreground, -f VCL, -h hash (taken),
-I commands to begin with, -i identity, -j jail (taken), -l size of the log, -M connect to whoever gives commands, -n directory of log and
counters, -P file for the process number, -p parameter, -r parameters not to be set, -S secret, -s storage, -T address for commands,
-t default_ttl, -V version, -W waiter (taken), -x document (parameter, vsl, cli, builtin, optstring) to print. Those of vclc run for watching
are there, too: --access-log, --access-log-format, --metrics, --metrics-host, --dashboard, --dashboard-host, --otlp URL, --log-level,
--log-format, --quiet. Failures are told on standard error.

Examples:
  vclc varnishd -F -a :8080 -f /etc/varnish/main.vcl -n /run/vclc
  varnishtest -D varnishd="vclc varnishd" test.vtc`,
    )
    .action(async (args: readonly string[], _options: object, command: Command) => {
      if (args[0] === "-?") return command.outputHelp();
      const { setEngineFlags } = await import("../../host/node/engine-flags.js");
      setEngineFlags();
      const { runVarnishd } = await import("../varnishd/varnishd.js");
      process.exitCode = 0;
      try {
        await runVarnishd(args);
      } catch (error) {
        if (!isCliError(error)) throw error;
        // As varnishd says it: scripts look for that.
        process.stderr.write(`Error: ${error.message}\n(-? gives usage)\n`);
        process.exitCode = error.exitCode;
      }
    });
}
