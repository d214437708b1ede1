// The whole check of a checkout: types, lint, format, unused code, tests, the list of requirements. Every step runs, whatever the ones
// before it said; the last line is `N passed, M failed`, counted from vitest's own report, any other failed step counting as one failure.
import { spawnSync } from "node:child_process";
import { mkdirSync, readFileSync, rmSync } from "node:fs";
import { parseArgs } from "node:util";

const report = ".vclc/test-report.json";
mkdirSync(".vclc", { recursive: true });
rmSync(report, { force: true });

const steps = [
  ["types", "tsc", "-p", "."],
  ["lint", "eslint", "."],
  ["format", "prettier", "--check", "--log-level", "warn", "."],
  ["unused code", "knip"],
];
const { values } = parseArgs({ options: { fuzz: { type: "string" } } });
if (values.fuzz !== undefined) {
  steps.push(["fuzzing", "node", "scripts/run.mjs", "scripts/fuzz.ts", "--minutes", values.fuzz]);
  steps.push(["fuzzing the wire", "node", "scripts/run.mjs", "scripts/fuzz-wire.ts", "--count", "50000"]);
}
let failed = 0;
for (const [name, ...command] of steps) {
  const seconds = run(name, command);
  if (seconds === undefined) failed += 1;
}
const testsRan =
  run("tests", ["vitest", "run", "--reporter=default", "--reporter=json", `--outputFile.json=${report}`]) !==
  undefined;

let passed = 0;
try {
  const { numPassedTests, numFailedTests, numFailedTestSuites, testResults } = JSON.parse(
    readFileSync(report, "utf8"),
  );
  passed = numPassedTests;
  // A file that cannot even be loaded has no test of its own that could fail.
  const broken = testResults.filter(
    (file) => file.status === "failed" && file.assertionResults.length === 0,
  ).length;
  failed += numFailedTests + broken;
  if (!testsRan && numFailedTests + broken + numFailedTestSuites === 0) failed += 1;
} catch {
  failed += 1;
}
const listed = run("requirements", ["node", "scripts/run.mjs", "scripts/requirements.ts", "--check"]);
if (listed === undefined) failed += 1;
console.log(`${passed} passed, ${failed} failed`);
process.exit(failed === 0 ? 0 : 1);

/** Runs a step in the open; its seconds, or undefined when it failed. */
function run(name, [program, ...args]) {
  const start = Date.now();
  const { status } = spawnSync("npx", ["--no-install", program, ...args], { stdio: "inherit" });
  const seconds = (Date.now() - start) / 1000;
  console.log(`${status === 0 ? "ok    " : "FAILED"} ${name} (${seconds.toFixed(1)} s)`);
  return status === 0 ? seconds : undefined;
}
