import { resolve } from "node:path";
import { branchRatio, lineRatio, type FileCoverage } from "./coverage.js";

/** Coverage as a tracefile of LCOV (geninfo(1)), which the usual viewers read. */
export function coverageLcov(files: readonly FileCoverage[]): string {
  return files.map(record).join("");
}

function record(file: FileCoverage): string {
  const [lines, branches] = [lineRatio([file]), branchRatio([file])];
  // Of an `if` that was never reached, it is not known which way it would have gone: `-`.
  const reached = new Set(file.branches.filter(({ count }) => count > 0).map(({ group }) => group));
  return [
    "TN:vclc",
    `SF:${resolve(file.name)}`,
    ...file.branches.map(
      ({ line, group, index, count }) =>
        `BRDA:${line},${group},${index},${reached.has(group) ? String(count) : "-"}`,
    ),
    `BRF:${branches.found}`,
    `BRH:${branches.hit}`,
    ...[...file.lines].map(([line, count]) => `DA:${line},${count}`),
    `LF:${lines.found}`,
    `LH:${lines.hit}`,
    "end_of_record\n",
  ].join("\n");
}
