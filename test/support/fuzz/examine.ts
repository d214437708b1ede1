import { WarmCheck } from "../../../src/cli/warm/warm-check.js";
import { generate } from "../../../src/codegen/generate.js";
import { finishJavaScript } from "../../../src/codegen/javascript.js";
import { finishModule } from "../../../src/codegen/formatted-module.js";
import type { Diagnostic } from "../../../src/diagnostics/diagnostic.js";
import { githubReporter } from "../../../src/diagnostics/reporters/github.js";
import { reportJson } from "../../../src/diagnostics/reporters/json.js";
import { junitReporter } from "../../../src/diagnostics/reporters/junit.js";
import { sarifReporter } from "../../../src/diagnostics/reporters/sarif.js";
import { reportText } from "../../../src/diagnostics/reporters/text.js";
import { lint } from "../../../src/lint/lint.js";
import type { SourceFile } from "../../../src/source/source-file.js";
import { readVcc } from "../../../src/vcc/read-vcc.js";
import { vmodTypes } from "../../../src/vcc/typescript-interface.js";
import { check } from "../analyze.js";
import type { FuzzInput } from "./inputs.js";

/** Milliseconds of processor time that reading 10 KB of input may take; shorter inputs may take as long. */
const limit = 1000;

/** How thoroughly to look: formatting and loading cost a hundred times what compiling does. */
export interface Thoroughness {
  /** Report in every format. */
  readonly report: boolean;
  /** Write the formatted module, and load it. */
  readonly load: boolean;
}

/**
 * What is wrong with how an input is taken: an exception, too much time, a refusal without a diagnostic, a place outside of the text, code
 * that is no JavaScript. Undefined when all is well.
 */
export async function misbehaviour(
  { language, text }: FuzzInput,
  thorough: Thoroughness,
): Promise<string | undefined> {
  try {
    return language === "vcl" ? await examineVcl(text, thorough) : examineVcc(text);
  } catch (error) {
    return `throws ${error instanceof Error ? error.stack : String(error)}`;
  }
}

async function examineVcl(text: string, thorough: Thoroughness): Promise<string | undefined> {
  const file: SourceFile = { name: "main.vcl", text, kind: "file" };
  const started = process.cpuUsage();
  const { program, diagnostics: found } = check(file);
  const diagnostics = program ? lint(program, found) : found;
  const { user } = process.cpuUsage(started);
  const errors = diagnostics.filter(({ severity }) => severity === "error");
  if (program === undefined && errors.length === 0) return "is refused without a diagnostic";
  if (program !== undefined && errors.length > 0) return "has errors and a program";
  if (thorough.report) reportAll(diagnostics);
  if (program) {
    const { code } = finishJavaScript(generate(program, "body", {}));
    // eslint-disable-next-line @typescript-eslint/no-implied-eval -- parsed and never called
    new Function("runtime", "vmods", code);
  }
  if (program && thorough.load) {
    for (const mode of ["typescript", "javascript"] as const) await finishModule(generate(program, mode, {}));
    const warm = new WarmCheck({}, { globals: ["api"], dns: false });
    await warm.load("boot", file);
    reportAll((await warm.end()).flatMap((one) => one.diagnostics));
  }
  return tooSlow(user, text) ?? misplaced(diagnostics);
}

function examineVcc(text: string): string | undefined {
  const started = process.cpuUsage();
  const { interface: vmod, diagnostics } = readVcc({ name: "main.vcc", text, kind: "file" });
  if (vmod) vmodTypes(vmod);
  const { user } = process.cpuUsage(started);
  if (!vmod && diagnostics.length === 0) return "is refused without a diagnostic";
  reportAll(diagnostics);
  return tooSlow(user, text) ?? misplaced(diagnostics);
}

function tooSlow(microseconds: number, text: string): string | undefined {
  if (microseconds <= limit * 1000 * Math.max(1, text.length / 10_000)) return undefined;
  return `takes ${(microseconds / 1000).toFixed(0)} ms for ${text.length} bytes`;
}

function misplaced(diagnostics: readonly Diagnostic[]): string | undefined {
  const outside = diagnostics.find(({ span: { file, start, end } }) => {
    return !(0 <= start && start <= end && end <= file.text.length);
  });
  return outside && `has a place outside of the text: ${outside.code}`;
}

const sarif = sarifReporter("0.0.0");

function reportAll(diagnostics: readonly Diagnostic[]): void {
  const file = { path: "main.vcl", diagnostics };
  reportText(diagnostics, { color: true });
  JSON.stringify(reportJson("main.vcl", diagnostics));
  for (const { file: each, end } of [githubReporter, junitReporter, sarif]) {
    each?.(file);
    end?.([file]);
  }
}
