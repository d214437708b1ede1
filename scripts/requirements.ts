// Writes docs/requirements.md from the results of a test run: every requirement of S0, S2, S3 and S4 with its tests, pass or fail. `--check` writes
// nothing and fails when the page is stale, or when a number has no test that passes.
//
// A test that is skipped where something is missing says so in its name, "where varnishd is installed"; it is listed, but a number must
// not rest on such tests alone. The results are those of the last `npm test`; without any, the tests run first.
import { spawnSync } from "node:child_process";
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { backendSharing } from "./requirements/backend-sharing.js";
import { dynamicBackends } from "./requirements/dynamic-backends.js";
import { globalDirectors } from "./requirements/global-directors.js";
import { httpConnections } from "./requirements/http-connections.js";
import {
  numberedTests,
  numbersIn,
  requirementsPage,
  unshown,
  type Series,
  type TestReport,
} from "./requirements/report.js";

const page = "docs/requirements.md";
const reportFile = ".vclc/test-report.json";
const series: readonly Series[] = [
  { prefix: "S0", title: "S0: backends from the DNS", lines: dynamicBackends },
  { prefix: "S2", title: "S2: backend state shared between VCLs", lines: backendSharing },
  { prefix: "S3", title: "S3: HTTP/1 over connections of any kind", lines: httpConnections },
  { prefix: "S4", title: "S4: global directors and dispatch", lines: globalDirectors },
];

process.exitCode = main(process.argv.includes("--check"));

function main(check: boolean): number {
  if (!existsSync(reportFile)) runTests();
  const report = JSON.parse(readFileSync(reportFile, "utf8")) as TestReport;
  const absent = missingFiles(report);
  if (absent.length > 0) {
    console.error(`${reportFile} does not know these files; npm test makes one that does:`);
    console.error(absent.map((file) => `  ${file}`).join("\n"));
    return 1;
  }
  const tests = numberedTests(report, process.cwd());
  const skipped = tests.filter(({ result }) => result === "skipped");
  if (skipped.length > 0) console.log(`skipped here:\n${skipped.map(({ name }) => `  ${name}`).join("\n")}`);
  const lacking = unshown(series, tests);
  if (lacking.length > 0)
    console.error(`requirements without a passing test:\n${lacking.map((line) => `  ${line}`).join("\n")}`);
  const text = requirementsPage(series, tests);
  const stale = !existsSync(page) || readFileSync(page, "utf8") !== text;
  if (!check) writeFileSync(page, text);
  else if (stale) console.error(`${page} is stale: npm run requirements writes it`);
  // A stale page is said above; what counts is that every number is shown.
  return lacking.length > 0 ? 1 : 0;
}

function runTests(): void {
  mkdirSync(".vclc", { recursive: true });
  const args = ["--no-install", "vitest", "run", "--reporter=json", `--outputFile.json=${reportFile}`];
  spawnSync("npx", args, { stdio: "inherit" });
}

/** Test files with numbers that the report does not know. */
function missingFiles(report: TestReport): string[] {
  const known = new Set(report.testResults.map(({ name }) => resolve(name)));
  return readdirSync("test", { recursive: true, encoding: "utf8" })
    .filter((file) => file.endsWith(".test.ts"))
    .map((file) => join("test", file))
    .filter((file) => !known.has(resolve(file)) && numbersIn(readFileSync(file, "utf8")).length > 0);
}
