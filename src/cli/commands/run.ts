import { Command } from "commander";
import { addCompilerOptions } from "../compiler-options.js";
import type { RunFlags } from "../run/run-proxy.js";

/** `vclc run` */
export function runCommand(): Command {
  const command = new Command("run")
    .summary("load VCL and answer HTTP requests with it")
    .description(
      "Load VCL and answer HTTP/1.1 requests with it, until SIGTERM or SIGINT; requests in flight finish. SIGHUP has files of endpoints and certificates read again.",
    )
    .option(
      "-f, --file <file>",
      "VCL to load and use, named boot; several are boot0, boot1, …: the last is used",
      collect,
    )
    .option("-I, --commands <file>", "commands to run first, those of the command port: vcl.load, vcl.use, …")
    .option("-T, --command-port <address:port>", "take commands there, from varnishadm; nowhere unless given")
    .option("-S, --secret <file>", "who gives commands must know this file's content, as with varnishadm -S")
    .option(
      "-a, --listen <where>",
      "[NAME=]ADDRESS[,PROTOCOL][,OPTION…], as often as needed (default: :8080). ADDRESS is HOST:PORT, :PORT, [IPV6]:PORT, or /PATH or @NAME of a Unix socket; PROTOCOL HTTP or PROXY; OPTIONs are tls=FILE (PEM: certificate, chain and key), and for a path user=, group= and mode=",
      collect,
    )
    .option("-p, --param <name=value>", "a run-time parameter, by Varnish's name", collect)
    .option(
      "-s, --storage <[name=]kind,size>",
      "where objects are kept: malloc,SIZE, a SIZE alone, or lmdb,PATH,SIZE; may be given more than once, and as Transient=malloc,SIZE (default: 256m)",
      collect,
    )
    .option("-i, --identity <name>", "server.identity (default: the host's name)")
    .option(
      "--drain-time <seconds>",
      "how long requests in flight may take once a signal says stop (default: 30)",
    )
    .option(
      "-n, --work-dir <dir>",
      "show log and counters there to varnishlog, varnishncsa, varnishstat … -n DIR",
    )
    .option("--vsl <mode>", "write the log of -n: on, off, or auto, while somebody reads it (default: auto)")
    .option(
      "--vsl-format <1|2>",
      "format of that log: 1 up to Varnish 7.2, 2 since 7.3 (default: what the installed varnishlog reads)",
    )
    .option(
      "--access-log <file>",
      "write a line for each request; - is standard output. SIGUSR1 opens the file again",
    )
    .option("--access-log-format <format>", "combined, as varnishncsa writes it, or json (default: combined)")
    .option(
      "--metrics <where>",
      "serve counters and latencies for Prometheus at ADDRESS:PORT/metrics; :PORT is on the loopback",
    )
    .option(
      "--metrics-host <name>",
      "a name that they are asked for by, where that is not an address or this machine's",
      collect,
    )
    .option(
      "--dashboard <where>",
      "show what goes on as a page at http://ADDRESS:PORT/; :PORT is on the loopback",
    )
    .option(
      "--dashboard-host <name>",
      "a name that the page is asked for by, where that is not an address or this machine's",
      collect,
    )
    .option(
      "--otlp [url]",
      "send traces to an OpenTelemetry collector (OTLP/HTTP), by default where the environment says; needs its packages",
    )
    .option(
      "--log-level <level>",
      "what is told on standard error: error, warn (fetches, sick backends), or info (default: info)",
    )
    .option("--log-format <format>", "its form: text or json (default: text)")
    .option("-q, --quiet", "tell nothing of failures while serving")
    .option("--log", "print every log record, as varnishlog -g raw would");
  return addCompilerOptions(command)
    .addHelpText(
      "after",
      "\nExit code: 0 stopped by a signal, 1 errors in the VCL, 2 wrong usage, an unreadable file, a port in use.\n\n" +
        "Examples:\n  vclc run -f main.vcl -a 127.0.0.1:8080\n  vclc run -I start.cli -a :80 -p default_ttl=60 -s 1g\n" +
        "  vclc run -f main.vcl -a :80 -T 127.0.0.1:6082 -S secret\n" +
        "  vclc run -f main.vcl -a :80 -a :443,tls=/etc/ssl/example.com.pem\n" +
        "  vclc run -f main.vcl -a :80 -a tls=127.0.0.1:8443,PROXY -a /run/vclc.sock,PROXY,group=www-data,mode=660",
    )
    .action(async (flags: RunFlags) => {
      const { setEngineFlags } = await import("../../host/node/engine-flags.js");
      setEngineFlags();
      const { runProxy } = await import("../run/run-proxy.js");
      await runProxy(flags);
      process.exitCode = 0;
    });
}

function collect(value: string, before: readonly string[] = []): readonly string[] {
  return [...before, value];
}
