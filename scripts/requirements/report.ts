import { relative } from "node:path";

/** What is read of the JSON report of a test run. */
export interface TestReport {
  readonly testResults: readonly {
    readonly name: string;
    readonly assertionResults: readonly {
      readonly ancestorTitles: readonly string[];
      readonly title: string;
      readonly status: string;
    }[];
  }[];
}

export type Result = "pass" | "fail" | "skipped";

/** A test that carries numbers of requirements. */
export interface NumberedTest {
  readonly file: string;
  readonly name: string;
  readonly numbers: readonly string[];
  readonly result: Result;
  /** It may be skipped, and says so in its name: whether it was makes no difference to what is written down. */
  readonly conditional: boolean;
}

/** A series of requirements: `S4`, its title, and one line for each number. */
export interface Series {
  readonly prefix: string;
  readonly title: string;
  readonly lines: readonly string[];
}

const results: Readonly<Record<string, Result>> = { passed: "pass", failed: "fail" };

/** The numbers in a name: `S4-06`, and every one of `S4-78…S4-81`. */
export function numbersIn(name: string): string[] {
  const numbers: string[] = [];
  for (const [, series = "", first, lastSeries, last] of name.matchAll(
    /\b(S\d)-(\d+)(?:…(?:(S\d)-)?(\d+))?/g,
  )) {
    const end = last !== undefined && (lastSeries ?? series) === series ? Number(last) : Number(first);
    for (let number = Number(first); number <= end; number += 1) numbers.push(numberOf(series, number));
  }
  return [...new Set(numbers)];
}

/** `S4-06` */
export function numberOf(series: string, number: number): string {
  return `${series}-${String(number).padStart(2, "0")}`;
}

/** The tests of a report that carry numbers, by file and then in the order they stand in. `root` is the checkout. */
export function numberedTests(report: TestReport, root: string): NumberedTest[] {
  const tests = new Map<string, NumberedTest>();
  const files = report.testResults.map(({ name, assertionResults }) => ({
    file: relative(root, name).replaceAll("\\", "/"),
    assertionResults,
  }));
  for (const { file, assertionResults } of files.sort((a, b) => (a.file < b.file ? -1 : 1))) {
    for (const { ancestorTitles, title, status } of assertionResults) {
      const name = [...ancestorTitles, title].join(" › ");
      const numbers = numbersIn(name);
      if (numbers.length === 0) continue;
      const conditional = /\bwhere [\w ]+ is installed\b/.test(name);
      const result = results[status] ?? "skipped";
      tests.set(`${file}\n${name}`, { file, name, numbers, result, conditional });
    }
  }
  return [...tests.values()];
}

/** Pass, when some test passes everywhere and none fails; undefined without a test. */
export function resultOf(tests: readonly NumberedTest[]): Result | undefined {
  if (tests.some(({ result }) => result === "fail")) return "fail";
  if (tests.some(({ result, conditional }) => result === "pass" && !conditional)) return "pass";
  return tests.length > 0 ? "skipped" : undefined;
}

/** The numbers that no test shows to hold, each with why. */
export function unshown(series: readonly Series[], tests: readonly NumberedTest[]): string[] {
  return series
    .flatMap(({ prefix, lines }) => lines.map((_, index) => numberOf(prefix, index + 1)))
    .map((number) => [number, resultOf(testsOf(number, tests))] as const)
    .filter(([, result]) => result !== "pass")
    .map(([number, result]) => `${number}: ${result ?? "no test"}`);
}

function testsOf(number: string, tests: readonly NumberedTest[]): NumberedTest[] {
  return tests.filter(({ numbers }) => numbers.includes(number));
}

/** The page: every requirement with its tests. The same run gives the same page on every machine. */
export function requirementsPage(series: readonly Series[], tests: readonly NumberedTest[]): string {
  const known = new Set<string>();
  const sections = series.map(({ prefix, title, lines }) => {
    const items = lines.map((line, index) => {
      const number = numberOf(prefix, index + 1);
      known.add(number);
      return item(number, line, testsOf(number, tests));
    });
    return `## ${title}\n\n${items.join("\n")}\n`;
  });
  const others = [...new Set(tests.flatMap(({ numbers }) => numbers))].filter((n) => !known.has(n)).sort();
  const rest = others.map((number) => item(number, "", testsOf(number, tests)));
  const head = `# Requirements and the tests that show them

Written by \`npm run requirements\` from the results of \`npm test\`, which fails when this page is stale.
`;
  const named = rest.length === 0 ? [] : [`## Other numbers that tests name\n\n${rest.join("\n")}\n`];
  return [head, ...sections, ...named].join("\n");
}

function item(number: string, line: string, tests: readonly NumberedTest[]): string {
  const head = [`- **${number}**`, line, `**${resultOf(tests) ?? "no test"}**`].filter((part) => part !== "");
  return [head.join(" "), ...tests.map(testLine)].join("\n");
}

function testLine({ file, name, result, conditional }: NumberedTest): string {
  const mark = result === "fail" || (result === "skipped" && !conditional) ? ` (${result})` : "";
  const fence = name.includes("`") ? "``" : "`";
  return `  - \`${file}\`: ${fence}${name}${fence}${mark}`;
}
