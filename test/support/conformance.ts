import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { analyze } from "../../src/analyze/analyze.js";
import { inSourceOrder } from "../../src/analyze/source-order.js";
import type { Diagnostic } from "../../src/diagnostics/diagnostic.js";
import { parse } from "../../src/parser/parse.js";
import { varnishPosition } from "../../src/source/columns.js";
import { sourceFromText } from "../../src/source/read-source.js";
import type { SourceReader } from "../../src/source/source-file.js";
import type { VmodInterface } from "../../src/vcc/vmod-interface.js";
import { vmodFinder } from "../../src/vcc/find-vmods.js";

const root = fileURLToPath(new URL("../..", import.meta.url));

/** Where the reference implementation's cases stand; they are no part of the repository. */
export const corpusFolder = process.env.VCLC_CORPUS ?? join(root, "../shared/corpus");

/** A VCL program and what the reference compiler says of it. */
export interface ConformanceCase {
  readonly id: string;
  readonly vcl: string;
  readonly accept: boolean;
  /** The first place that its message shows: line and columns from 1, `end` inclusive. */
  readonly mark?: Mark;
  readonly message?: string;
  readonly warnUnused: boolean;
  readonly files?: Readonly<Record<string, string>>;
  /** The text alone decides, not parameters, files or sockets. */
  readonly decidedByText: boolean;
}

export interface Mark {
  readonly line: number;
  readonly start: number;
  readonly end: number;
}

/** What this compiler makes of a case. */
export interface Judgement {
  readonly accept: boolean;
  readonly diagnostics: readonly Diagnostic[];
  readonly mark?: Mark;
}

/** A line of the corpus file, as far as it matters here. */
interface CorpusLine {
  readonly id: string;
  readonly vcl: string;
  readonly compile_expect: "accept" | "reject";
  readonly decided_by: "text" | "context";
  readonly compile_params: Readonly<Record<string, string>>;
  readonly files?: Readonly<Record<string, string>>;
  readonly error?: { readonly first: string; readonly output: string };
}

/** The cases of `compile-dev.jsonl`, or undefined where the corpus is absent. */
export function corpusCases(): ConformanceCase[] | undefined {
  const file = join(corpusFolder, "compile-dev.jsonl");
  if (!existsSync(file)) return undefined;
  const lines = readFileSync(file, "utf8").split("\n").filter(Boolean);
  return lines.map((line) => corpusCase(JSON.parse(line) as CorpusLine));
}

function corpusCase(line: CorpusLine): ConformanceCase {
  const mark = line.error && markOf(line.error.output);
  return {
    id: line.id,
    vcl: line.vcl,
    accept: line.compile_expect === "accept",
    ...(mark ? { mark } : {}),
    ...(line.error ? { message: line.error.first } : {}),
    warnUnused: Object.values(line.compile_params).some((value) => value.includes("-err_unref")),
    ...(line.files ? { files: line.files } : {}),
    decidedByText: line.decided_by === "text",
  };
}

/** A sample of the reference documents. */
interface CheckLine {
  readonly id: string;
  readonly vcl: string;
  readonly options?: string | readonly string[];
  readonly trunk: { readonly result: string; readonly text?: string };
}

/** The samples of `vcl-compile-checks.json`, or undefined where they are absent. */
export function checkCases(): ConformanceCase[] | undefined {
  const file = join(corpusFolder, "../reference/vcl-compile-checks.json");
  if (!existsSync(file)) return undefined;
  const { checks } = JSON.parse(readFileSync(file, "utf8")) as { checks: CheckLine[] };
  return checks.map((check) => {
    const mark = check.trunk.text ? markOf(check.trunk.text) : undefined;
    return {
      id: check.id,
      vcl: check.vcl,
      accept: check.trunk.result === "ok",
      ...(mark ? { mark } : {}),
      ...(check.trunk.text ? { message: messageOf(check.trunk.text) } : {}),
      warnUnused: JSON.stringify(check.options ?? "").includes("-err_unref"),
      decidedByText: check.options === undefined && !check.vcl.includes("/var/vchk"),
    };
  });
}

/** The first place that a message shows, from its position and the row of marks two lines below it. */
export function markOf(output: string): Mark | undefined {
  const lines = output.split("\n");
  const at = lines.findIndex((line) => /\('.*' Line \d+ Pos \d+\)/.test(line));
  const match = /\('.*?' Line (\d+) Pos (\d+)\)/.exec(lines[at] ?? "");
  if (!match) return undefined;
  const marks = lines[at + 2] ?? "";
  const start = Number(match[2]);
  const end = /^[-#]*$/.test(marks) ? marks.lastIndexOf("#") + 1 : start;
  return { line: Number(match[1]), start, end: Math.max(start, end) };
}

/** The first line of a message that is no place. */
export function messageOf(output: string): string {
  const lines = output.split("\n");
  const isPlace = lines[0]?.startsWith("('");
  const marks = isPlace ? lines.findIndex((line) => /^[-#]+$/.test(line)) : -1;
  return lines.slice(marks + 1).find((line) => line !== "") ?? "";
}

const files: SourceReader = {
  read: (path) =>
    existsSync(path) ? { text: readFileSync(path, "latin1") } : { error: "No such file or directory" },
  glob: () => [],
};

const vmods = vmodFinder(files, {
  vmodPath: [join(root, "test/support/vcc")],
  shipped: join(root, "src/vmod"),
});

/** Compiles a case as far as analysis goes. */
export function judge(one: ConformanceCase): Judgement {
  const main = sourceFromText("<vcl.inline>", one.vcl, "inline");
  const reader: SourceReader = {
    read: (path) => {
      const text = one.files?.[path];
      return text === undefined ? { error: "No such file or directory" } : { text };
    },
    glob: () => [],
  };
  const parsed = parse(main, { reader, vclPath: ["/"] });
  const incomplete = parsed.diagnostics.some(({ severity }) => severity === "error");
  const result = analyze(parsed.program, {
    vmods,
    incomplete,
    unused: one.warnUnused ? "warning" : "error",
  });
  const diagnostics = inSourceOrder([...parsed.diagnostics, ...result.diagnostics]).filter(
    ({ severity }) => severity === "error",
  );
  const [first] = diagnostics;
  return {
    accept: diagnostics.length === 0,
    diagnostics,
    ...(first ? { mark: markOfDiagnostic(first) } : {}),
  };
}

function markOfDiagnostic({ span }: Diagnostic): Mark {
  const start = varnishPosition(span.file, span.start);
  const last = varnishPosition(span.file, Math.max(span.start, span.end - 1));
  return {
    line: start.line,
    start: start.column,
    end: last.line === start.line ? last.column : Number.MAX_SAFE_INTEGER,
  };
}

/** Whether two marks are on one line and share a column. */
export function overlaps(one: Mark, other: Mark): boolean {
  return one.line === other.line && one.start <= other.end && other.start <= one.end;
}

/** The interfaces of the VMODs that come with vclc, by name. */
export const shippedVmods = {
  find(name: string): VmodInterface | undefined {
    const found = vmods.find(name);
    return found && "interface" in found ? found.interface : undefined;
  },
};
