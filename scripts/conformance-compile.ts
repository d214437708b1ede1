// Compares the verdicts of this compiler with those of the reference compiler: `npm run conformance:compile [-- --verbose] [--raise]`.
// Prints a table by category and ends with 1 where one is under its floor in test/conformance/floors.json; `--raise` lifts the floors to
// what is reached. Needs the corpus, which is no part of the repository: VCLC_CORPUS names its folder.
import { parseArgs } from "node:util";
import { checkCases, corpusCases, corpusFolder, type ConformanceCase } from "../test/support/conformance.js";
import {
  categories,
  percent,
  raised,
  readFloors,
  score,
  writeFloors,
  type Disagreement,
  type Floors,
} from "../test/support/conformance-score.js";

const { values } = parseArgs({ options: { verbose: { type: "boolean" }, raise: { type: "boolean" } } });
const floors = readFloors();
floors.corpus = report("corpus", corpusCases(), floors.corpus);
floors.samples = report("samples", checkCases(), floors.samples);
if (values.raise) writeFloors(floors);

/** Prints how the cases fare; answers the floors raised to that. */
function report(title: string, cases: readonly ConformanceCase[] | undefined, floor: Floors): Floors {
  if (cases === undefined) {
    console.log(`${title}: not at ${corpusFolder}, skipped (VCLC_CORPUS names its folder)`);
    return floor;
  }
  const reached = score(cases);
  if (values.verbose) reached.disagreements.forEach(show);
  console.log(`${title.padEnd(8)}  agreed      of       %   floor`);
  for (const name of categories) {
    const tally = reached.tallies[name];
    const share = percent(tally);
    const columns = [tally.agreed, tally.total, share.toFixed(1), floor[name].toFixed(1)];
    const under = share < floor[name];
    if (under) process.exitCode = 1;
    const row = columns.map((column) => String(column).padStart(8)).join("");
    console.log(`  ${name.padEnd(6)}${row}${under ? "  UNDER ITS FLOOR" : ""}`);
  }
  return raised(floor, reached);
}

function show({ category, one, judged }: Disagreement): void {
  const said = judged.diagnostics.map(({ code, message }) => `${code}: ${message}`).join(" | ");
  const reason = floors.deviations[one.id] ?? floors.otherCauses[one.id];
  console.log(`${category} ${one.id}${reason === undefined ? "" : ` (${reason})`}`);
  console.log(`   theirs: ${one.accept ? "accept" : one.message} ${JSON.stringify(one.mark ?? "")}`);
  console.log(`   ours:   ${said || "accept"} ${JSON.stringify(judged.mark ?? "")}`);
}
