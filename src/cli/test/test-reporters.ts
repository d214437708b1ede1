import { printable } from "../../diagnostics/reporters/printable.js";
import { attributes, element, testCase } from "../../diagnostics/reporters/xml.js";
import { paintFor, type Paint } from "./paint.js";
import { failureText } from "./report-failure.js";
import { passed, type CaseResult, type TestReporter } from "./results.js";

/** How `vclc test` prints, by the names of its formats. */
export const testReporters: Readonly<Record<string, (color: boolean) => TestReporter>> = {
  text: (color) => textReporter(paintFor(color)),
  tap: () => tapReporter(),
  junit: () => junitReporter,
  json: () => jsonReporter,
};

const plain = paintFor(false);

function textReporter(paint: Paint): TestReporter {
  let file: string | undefined;
  return {
    result(result) {
      const head = result.file === file ? "" : `${(file = result.file)}\n`;
      if (result.skipped) return `${head}  ${paint.dim(`- ${result.name} (skipped)`)}\n`;
      const ok = passed(result);
      const line = `  ${ok ? paint.good("✓") : paint.bad("✗")} ${result.name} ${paint.dim(`(${result.milliseconds.toFixed(1)} ms)`)}\n`;
      return `${head}${line}${ok ? "" : details(result, paint)}`;
    },
    end(results, milliseconds) {
      const failed = results.filter((result) => !passed(result)).length;
      const skipped = skippedOf(results);
      const left = skipped === 0 ? "" : `, ${skipped} skipped`;
      const text = `${results.length - failed - skipped} passed, ${failed} failed${left} (${milliseconds.toFixed(0)} ms)`;
      return `\n${failed > 0 ? paint.bad(text) : paint.good(text)}\n`;
    },
  };
}

function skippedOf(results: readonly CaseResult[]): number {
  return results.filter(({ skipped }) => skipped).length;
}

function details({ file, failures, problem }: CaseResult, paint: Paint): string {
  if (problem !== undefined) return `${problem.trimEnd().replace(/^/gm, "    ")}\n`;
  return failures.map((failure) => failureText(file, failure, paint)).join("");
}

/** TAP version 14, with what went wrong as a YAML block. */
function tapReporter(): TestReporter {
  let count = 0;
  return {
    result(result) {
      const head = count === 0 ? "TAP version 14\n" : "";
      count += 1;
      const name = `${result.file}: ${result.name}`.replace(/[\\#]/g, "\\$&").replaceAll("\n", " ");
      if (passed(result)) return `${head}ok ${count} - ${name}${result.skipped ? " # SKIP" : ""}\n`;
      const text = JSON.stringify(details(result, plain));
      return `${head}not ok ${count} - ${name}\n  ---\n  message: ${text}\n  ...\n`;
    },
    end: (results) => `${results.length === 0 ? "TAP version 14\n" : ""}1..${results.length}\n`,
  };
}

const jsonReporter: TestReporter = {
  end(results) {
    const tests = results.map((result) => ({
      file: result.file,
      name: result.name,
      line: result.place.line,
      passed: passed(result),
      ...(result.skipped && { skipped: true }),
      milliseconds: Math.round(result.milliseconds * 1000) / 1000,
      ...(result.problem !== undefined && { problem: result.problem }),
      failures: result.failures.map(({ place, step, unmet }) => ({ line: place.line, step, unmet })),
    }));
    const failed = tests.filter((test) => !test.passed).length;
    const skipped = skippedOf(results);
    const counts = { passed: tests.length - failed - skipped, failed, ...(skipped > 0 && { skipped }) };
    return `${JSON.stringify({ ...counts, tests }, undefined, 2)}\n`;
  },
};

/** JUnit's XML, one suite for each file of tests. */
const junitReporter: TestReporter = {
  end(results) {
    const files = [...new Set(results.map(({ file }) => file))];
    const suites = files.map((file) =>
      junitSuite(
        file,
        results.filter((result) => result.file === file),
      ),
    );
    const counts = countsOf(results);
    const open = `<testsuites ${attributes({ name: "vclc test", ...counts })}>`;
    return [`<?xml version="1.0" encoding="UTF-8"?>`, open, ...suites, "</testsuites>\n"].join("\n");
  },
};

/** A test that could not be run is an error, one that was not as expected a failure. */
function countsOf(results: readonly CaseResult[]) {
  const errors = results.filter(({ problem }) => problem !== undefined).length;
  const failures = results.filter((result) => !passed(result)).length - errors;
  return { tests: results.length, failures, errors };
}

function junitSuite(file: string, results: readonly CaseResult[]): string {
  const name = printable(file);
  const counts = { ...countsOf(results), skipped: skippedOf(results) };
  const open = `  <testsuite ${attributes({ name, ...counts, file: name })}>`;
  const cases = results.map((result) => {
    const seconds = result.milliseconds / 1000;
    if (result.skipped) return testCase(name, printable(result.name), "<skipped/>", seconds);
    if (passed(result)) return testCase(name, printable(result.name), undefined, seconds);
    const { problem } = result;
    const failure =
      problem === undefined
        ? element("failure", { message: "not as expected", type: "expectation" }, details(result, plain))
        : element(
            "error",
            { message: problem.split("\n", 1)[0] ?? "", type: "problem" },
            details(result, plain),
          );
    return testCase(name, printable(result.name), failure, seconds);
  });
  return [open, ...cases, "  </testsuite>"].join("\n");
}
