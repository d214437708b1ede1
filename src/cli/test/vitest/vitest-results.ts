import type { Unmet } from "../check-expectations.js";
import type { CaseResult } from "../results.js";
import type { Failure } from "../run-case.js";
import type { VitestError, VitestMessage, VitestTest } from "./messages.js";

/** A file that could not be run. */
export function unrun(file: string, problem: string): CaseResult {
  return { file, name: "can be run", place: { line: 1, column: 1 }, failures: [], problem, milliseconds: 0 };
}

/** What became of the tests of a file, those left out that the filter does not take. */
export function resultsOf(
  file: string,
  { tests, problems }: Extract<VitestMessage, { readonly kind: "over" }>,
  filter: RegExp | undefined,
): readonly CaseResult[] {
  return [
    ...problems.map((problem) => unrun(file, problem)),
    ...tests.filter(({ name }) => filter?.test(name) ?? true).map((test) => resultOf(file, test)),
  ];
}

function resultOf(file: string, test: VitestTest): CaseResult {
  const { name, state, line, column, milliseconds, errors } = test;
  return {
    ...{ file, name, milliseconds, place: { line, column } },
    failures: errors.map((error) => failureOf(test, error)),
    ...(state === "skipped" && { skipped: true }),
    ...(state === "pending" && { problem: "vitest did not run it" }),
  };
}

function failureOf(test: VitestTest, { message, line, column, expected, got }: VitestError): Failure {
  const [step = "", ...rest] = message.split("\n");
  const compared: readonly Unmet[] =
    expected === undefined || got === undefined ? [] : [{ what: "as compared", expected, got }];
  return {
    place: { line: line ?? test.line, column: column ?? test.column },
    step: compared.length > 0 ? step : [step, ...rest].join("\n    "),
    unmet: compared,
    trace: [],
  };
}
