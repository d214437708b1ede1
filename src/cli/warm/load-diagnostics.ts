import { SourceMap, type SourceMapPayload } from "node:module";
import type { AnalyzedProgram, NameUse } from "../../analyze/program.js";
import type { JavaScriptOutput } from "../../codegen/javascript.js";
import { diagnostic, type Diagnostic } from "../../diagnostics/diagnostic.js";
import type { LoadProblem } from "../../runtime/index.js";
import type { SourceFile, Span } from "../../source/source-file.js";

/** A compiled VCL, to find places in. */
export interface Compiled {
  readonly main: SourceFile;
  readonly program: AnalyzedProgram;
  readonly output: JavaScriptOutput;
}

/** What loading found wrong, at its place in the VCL. `initFailed`: names that vcl_init would have registered may be missing for that. */
export function loadDiagnostic(problem: LoadProblem, compiled: Compiled, initFailed: boolean): Diagnostic {
  const { name, text: reason } = problem;
  const { program } = compiled;
  switch (problem.kind) {
    case "missing-global": {
      const hint = initFailed
        ? "initialization fails as well; this director may come from what it did not get to"
        : `register it before, or say --global ${name} if production has it`;
      return diagnostic(
        "missing-global-director",
        useOf(program.globals, name, compiled),
        { name },
        { hint },
      );
    }
    case "colliding-global": {
      const backend = program.backends.find((declaration) => declaration.name.text === name);
      const related = backend && [{ span: backend.name.span, message: "The backend is declared here" }];
      const span = useOf(program.globals, name, compiled);
      return diagnostic("colliding-global-director", span, { name }, related && { related });
    }
    case "missing-label": {
      const hint = "make it with vcl.label, or --label NAME=FILE, before this VCL is loaded";
      return diagnostic("missing-label", useOf(program.labels, name, compiled), { name }, { hint });
    }
    case "path":
      return diagnostic("not-a-socket", fieldSpan("path", name, compiled), { reason });
    case "backend":
    case "acl":
    case "ip":
      return diagnostic("unresolved-host", hostSpan(problem, compiled), { reason });
    case "init":
      return diagnostic("failed-initialization", initSpan(problem, compiled), { reason });
    case "warmup":
      return diagnostic("failed-warm-up", beginning(compiled), { reason });
  }
}

function useOf(uses: readonly NameUse[], name: string, compiled: Compiled): Span {
  return uses.find((use) => use.name === name)?.identifier.span ?? beginning(compiled);
}

function hostSpan({ kind, name, text }: LoadProblem, compiled: Compiled): Span {
  const { acls, expressions } = compiled.program;
  if (kind === "backend") return fieldSpan(text.includes(': port "') ? "port" : "host", name, compiled);
  if (kind === "acl") {
    const acl = acls.find(({ declaration }) => declaration.name.text === name);
    const entry = acl?.entries.find(({ isHostName, address }) => isHostName && text.includes(`"${address}"`));
    return entry?.syntax.address.span ?? acl?.declaration.name.span ?? beginning(compiled);
  }
  for (const [expression, { constant }] of expressions) if (constant === name) return expression.span;
  return beginning(compiled);
}

/** The value of a field of a backend, else the backend's name. */
function fieldSpan(wanted: string, name: string, compiled: Compiled): Span {
  const backend = compiled.program.backends.find((declaration) => declaration.name.text === name);
  const field = backend?.fields.find((candidate) => candidate.name.text.toLowerCase() === wanted);
  return field?.value.span ?? backend?.name.span ?? beginning(compiled);
}

/** The `new` or other statement of vcl_init that failed: by the stack, else by the object that is named, else vcl_init itself. */
function initSpan({ cause, text }: LoadProblem, compiled: Compiled): Span {
  const { objects, subs } = compiled.program;
  const at = thrownAt(cause, compiled);
  if (at) {
    const made = objects.find(({ statement: { span } }) => contains(span, at));
    return made?.statement.span ?? at;
  }
  const named = objects.find(({ name }) => text.includes(`Object ${name} `));
  const init = subs.find(({ name }) => name === "vcl_init")?.bodies[0];
  return named?.statement.span ?? init?.name.span ?? beginning(compiled);
}

function contains(outer: Span, inner: Span): boolean {
  return outer.file === inner.file && outer.start <= inner.start && inner.start < outer.end;
}

/** Where in the VCL an error was thrown, or waited for, by the frames of its stack that are compiled VCL. */
function thrownAt(cause: unknown, { main, program, output }: Compiled): Span | undefined {
  const stack = cause instanceof Error ? (cause.stack ?? "") : "";
  const [, line, column] = /vclc:[^\s)]*:(\d+):(\d+)/.exec(stack) ?? [];
  if (line === undefined) return undefined;
  const map = new SourceMap(output.map as unknown as SourceMapPayload);
  const entry = map.findEntry(Number(line) - 1, Number(column) - 1);
  if (!("originalSource" in entry)) return undefined;
  const files = [main, ...program.objects.map(({ statement }) => statement.span.file)];
  const file = files.find(({ name }) => name === entry.originalSource);
  if (!file) return undefined;
  const start = startOfLine(file.text, entry.originalLine) + entry.originalColumn;
  return { file, start, end: start + 1 };
}

function startOfLine(text: string, line: number): number {
  let start = 0;
  for (let count = 0; count < line; count++) start = text.indexOf("\n", start) + 1;
  return start;
}

function beginning({ main, program }: Compiled): Span {
  return program.imports[0]?.declaration.span ?? { file: main, start: 0, end: 0 };
}
