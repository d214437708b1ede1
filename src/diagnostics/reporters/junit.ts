import { varnishPosition } from "../../source/columns.js";
import type { Diagnostic } from "../diagnostic.js";
import { printable } from "./printable.js";
import type { CheckedFile, Reporter, UnreadableFile } from "./reporter.js";
import { reportText } from "./text.js";

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

function testCase(file: string, name: string, result?: string): string {
  const given = attributes({ name, classname: file });
  return result === undefined
    ? `    <testcase ${given}/>`
    : `    <testcase ${given}>\n      ${result}\n    </testcase>`;
}

function element(name: string, given: Readonly<Record<string, string>>, text?: string): string {
  const open = [name, ...(Object.keys(given).length > 0 ? [attributes(given)] : [])].join(" ");
  return text === undefined ? `<${open}/>` : `<${open}>${escapeXml(text)}</${name}>`;
}

function attributes(given: Readonly<Record<string, string | number>>): string {
  const escaped = (value: string | number) =>
    escapeXml(String(value)).replace(/[\t\n\r]/g, (space) => `&#${space.charCodeAt(0)};`);
  return Object.entries(given)
    .map(([name, value]) => `${name}="${escaped(value)}"`)
    .join(" ");
}

const entities: Readonly<Record<string, string>> = {
  "&": "&amp;",
  "<": "&lt;",
  ">": "&gt;",
  '"': "&quot;",
  "'": "&apos;",
};

/** Text as content of XML 1.0; characters that no document may hold become U+FFFD. */
function escapeXml(text: string): string {
  return text
    .replace(/[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\u{10000}-\u{10ffff}]/gu, "\ufffd")
    .replace(/[&<>"']/g, (character) => entities[character] ?? character);
}
