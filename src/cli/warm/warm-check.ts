import { inSourceOrder } from "../../analyze/source-order.js";
import { analyzeSource } from "../../analyze/analyze-source.js";
import type { AnalyzedProgram } from "../../analyze/program.js";
import { compileToJavaScript } from "../../compile.js";
import { diagnostic, type Diagnostic } from "../../diagnostics/diagnostic.js";
import { DiagnosticLimit } from "../../diagnostics/limit.js";
import type { CheckedFile } from "../../diagnostics/reporters/reporter.js";
import { CommandFailure, defineVcl, Instance, LoadFailure, type VclModule } from "../../runtime/index.js";
import type { VclState } from "../../runtime/index.js";
import { runCommand, status, type Control } from "../../runtime/command/index.js";
import type { SourceFile, SourceReader, Span } from "../../source/source-file.js";
import type { VmodNamespace } from "../../host/node/vmod-loader.js";
import { nodeSourceReader } from "../../host/node/source-reader.js";
import { CliError } from "../cli-error.js";
import { analyzeOptions, readMainFile, type CompilerFlags } from "../analyze-options.js";
import { controlOf } from "../run/command-port.js";
import { printingCompiler } from "../run/compilers.js";
import { linkable, type LinkedImport } from "../run/compile-vcl.js";
import { implementation, linkModule } from "../run/load-module.js";
import { CheckHost } from "./check-host.js";
import { loadDiagnostic, type Compiled } from "./load-diagnostics.js";
import { standInVmod } from "./stand-in-vmod.js";

/** What a check assumes of production. */
export interface Assumptions {
  /** Global directors that it will have. */
  readonly globals: readonly string[];
  /** Whether host names are looked up. */
  readonly dns: boolean;
  /** Whether the code of VMODs that are not vclc's own runs. */
  readonly vmodCode?: boolean;
  /** What reads the sources. */
  readonly reader?: SourceReader;
  /** Is told what code is about to run. */
  readonly tell?: (what: string) => void;
}

/**
 * Loads and links VCLs in this process as a proxy would, without listening and without asking any backend, and collects what is wrong. A VCL that
 * does not load is stood in for, so that labels and commands which name it can be checked too.
 */
export class WarmCheck {
  readonly #flags: CompilerFlags;
  readonly #reader: SourceReader;
  readonly #vmodCode: boolean;
  readonly #tell: (what: string) => void;
  readonly #host: CheckHost;
  readonly #instance: Instance;
  readonly #control: Control;
  /** The VMODs of which was said that their code runs. */
  readonly #told = new Set<string>();
  readonly #compiled = new Map<VclModule, Compiled>();
  readonly #found = new Map<string, Diagnostic[]>();
  readonly #limit = new DiagnosticLimit();

  constructor(
    flags: CompilerFlags,
    { globals, dns, vmodCode = true, reader = nodeSourceReader, tell = () => undefined }: Assumptions,
  ) {
    this.#flags = flags;
    this.#reader = reader;
    this.#vmodCode = vmodCode;
    this.#tell = tell;
    this.#host = new CheckHost(dns, vmodCode ? undefined : reader);
    this.#instance = new Instance(this.#host, { check: { globals } });
    this.#control = controlOf(this.#instance, printingCompiler(flags));
  }

