import { lineIndex } from "../../../source/position.js";
import type { SourceFile } from "../../../source/source-file.js";
import type { CompiledPolicy } from "../policy.js";

/** One way on from an `if`: into an arm, into its `else`, or past it. */
export interface Branch {
  /** From 1. */
  readonly line: number;
  /** Its number among those of its `if`. */
  readonly index: number;
  /** Which `if` of the file it belongs to. */
  readonly group: number;
  readonly count: number;
}

/** What of a file ran. */
export interface FileCoverage {
  readonly name: string;
  readonly text: string;
  /** Lines on which statements begin, from 1, with how often the first of them ran. */
  readonly lines: ReadonlyMap<number, number>;
  readonly branches: readonly Branch[];
}

/** How much of something ran. */
export interface Ratio {
  readonly hit: number;
  readonly found: number;
}

interface Gathered {
  readonly file: SourceFile;
  readonly lines: Map<number, number>;
  readonly branches: Map<string, { line: number; index: number; group: number; count: number }>;
}

/** What tests ran of these VCLs, by file: a file that several include has its counts added up. */
export function coverageOf(policies: readonly CompiledPolicy[]): readonly FileCoverage[] {
  const files = new Map<string, Gathered>();
  for (const policy of policies) gather(policy, files);
  return [...files.values()]
    .map(({ file, lines, branches }) => ({
      name: file.name,
      text: file.text,
      lines: new Map([...lines].sort(([a], [b]) => a - b)),
      branches: [...branches.values()].sort((a, b) => a.group - b.group || a.index - b.index),
    }))
    .sort((a, b) => (a.name < b.name ? -1 : 1));
}

/** Coverage of several runs together. */
export function mergedCoverage(runs: readonly (readonly FileCoverage[])[]): readonly FileCoverage[] {
  const files = new Map<string, FileCoverage>();
  for (const file of runs.flat()) {
    const known = files.get(file.name);
    files.set(file.name, known ? sum(known, file) : file);
  }
  return [...files.values()].sort((a, b) => (a.name < b.name ? -1 : 1));
}

/** Of the same file; what one of both knows alone stays. */
function sum(one: FileCoverage, other: FileCoverage): FileCoverage {
  const lines = new Map(one.lines);
  for (const [line, count] of other.lines) lines.set(line, (lines.get(line) ?? 0) + count);
  const keyOf = ({ group, index }: Branch): string => `${group} ${index}`;
  const branches = new Map(one.branches.map((branch) => [keyOf(branch), branch]));
  for (const branch of other.branches) {
    const count = (branches.get(keyOf(branch))?.count ?? 0) + branch.count;
    branches.set(keyOf(branch), { ...branch, count });
  }
  return {
    ...one,
    lines: new Map([...lines].sort(([a], [b]) => a - b)),
    branches: [...branches.values()].sort((a, b) => a.group - b.group || a.index - b.index),
  };
}

function gather({ counts: { steps, counts } }: CompiledPolicy, files: Map<string, Gathered>): void {
  const arms = new Map<number, number[]>();
  const begun = new Set<string>();
  for (const [index, step] of steps.entries()) {
    if (step.of !== undefined) arms.set(step.of, [...(arms.get(step.of) ?? []), index]);
    else {
      const { lines } = gathered(files, step.span.file);
      const line = lineIndex(step.span.file, step.span.start) + 1;
      const place = `${line} ${step.span.file.name}`;
      if (!begun.has(place)) lines.set(line, (lines.get(line) ?? 0) + (counts[index] ?? 0));
      begun.add(place);
    }
  }
  for (const [whole, indices] of arms) gatherBranches(files, steps, counts, whole, indices);
}

function gatherBranches(
  files: Map<string, Gathered>,
  steps: CompiledPolicy["counts"]["steps"],
  counts: Uint32Array,
  whole: number,
  indices: readonly number[],
): void {
  const span = steps[whole]?.span;
  if (!span) return;
  const { branches } = gathered(files, span.file);
  const add = (index: number, offset: number, count: number): void => {
    const key = `${span.start} ${index}`;
    const known = branches.get(key);
    if (known) known.count += count;
    else branches.set(key, { line: lineIndex(span.file, offset) + 1, index, group: span.start, count });
  };
  let past = counts[whole] ?? 0;
  for (const [index, arm] of indices.entries()) {
    const count = counts[arm] ?? 0;
    past -= count;
    add(index, steps[arm]?.span.start ?? span.start, count);
  }
  const hasElse = indices.some((arm) => steps[arm]?.kind === "otherwise");
  if (!hasElse) add(indices.length, span.start, past);
}

function gathered(files: Map<string, Gathered>, file: SourceFile): Gathered {
  const known = files.get(file.name) ?? { file, lines: new Map(), branches: new Map() };
  files.set(file.name, known);
  return known;
}

export function lineRatio(files: readonly FileCoverage[]): Ratio {
  const counts = files.flatMap(({ lines }) => [...lines.values()]);
  return { hit: counts.filter((count) => count > 0).length, found: counts.length };
}

export function branchRatio(files: readonly FileCoverage[]): Ratio {
  const counts = files.flatMap(({ branches }) => branches.map(({ count }) => count));
  return { hit: counts.filter((count) => count > 0).length, found: counts.length };
}

/** Nothing to run is all of it. */
export function percent({ hit, found }: Ratio): number {
  return found === 0 ? 100 : (100 * hit) / found;
}
