// The whole check of a checkout: types, lint, format, unused code, tests, the list of requirements. Every step runs, whatever the ones
// before it said; the last line is `N passed, M failed`, counted from vitest's own report, any other failed step counting as one failure.
import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdirSync, readFileSync, rmSync } from "node:fs";
import { availableParallelism } from "node:os";
import { parseArgs } from "node:util";

const report = ".vclc/test-report.json";
mkdirSync(".vclc", { recursive: true });
rmSync(report, { force: true });

const { values } = parseArgs({ options: { fuzz: { type: "string" } } });
const steps = [
  ["types", "tsc", "-p", "."],
  ["lint", "eslint", "."],
  ["format", "prettier", "--check", "--log-level", "warn", "."],
  ["unused code", "knip"],
];
if (values.fuzz !== undefined) {
  steps.push(["fuzzing", "node", "scripts/run.mjs", "scripts/fuzz.ts", "--minutes", values.fuzz]);
  steps.push(["fuzzing the wire", "node", "scripts/run.mjs", "scripts/fuzz-wire.ts", "--count", "50000"]);
}

let failed = 0;
await Promise.all(Array.from({ length: Math.min(availableParallelism(), 4) }, takeSteps));
const testsRan = await run("tests", [
  "vitest",
  "run",
  "--reporter=default",
  "--reporter=json",
  `--outputFile.json=${report}`,
]);

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
const listed = await run("requirements", ["node", "scripts/run.mjs", "scripts/requirements.ts", "--check"]);
if (!listed) failed += 1;
console.log(`${passed} passed, ${failed} failed`);
process.exit(failed === 0 ? 0 : 1);

/** Carries out steps until none is left: each is a program of one thread, so that cores would idle otherwise. */
async function takeSteps() {
  for (let step = steps.shift(); step !== undefined; step = steps.shift()) {
    const [name, ...command] = step;
    if (!(await run(name, command, "pipe"))) failed += 1;
  }
}

/** Runs a step, in the open or with its output at its end; whether it succeeded. */
async function run(name, [program, ...args], output = "inherit") {
  const start = Date.now();
  const child = spawn("npx", ["--no-install", program, ...args], { stdio: ["inherit", output, output] });
  const chunks = [];
  child.stdout?.on("data", (chunk) => chunks.push(chunk));
  child.stderr?.on("data", (chunk) => chunks.push(chunk));
  const [status] = await once(child, "close");
  process.stdout.write(Buffer.concat(chunks));
  const seconds = (Date.now() - start) / 1000;
  console.log(`${status === 0 ? "ok    " : "FAILED"} ${name} (${seconds.toFixed(1)} s)`);
  return status === 0;
}