  /** Compiles and loads; `at` is the command that says so, where there is one. */
  async load(name: string, source: SourceFile, state?: VclState, at?: Span): Promise<void> {
    const module = (await this.#module(source)) ?? standIn;
    try {
      await this.#instance.load(name, module, state);
    } catch (error) {
      if (!(error instanceof LoadFailure)) {
        this.#refused(`vcl.load ${name}`, error, at ?? { file: source, start: 0, end: 0 });
        return;
      }
      const compiled = this.#compiled.get(module);
      const initFailed = error.problems.some(({ kind }) => kind === "init");
      if (compiled) {
        const found = error.problems.map((problem) => loadDiagnostic(problem, compiled, initFailed));
        this.note(source.name, ...found.map((one) => this.#withLeftOut(one, compiled.program)));
      }
      await this.#instance.load(name, standIn, state);
    }
  }

  /** Does what a command says; its refusal is noted where the command stands. */
  async carryOut(command: string, at: Span, run: (instance: Instance) => Promise<unknown>): Promise<void> {
    try {
      await run(this.#instance);
    } catch (error) {
      this.#refused(command, error, at);
    }
  }

  /** Carries out a command that makes no VCL; its refusal is noted where it stands. */
  async command(words: readonly string[], at: Span): Promise<void> {
    const { status: code, body } = await runCommand(this.#control, words);
    if (code !== status.ok) this.refused(words, body, at);
  }

  /** Notes that a command would be refused. */
  refused(words: readonly string[], reason: string, at: Span): void {
    this.#refused(words.slice(0, 2).join(" "), new CommandFailure(106, reason.trim()), at);
  }

  note(path: string, ...diagnostics: readonly Diagnostic[]): void {
    let found = this.#found.get(path);
    if (!found) this.#found.set(path, (found = []));
    for (const one of diagnostics) {
      const admitted = one.code === "refused-command" ? this.#limit.admit(one) : one; // the compiler limits its own
      if (admitted) found.push(admitted);
    }
  }

  /** Ends the check; answers with every file that was looked at, in that order. */
  async end(): Promise<readonly CheckedFile[]> {
    this.#lateLabels();
    await this.#instance.shutdown();
    await this.#host.close();
    return [...this.#found].map(([path, diagnostics]) => ({
      path,
      diagnostics: onceEach(inSourceOrder(diagnostics)),
    }));
  }

  /** Labels that a file names, in place of the VCL: a request that goes there would be answered with 503. */
  #lateLabels(): void {
    const labels = new Set(this.#instance.labels());
    const files = new Map<string, SourceFile>();
    for (const { label, user, path, offset } of this.#instance.vcls().flatMap((vcl) => vcl.lateLabels)) {
      if (labels.has(label)) continue;
      const file = files.get(path) ?? readMainFile(path, this.#reader);
      files.set(path, file);
      const span = { file, start: offset, end: offset + label.length };
      const hint = `${user} dispatches to it: make it with vcl.label, or --label ${label}=FILE`;
      this.note(path, diagnostic("missing-label", span, { name: label }, { hint }));
    }
  }

  async #module(source: SourceFile): Promise<VclModule | undefined> {
    const options = analyzeOptions(source.name, this.#flags, this.#reader);
    const { program, diagnostics } = analyzeSource(source, options);
    this.note(source.name, ...diagnostics);
    const { output } = program ? compileToJavaScript(source, options) : {};
    if (!program || !output) return undefined;
    try {
      const module = await linkModule(linkable(output), {}, (wanted) => this.#vmod(wanted, program));
      this.#compiled.set(module, { main: source, program, output });
      return module;
    } catch (error) {
      if (!(error instanceof CliError)) throw error;
      const wanted = program.imports.find(({ vmod }) => error.message.includes(vmod.name));
      const span = (wanted ?? program.imports[0])?.declaration.span ?? { file: source, start: 0, end: 0 };
      this.note(source.name, diagnostic("unavailable-vmod", span, { reason: error.message }));
      return undefined;
    }
  }

  /** A failed initialization, with the VMODs that did not run and may be why. */
  #withLeftOut(one: Diagnostic, { imports }: AnalyzedProgram): Diagnostic {
    const left = imports.filter(({ vmod, origin }) => isLeftOut({ name: vmod.name, origin }));
    if (this.#vmodCode || one.code !== "failed-initialization" || left.length === 0) return one;
    const names = left.map(({ vmod }) => vmod.name).join(" and ");
    return { ...one, hint: `perhaps only because --no-vmod-code leaves out what ${names} would do` };
  }

  /** The code of a VMOD, or what stands in for it. */
  #vmod(wanted: LinkedImport, { imports }: AnalyzedProgram): Promise<VmodNamespace> {
    if (!this.#vmodCode) {
      const left = imports.find(({ alias }) => alias === wanted.alias && isLeftOut(wanted));
      return left ? Promise.resolve(standInVmod(left.vmod)) : implementation(wanted);
    }
    if (wanted.origin.kind === "path" && !this.#told.has(wanted.origin.path)) {
      this.#told.add(wanted.origin.path);
      const which = `VMOD ${wanted.name} (${wanted.origin.path})`;
      this.#tell(`running the code of ${which}; --no-vmod-code checks without`);
    }
    return implementation(wanted);
  }

  #refused(command: string, error: unknown, at: Span): void {
    if (!(error instanceof CommandFailure) && !(error instanceof CliError)) throw error;
    const reason = error.message.replace(/\s*\n\s*/g, " ");
    this.note(at.file.name, diagnostic("refused-command", at, { command, reason }));
  }
}

/** Whether --no-vmod-code leaves a VMOD out: what is not vclc's own, and of that what opens files by itself. */
function isLeftOut({ name, origin }: Pick<LinkedImport, "name" | "origin">): boolean {
  return origin.kind === "path" || name === "fs" || name === "tls";
}

/** A file that is loaded under several names is wrong once. */
function onceEach(diagnostics: readonly Diagnostic[]): Diagnostic[] {
  const keyOf = ({ code, message, span }: Diagnostic): string =>
    JSON.stringify([code, message, span.file.name, span.start]);
  return [...new Map(diagnostics.map((found) => [keyOf(found), found])).values()];
}

/** For a VCL that does not load. */
const standIn = defineVcl({ format: 1, source: "none", version: 41 }, (vpi) => {
  vpi.noBackend("default");
  return {};
});
