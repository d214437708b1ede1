import { varnishPosition } from "../../source/columns.js";
import type { Diagnostic } from "../diagnostic.js";
import { printable } from "./printable.js";
import type { CheckedFile, Reporter, UnreadableFile } from "./reporter.js";
import { reportText } from "./text.js";
import { attributes, element, testCase } from "./xml.js";

/**
 * JUnit's XML, as Jenkins' schema has it (junit-10.xsd), one suite for each file. An error is a failed test case; a warning, which does not fail the check either, is a passed one
 * with the report as its output; a file without both is one passed test case.
 */
export const junitReporter: Reporter = {
  end(files) {
    const suites = files.map(suite);
    const total = (name: keyof Counts) => suites.reduce((sum, { counts }) => sum + counts[name], 0);
    const counts = { tests: total("tests"), failures: total("failures"), errors: total("errors") };
    const open = `<testsuites ${attributes({ name: "vclc check", ...counts })}>`;
    return [
      `<?xml version="1.0" encoding="UTF-8"?>`,
      open,
      ...suites.map(({ xml }) => xml),
      "</testsuites>\n",
    ].join("\n");
  },
};

interface Counts {
  readonly tests: number;
  readonly failures: number;
  readonly errors: number;
}

function suite(file: CheckedFile | UnreadableFile): { readonly counts: Counts; readonly xml: string } {
  const name = printable(file.path);
  const cases =
    "reason" in file
      ? [testCase(name, "readable", element("error", { message: file.reason, type: "unreadable" }))]
      : file.diagnostics.length === 0
        ? [testCase(name, "no errors")]
        : file.diagnostics.map((diagnostic) => diagnosticCase(name, diagnostic));
  const counts = {
    tests: cases.length,
    failures: "reason" in file ? 0 : file.diagnostics.filter(({ severity }) => severity === "error").length,
    errors: "reason" in file ? 1 : 0,
  };
  const open = `  <testsuite ${attributes({ name, ...counts, file: name })}>`;
  return { counts, xml: [open, ...cases, "  </testsuite>"].join("\n") };
}

function diagnosticCase(file: string, diagnostic: Diagnostic): string {
  const { code, severity, message, span } = diagnostic;
  const { line, column } = varnishPosition(span.file, span.start);
  const report = reportText([diagnostic], { color: false });
  const name = `${code} at ${printable(span.file.name)}:${line}:${column}`;
  const result =
    severity === "error"
      ? element("failure", { message: printable(message), type: code }, report)
      : element("system-out", {}, report);
  return testCase(file, name, result);
}
