import { builtFile } from "../../host/node/built-file.js";
import { Thread } from "../../host/node/thread.js";
import {
  CommandFailure,
  tracePoint,
  type BackendTask,
  type ClientTask,
  type HousekeepingTask,
} from "../../runtime/index.js";
import type { CompiledVcl, ParameterStore, VclCompiler } from "../../runtime/command/index.js";
import { CliError } from "../cli-error.js";
import type { CompilerFlags } from "../analyze-options.js";
import { useColor } from "../use-color.js";
import { compileVcl, type CompileJob, type CompileResult } from "./compile-vcl.js";
import { linkModule } from "./load-module.js";

/** How varnishd ends what its compiler said. */
const vccFailed = "Running VCC-compiler failed, exited with 2";

/** The compiler of start-up: diagnostics go to stderr, and what does not compile ends the command. */
export function printingCompiler(flags: CompilerFlags): VclCompiler {
  const load = (job: CompileJob): Promise<CompiledVcl> => {
    const result = compileVcl(job, flags, useColor(process.stderr, flags.color));
    process.stderr.write(result.diagnosed);
    return linked({ ...result, diagnosed: "" });
  };
  return { file: (path) => load({ path }), text: (name, text) => load({ name, text }) };
}

/** A compiler that can be ended with the process that it serves. */
export interface ThreadedCompiler extends VclCompiler {
  stop(): Promise<void>;
}

/**
 * The compiler of the command port: diagnostics go into the reply. It works on a thread of its own, which is started at once, so that
 * requests go on while something large is compiled; where this is no built program and there is no such thread, it works in this one.
 */
export function answeringCompiler(flags: CompilerFlags, parameters?: () => ParameterStore): ThreadedCompiler {
  const entry = builtFile("cli/run/compile-worker.js");
  const thread = entry === undefined ? undefined : new Thread<CompileJob, CompileResult>(entry, flags);
  thread?.start();
  const load = async (job: CompileJob): Promise<CompiledVcl> => {
    const result = await (thread?.run(job) ?? compileVcl(job, flags, false));
    try {
      return await linked(result);
    } catch (error) {
      if (!(error instanceof CliError)) throw error;
      const end = parameters && result.diagnosed !== "" ? vccFailed : error.message;
      throw new CommandFailure(106, `${result.diagnosed}${end}\nVCL compilation failed`);
    }
  };
  return {
    file: (path) => load({ path, ...settingsOf(parameters?.()) }),
    text: (name, text) => load({ name, text, ...settingsOf(parameters?.()) }),
    stop: async () => thread?.stop(),
  };
}

function settingsOf(parameters: ParameterStore | undefined): Pick<CompileJob, "settings"> {
  if (!parameters) return {};
  const isError = parameters.hasBit("vcc_feature", "err_unref") && parameters.get("vcc_err_unref") !== 0;
  const folders = (name: string): readonly string[] =>
    String(parameters.get(name))
      .split(":")
      .filter((folder) => folder !== "");
  const vmodPath = folders("vmod_path");
  return {
    settings: {
      unused: isError ? "error" : "warning",
      vclPath: folders("vcl_path"),
      ...(vmodPath.length > 0 && { vmodPath }),
      ...(parameters.traces && { trace: true }),
    },
  };
}

async function linked({ output, sources, diagnosed, problem }: CompileResult): Promise<CompiledVcl> {
  if (!output) throw new CliError(problem?.message ?? "nothing was compiled", problem?.exitCode);
  const { points } = output;
  const others = points
    ? {
        step: (task: object, step: number) =>
          tracePoint(task as ClientTask | BackendTask | HousekeepingTask, points[step] ?? ""),
      }
    : {};
  return { module: await linkModule(output, others), sources, warnings: diagnosed };
}
