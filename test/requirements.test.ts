import { describe, expect, test } from "vitest";
import {
  numberedTests,
  numbersIn,
  requirementsPage,
  unshown,
  type Series,
  type TestReport,
} from "../scripts/requirements/report.js";

const series: readonly Series[] = [
  {
    prefix: "S9",
    title: "S9: numbers of this test",
    lines: ["the first", "the second", "the third", "the fourth"],
  },
];

function report(...tests: readonly (readonly [name: string, status: string])[]): TestReport {
  const assertionResults = tests.map(([title, status]) => ({ ancestorTitles: ["group"], title, status }));
  return { testResults: [{ name: "/root/test/a.test.ts", assertionResults }] };
}

describe("list of requirements", () => {
  test("numbers are found alone, in lists and as ranges", () => {
    expect(numbersIn("S9-01 S9-7, S9-10…S9-12: text (S9-20…22) XS9-3")).toEqual(
      ["01", "07", "10", "11", "12", "20", "21", "22"].map((number) => `S9-${number}`),
    );
  });

  test("a number needs a test that passes everywhere and none that fails", () => {
    const tests = numberedTests(
      report(
        ["S9-01 holds", "passed"],
        ["S9-02 does not", "failed"],
        ["S9-02 holds here", "passed"],
        ["S9-03 holds where varnishd is installed", "passed"],
      ),
      "/root",
    );
    expect(unshown(series, tests)).toEqual(["S9-02: fail", "S9-03: skipped", "S9-04: no test"]);
  });

  test("the page is the same whether a test that needs a program ran or was skipped; any other skipped test shows", () => {
    const page = (conditional: string, plain: string): string =>
      requirementsPage(
        series,
        numberedTests(
          report(["S9-01 where varnishd is installed", conditional], ["S9-02 `x` holds", plain]),
          "/root",
        ),
      );
    expect(page("pending", "passed")).toBe(page("passed", "passed"));
    expect(page("passed", "passed")).toContain(
      "- **S9-02** the second **pass**\n  - `test/a.test.ts`: ``group › S9-02 `x` holds``\n",
    );
    expect(page("passed", "pending")).toContain("S9-02 `x` holds`` (skipped)");
    expect(page("passed", "passed")).toContain("- **S9-04** the fourth **no test**");
  });
});
