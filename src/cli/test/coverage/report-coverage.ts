import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { makeFolders } from "../../../host/node/make-folders.js";
import { CliError } from "../../cli-error.js";
import type { TestFlags } from "../../commands/test.js";
import { branchRatio, lineRatio, percent, type FileCoverage } from "./coverage.js";
import { coverageHtml } from "./html.js";
import { coverageLcov } from "./lcov.js";

const ratios = { lines: lineRatio, branches: branchRatio };
/** Names of the files that a folder of coverage gets. */
const writers: Readonly<Record<string, readonly [file: string, write: (files: readonly FileCoverage[]) => string]>> = {
  lcov: ["lcov.info", coverageLcov],
  html: ["index.html", coverageHtml],
};

/** Throws a CliError for a format that there is not. */
export function checkFormats(names: readonly string[]): void {
  for (const name of names)
    if (name !== "text" && !(name in writers))
      throw new CliError(`--coverage-format ${name}: there are text, lcov and html`);
}

/** What must have run at least, in percent. */
export interface Threshold {
  readonly what: keyof typeof ratios;
  readonly percent: number;
}

/** `lines=90` … Throws a CliError for anything else. */
export function thresholdsOf(texts: readonly string[]): readonly Threshold[] {
  return texts.map((text) => {
    const [, what = "", number = ""] = /^(lines|branches)=(\d+(?:\.\d+)?)$/.exec(text) ?? [];
    if (!(what in ratios) || Number(number) > 100)
      throw new CliError(`--threshold ${text}: give lines=PERCENT or branches=PERCENT`);
    return { what: what as keyof typeof ratios, percent: Number(number) };
  });
}

/** What is below a threshold, one sentence each. */
export function belowThresholds(
  files: readonly FileCoverage[],
  thresholds: readonly Threshold[],
): readonly string[] {
  return thresholds.flatMap(({ what, percent: wanted }) => {
    const got = percent(ratios[what](files));
    return got < wanted ? [`coverage of ${what} is ${got.toFixed(1)} %, below ${wanted} %`] : [];
  });
}

/** Prints the table, and writes the files where a folder is given. What is printed stays out of the way of formats for programs. */
export function reportCoverage(
  files: readonly FileCoverage[],
  { coverage, coverageFormat, format }: TestFlags,
): void {
  const stream = format === "text" ? process.stdout : process.stderr;
  if (coverageFormat.includes("text")) stream.write(`\n${coverageTable(files)}`);
  if (typeof coverage !== "string") return;
  try {
    makeFolders(coverage);
    for (const name of coverageFormat) {
      const [file, write] = writers[name] ?? [];
      if (file !== undefined && write) writeFileSync(join(coverage, file), write(files));
    }
  } catch (error) {
    throw new CliError(`cannot write to ${coverage}: ${error instanceof Error ? error.message : String(error)}`);
  }
}

function coverageTable(files: readonly FileCoverage[]): string {
  const row = (name: string, some: readonly FileCoverage[], missing = ""): string => {
    const [lines, branches] = [percent(lineRatio(some)), percent(branchRatio(some))];
    return `${lines.toFixed(1).padStart(6)} % ${branches.toFixed(1).padStart(6)} %  ${name}${missing}\n`;
  };
  const rows = files.map((file) => {
    const missed = [...file.lines].filter(([, count]) => count === 0).map(([line]) => line);
    return row(file.name, [file], missed.length === 0 ? "" : `  not run: ${rangesOf(missed)}`);
  });
  return `   lines branches\n${rows.join("")}${files.length > 1 ? row("all", files) : ""}`;
}

/** `3-5, 9` */
function rangesOf(lines: readonly number[]): string {
  const ranges: [number, number][] = [];
  for (const line of lines) {
    const last = ranges.at(-1);
    if (last?.[1] === line - 1) last[1] = line;
    else ranges.push([line, line]);
  }
  return ranges.map(([from, to]) => (from === to ? String(from) : `${from}-${to}`)).join(", ");
}
