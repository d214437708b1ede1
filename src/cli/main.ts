import { Command, CommanderError } from "commander";
import { isCliError } from "./cli-error.js";
import { holdLoop } from "./hold-loop.js";
import { packageVersion } from "./package-version.js";

interface LazyCommand {
  readonly summary: string;
  /** Loads the command with its options; only the one that is asked for is loaded. */
  readonly load: () => Promise<Command>;
}

/** Every command, in the order of `vclc --help`. */
const commands: Readonly<Record<string, LazyCommand>> = {
  compile: {
    summary: "compile VCL files to TypeScript modules",
    load: async () => (await import("./commands/compile.js")).compileCommand(),
  },
  check: {
    summary: "check VCL files and print every diagnostic",
    load: async () => (await import("./commands/check.js")).checkCommand(),
  },
  fmt: {
    summary: "lay out VCL files anew, comments where they are",
    load: async () => (await import("./commands/fmt.js")).fmtCommand(),
  },
  test: {
    summary: "run tests of VCL without sockets, on a clock of their own",
    load: async () => (await import("./commands/test.js")).testCommand(),
  },
  replay: {
    summary: "run the requests of a log through two versions of a policy and compare",
    load: async () => (await import("./commands/replay.js")).replayCommand(),
  },
  warm: {
    summary: "load and link VCL without listening and print everything that is wrong",
    load: async () => (await import("./commands/warm.js")).warmCommand(),
  },
  explain: {
    summary: "say what a diagnostic, a variable, a sub, an action or a VMOD's function means",
    load: async () => (await import("./commands/explain.js")).explainCommand(),
  },
  routes: {
    summary: "check a file of routes, and explain which route a request gets",
    load: async () => (await import("./commands/routes.js")).routesCommand(),
  },
  run: {
    summary: "load VCL and answer HTTP requests with it",
    load: async () => (await import("./commands/run.js")).runCommand(),
  },
  varnishd: {
    summary: "start as varnishd does, with its arguments",
    load: async () => (await import("./commands/varnishd.js")).varnishdCommand(),
  },
  log: {
    summary: "show the log of a running proxy, live",
    load: async () => (await import("./commands/log.js")).logCommand(),
  },
  top: {
    summary: "show what a running proxy does most, live",
    load: async () => (await import("./commands/top.js")).topCommand(),
  },
  completion: {
    summary: "print what makes a shell complete commands and options",
    load: async () => (await import("./commands/completion.js")).completionCommand(wholeProgram),
  },
  vmod: {
    summary: "write the TypeScript interface of a VMOD from its .vcc",
    load: async () => (await import("./commands/vmod.js")).vmodCommand(),
  },
};

/**
 * Runs the command line program. Answers with its exit code: 0 done, 1 errors in what was given to compile (or a difference, for `--check`),
 * 2 a command that cannot be carried out as given; undefined when the command itself set it.
 */
export async function main(args: readonly string[]): Promise<number | undefined> {
  endWithReader();
  try {
    const program = await programFor(args);
    if (args.length === 0) program.help();
    await holdLoop(() => program.parseAsync(args, { from: "user" }));
    return undefined;
  } catch (error) {
    if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : 2;
    if (isCliError(error)) {
      process.stderr.write(`vclc: ${oneLine(error.message)}\n`);
      return error.exitCode;
    }
    if (process.env["VCLC_DEBUG"] !== undefined) throw error;
    const reason = error instanceof Error ? error.message : String(error);
    process.stderr.write(`vclc: internal error: ${oneLine(reason)} (VCLC_DEBUG=1 shows where)\n`);
    return 2;
  }
}

/** A reader that has seen enough (`vclc check … | head -1`) is no error of ours. */
function endWithReader(): void {
  for (const stream of [process.stdout, process.stderr]) {
    stream.on("error", (error: NodeJS.ErrnoException) => {
      if (error.code === "EPIPE") process.exit();
      throw error;
    });
  }
}

/** The program with every command loaded, for what describes all of them. */
export function wholeProgram(): Promise<Command> {
  return programWith(() => true);
}

function programFor(args: readonly string[]): Promise<Command> {
  const wanted = args[0] === "help" ? args[1] : args[0];
  return programWith((name) => name === wanted);
}

async function programWith(isWanted: (name: string) => boolean): Promise<Command> {
  const program = new Command("vclc")
    .description("Compile VCL to readable TypeScript, check it, and run it.")
    .enablePositionalOptions()
    .version(packageVersion(), "-V, --version", "print the version")
    .helpOption("-h, --help", "print help")
    .helpCommand("help [command]", "print help for a command")
    .addHelpText(
      "after",
      "\nExamples:\n  vclc check main.vcl\n  vclc compile main.vcl -o generated\n  vclc run -f main.vcl -a :8080",
    );
  for (const [name, { summary, load }] of Object.entries(commands)) {
    program.addCommand(
      isWanted(name) ? await load() : new Command(name).summary(summary).description(summary),
    );
  }
  for (const command of [
    program,
    ...program.commands,
    ...program.commands.flatMap(({ commands }) => commands),
  ]) {
    command.exitOverride().configureOutput({
      outputError: (text, write) => write(`vclc: ${oneLine(text.replace(/^error: /, ""))}\n`),
    });
  }
  return program;
}

function oneLine(text: string): string {
  return text.trim().replace(/\s*\n\s*/g, " ");
}
