import { describe, expect, test } from "vitest";
import { checkCases, corpusCases, type ConformanceCase } from "../support/conformance.js";
import { categories, percent, raised, readFloors, score, type Floors } from "../support/conformance-score.js";

const floors = readFloors();

/** The cases on which verdicts or causes differ and no reason is given. */
function expectFloors(cases: readonly ConformanceCase[], floor: Floors): void {
  const { tallies, disagreements } = score(cases);
  for (const name of categories) {
    expect(percent(tallies[name]), `${name} in percent`).toBeGreaterThanOrEqual(floor[name]);
  }
  const known = { ...floors.deviations, ...floors.otherCauses };
  const unknown = disagreements.filter(({ category, one }) => {
    return category !== "line" && category !== "span" && !(one.id in known);
  });
  expect(unknown.map(({ category, one }) => `${category} ${one.id}`)).toEqual([]);
}

describe("verdicts and places agree with the reference compiler", () => {
  const corpus = corpusCases();
  test.skipIf(!corpus)("S4-12: on the corpus of its own tests, none of which knows the feature", () => {
    expectFloors(corpus ?? [], floors.corpus);
  });

  const samples = checkCases();
  test.skipIf(!samples)("on the samples of the reference documents", () => {
    expectFloors(samples ?? [], floors.samples);
  });
});

describe("floors", () => {
  const program = (id: string, vcl: string, accept: boolean): ConformanceCase => ({
    id,
    vcl,
    accept,
    warnUnused: false,
    decidedByText: true,
  });
  const right = program("right", "vcl 4.1; backend b none;", true);
  const wrong = { ...program("wrong", "vcl 4.1; backend b { .hots = 1; }", false), message: "Unknown field" };

  test("are met by cases that agree, and not by one that does not", () => {
    const { tallies, disagreements } = score([right, wrong, { ...right, id: "other", accept: false }]);
    expect(tallies).toMatchObject({
      accept: { agreed: 1, total: 1 },
      reject: { agreed: 1, total: 2 },
      cause: { agreed: 1, total: 1 },
    });
    expect(disagreements.map(({ category, one }) => [category, one.id])).toEqual([["reject", "other"]]);
  });

  test("rise to what is reached and never sink", () => {
    const half = score([wrong, { ...right, accept: false }]);
    const floor = { accept: 90, reject: 40, line: 90, span: 90, cause: 90 };
    expect(raised(floor, half)).toEqual({ accept: 100, reject: 50, line: 100, span: 100, cause: 100 });
    expect(raised({ ...floor, reject: 80 }, half).reject).toBe(80);
  });
});
