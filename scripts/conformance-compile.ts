// Compares the verdicts of this compiler with those of the reference compiler: `npm run conformance:compile [-- --verbose]`.
import {
  checkCases,
  corpusCases,
  judge,
  overlaps,
  type ConformanceCase,
} from "../test/support/conformance.js";

const verbose = process.argv.includes("--verbose");

function report(title: string, cases: readonly ConformanceCase[] | undefined): void {
  if (cases === undefined) {
    console.log(`${title}: not here, skipped`);
    return;
  }
  const decided = cases.filter((one) => one.decidedByText);
  let verdicts = 0;
  let places = 0;
  let lines = 0;
  let spans = 0;
  for (const one of decided) {
    const judged = judge(one);
    const said = judged.diagnostics.map(({ code, message }) => `${code}: ${message}`).join(" | ");
    if (judged.accept === one.accept) verdicts++;
    else if (verbose)
      console.log(
        `VERDICT ${one.id} wants ${one.accept ? "accept" : "reject"}: ${one.message ?? ""}\n   said: ${said}`,
      );
    if (one.accept || judged.accept || !one.mark) continue;
    places++;
    if (judged.mark?.line === one.mark.line) lines++;
    else if (verbose)
      console.log(
        `LINE ${one.id} ${one.message} ${JSON.stringify(one.mark)}\n   said: ${said} ${JSON.stringify(judged.mark)}`,
      );
    if (judged.mark && overlaps(judged.mark, one.mark)) spans++;
    else if (verbose)
      console.log(
        `SPAN ${one.id} ${one.message} ${JSON.stringify(one.mark)}\n   said: ${said} ${JSON.stringify(judged.mark)}`,
      );
  }
  const percent = (part: number, whole: number) =>
    `${part}/${whole} (${((100 * part) / (whole || 1)).toFixed(1)} %)`;
  console.log(
    `${title}: verdicts ${percent(verdicts, decided.length)}, lines ${percent(lines, places)}, spans ${percent(spans, places)}`,
  );
}

report("corpus", corpusCases());
report("checks", checkCases());
