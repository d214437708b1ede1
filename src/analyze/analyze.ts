import type { Diagnostic } from "../diagnostics/diagnostic.js";
import type * as ast from "../parser/ast.js";
import type { VmodFinder } from "../vcc/vmod-finder.js";
import { Analysis } from "./analysis.js";
import { builtinSubs } from "./builtin.js";
import { callFromOutside, type OutsideCalls } from "./outside-calls.js";
import { findReached } from "./call-graph.js";
import { declare } from "./declarations/index.js";
import { defaultProbe } from "./declarations/ProbeDeclaration.js";
import { findSuspending, hasSettling } from "./effects.js";
import type { AnalyzedProgram, FieldFacts } from "./program.js";
import { backends } from "./rules/backends.js";
import { impossible } from "./rules/impossible.js";
import { recursion } from "./rules/recursion.js";
import { references } from "./rules/references.js";
import { returns } from "./rules/returns.js";
import { uses } from "./rules/uses.js";
import { inSourceOrder } from "./source-order.js";
import { subsToEmit } from "./sub-facts.js";
import { newSub } from "./sub-info.js";

export interface AnalyzeOptions {
  readonly vmods: VmodFinder;
  /**
   * `none`: the program is the built-in VCL itself; nothing is appended to it and it needs no backend. `inline`: every built-in sub gets into the module,
   * also where that of the runtime does the same.
   */
  readonly builtin?: "append" | "inline" | "none";
  /** Parts of the program did not parse: say nothing about what is missing or unused. */
  readonly incomplete?: boolean;
  /** What is declared and never named: an error as in Varnish (default), or only a warning (`vcc_feature=-err_unref`). */
  readonly unused?: "error" | "warning";
  /** Subs that are called from outside. What has some answers no requests of its own, so it needs no backend. */
  readonly outsideCalls?: OutsideCalls;
}

export interface AnalyzeResult {
  /** Undefined when there is an error among the diagnostics. */
  readonly program?: AnalyzedProgram;
  /** In source order. */
  readonly diagnostics: readonly Diagnostic[];
}

/** Finds out what a program means, or everything that is wrong with it. */
export function analyze(program: ast.Program, options: AnalyzeOptions): AnalyzeResult {
  const a = new Analysis(program, options.vmods, options.incomplete ?? false);
  readProgram(a, program, options.builtin ?? "append");
  const entries = options.outsideCalls ? callFromOutside(a, options.outsideCalls) : [];
  findReached(a);
  if (!a.incomplete) {
    references(a);
    if (options.builtin !== "none" && !options.outsideCalls) backends(a, program);
  }
  for (const rule of [recursion, returns, uses, impossible]) rule(a);
  const diagnostics = inSourceOrder(a.diagnostics).map((one) => softened(one, options));
  if (diagnostics.some((one) => one.severity === "error")) return { diagnostics };
  return {
    program: {
      ...analyzedProgram(a, program, options.builtin === "inline"),
      entries: entries.map(({ fact }) => fact),
    },
    diagnostics,
  };
}

function softened(one: Diagnostic, options: AnalyzeOptions): Diagnostic {
  return one.code === "unused" && options.unused === "warning" ? { ...one, severity: "warning" } : one;
}

/** Reads all declarations in source order, the built-in subs last. */
function readProgram(a: Analysis, program: ast.Program, builtin: "append" | "inline" | "none"): void {
  const appended = builtin === "none" ? [] : builtinSubs();
  a.inBuiltin = false;
  for (const { name } of appended) {
    const key = name.text.toLowerCase();
    if (!a.subs.has(key)) a.subs.set(key, newSub(name.text, "hook"));
  }
  if (builtin === "none") {
    for (const declaration of program.declarations) {
      const name = declaration.kind === "SubDeclaration" ? declaration.name.text : undefined;
      const key = name?.toLowerCase() ?? "";
      if (name !== undefined && !a.subs.has(key)) a.subs.set(key, newSub(name, "hook"));
    }
  }
  for (const declaration of program.declarations) declare(a, declaration);
  a.inBuiltin = true;
  for (const declaration of appended) declare(a, declaration);
}

function analyzedProgram(
  a: Analysis,
  syntax: ast.Program,
  inline: boolean,
): Omit<AnalyzedProgram, "entries"> {
  const subs = subsToEmit(a, inline);
  findSuspending(a);
  resolveGlobals(a);
  return {
    syntax,
    version: a.version,
    imports: a.imports,
    settling: hasSettling(a.imports),
    backends: a.backends,
    defaultBackend:
      a.backends.find((backend) => backend.name.text.toLowerCase() === "default") ?? a.backends[0],
    probes: a.probes,
    acls: a.acls,
    fields: fieldsWithDefaultProbe(a),
    subs,
    objects: a.objects,
    labels: [...a.labels.values()],
    globals: [...a.globals.values()],
    expressions: a.expressions,
    targets: a.targets,
    constructors: a.constructors,
    calls: a.calls,
    returns: a.returns,
  };
}

/** `probe default` serves every backend that has no probe of its own, also those before it. */
function fieldsWithDefaultProbe(a: Analysis): AnalyzedProgram["fields"] {
  const declaration = defaultProbe(a);
  if (declaration === undefined) return a.fields;
  const fields = new Map(a.fields);
  for (const backend of a.backends) {
    const own: FieldFacts | undefined = fields.get(backend);
    if (own === undefined || backend.none || own.has("probe")) continue;
    fields.set(backend, new Map([...own, ["probe", { kind: "probe", declaration }]]));
  }
  return fields;
}

/** Now that calls are known: which global directors are used while vcl_init runs. */
function resolveGlobals(a: Analysis): void {
  for (const [e, sub] of a.globalUses) {
    const value = a.expressions.get(e);
    if (value === undefined) continue;
    const inInit = sub.fact.reachedFrom.has("vcl_init");
    value.resolution = { kind: "global", name: e.name.text, inInit };
  }
}
