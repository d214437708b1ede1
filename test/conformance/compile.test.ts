import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { describe, expect, test } from "vitest";
import { isSameCause } from "../support/causes.js";
import { checkCases, corpusCases, judge, overlaps, type ConformanceCase } from "../support/conformance.js";

/** What is reached now; a change that falls below it fails. Percentages of the cases that the text alone decides. */
interface Floors {
  readonly verdicts: number;
  readonly lines: number;
  readonly spans: number;
}

const floors = JSON.parse(readFileSync(fileURLToPath(new URL("floors.json", import.meta.url)), "utf8")) as {
  corpus: Floors;
  samples: Floors;
  deviations: Readonly<Record<string, string>>;
  /** Why the first error is about something else; by case. */
  otherCauses: Readonly<Record<string, string>>;
};

/** Counts how often this compiler agrees with the reference: on the verdict, and on the first place of a refusal. */
function score(cases: readonly ConformanceCase[]) {
  const decided = cases.filter(({ decidedByText }) => decidedByText);
  const disagreed: string[] = [];
  const otherCauses: string[] = [];
  let places = 0;
  let lines = 0;
  let spans = 0;
  for (const one of decided) {
    const judged = judge(one);
    if (judged.accept !== one.accept) disagreed.push(one.id);
    const [first] = judged.diagnostics;
    if (!one.accept && first && !isSameCause(one.message ?? "", first.code)) otherCauses.push(one.id);
    if (one.accept || judged.accept || one.mark === undefined) continue;
    places++;
    if (judged.mark?.line === one.mark.line) lines++;
    if (judged.mark && overlaps(judged.mark, one.mark)) spans++;
  }
  return {
    disagreed,
    otherCauses,
    verdicts: (100 * (decided.length - disagreed.length)) / decided.length,
    lines: (100 * lines) / places,
    spans: (100 * spans) / places,
  };
}

function expectFloors(reached: Floors, floor: Floors): void {
  for (const key of ["verdicts", "lines", "spans"] as const) {
    expect(reached[key], `${key} in percent`).toBeGreaterThanOrEqual(floor[key]);
  }
}

describe("verdicts and places agree with the reference compiler", () => {
  const corpus = corpusCases();
  test.skipIf(!corpus)("on the corpus of its own tests", () => {
    const reached = score(corpus ?? []);
    expectFloors(reached, floors.corpus);
    expect(reached.disagreed.filter((id) => !(id in floors.deviations))).toEqual([]);
    expect(reached.otherCauses.filter((id) => !(id in floors.otherCauses))).toEqual([]);
  });

  const samples = checkCases();
  test.skipIf(!samples)("on the samples of the reference documents", () => {
    const reached = score(samples ?? []);
    expectFloors(reached, floors.samples);
    expect(reached.disagreed.filter((id) => !(id in floors.deviations))).toEqual([]);
    expect(reached.otherCauses.filter((id) => !(id in floors.otherCauses))).toEqual([]);
  });
});
