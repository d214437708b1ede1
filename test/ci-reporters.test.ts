import { createRequire } from "node:module";
import Ajv from "ajv";
import { describe, expect, test } from "vitest";
import { diagnostic, meant, type Diagnostic } from "../src/diagnostics/diagnostic.js";
import { githubReporter } from "../src/diagnostics/reporters/github.js";
import { junitReporter } from "../src/diagnostics/reporters/junit.js";
import type { CheckedFile, UnreadableFile } from "../src/diagnostics/reporters/reporter.js";
import { sarifReporter } from "../src/diagnostics/reporters/sarif.js";
import type { SourceFile, Span } from "../src/source/source-file.js";

const require = createRequire(import.meta.url);

const bytes = (text: string) => Buffer.from(text).toString("latin1");

const source = (text: string, name = "main.vcl", includedFrom?: Span): SourceFile => ({
  name,
  text: bytes(text),
  kind: "file",
  ...(includedFrom && { includedFrom }),
});

const at = (file: SourceFile, word: string): Span => {
  const start = file.text.indexOf(bytes(word));
  return { file, start, end: start + Buffer.byteLength(word) };
};

const main = source('vcl 4.1;\n\tset x = "é" + nix;\n');
const unknown = diagnostic(
  "symbol-not-found",
  at(main, "nix"),
  { name: "nix" },
  meant(at(main, "nix"), "nil"),
);
const warning = diagnostic(
  "regex-backtracks",
  at(main, "set"),
  {},
  { fix: { span: at(main, "é"), text: "" } },
);
const included = source("oops\n", "dir a/b,c.vcl", at(main, "vcl"));
const nasty: Diagnostic = {
  ...diagnostic("unknown-statement", at(included, "oops"), { name: bytes("<50%\r\n:,&\"'é\x00>") }),
  related: [{ span: at(main, "x"), message: "because of this" }],
};
const files: readonly (CheckedFile | UnreadableFile)[] = [
  { path: "good.vcl", diagnostics: [] },
  { path: "main.vcl", diagnostics: [unknown, warning, nasty] },
  { path: "/etc/none%.vcl", reason: "No such file or directory" },
];

describe("the github format", () => {
  const lines = (...diagnostics: Diagnostic[]) =>
    githubReporter.file!({ path: "main.vcl", diagnostics }).split("\n");

  test("is one workflow command for each diagnostic, columns in characters", () => {
    expect(lines(unknown, warning)).toEqual([
      "::error file=main.vcl,line=2,endLine=2,col=16,endColumn=19,title=symbol-not-found::Symbol not found: 'nix'%0Ahint: did you mean 'nil'?",
      "::warning file=main.vcl,line=2,endLine=2,col=2,endColumn=5,title=regex-backtracks::This regular expression takes too long on a hostile subject: the match is given up, and the task fails",
      "",
    ]);
  });

  test("escapes what would end a property, the command or its line, and names includes and second places", () => {
    expect(lines(nasty)[0]).toBe(
      "::error file=dir a/b%2Cc.vcl,line=1,endLine=1,col=1,endColumn=5,title=unknown-statement::" +
        "Symbol not found: '<50%25␍%0A:,&\"'é␀>' is no statement%0Aincluded from: main.vcl:1:1%0Abecause of this: main.vcl:2:13",
    );
  });

  test("gives no columns to a span of several lines, which GitHub would refuse", () => {
    const span = { file: main, start: 0, end: 14 };
    expect(lines({ ...warning, span })[0]).toMatch(/^::warning file=main\.vcl,line=1,endLine=2,title=/);
  });
});

interface Sarif {
  readonly runs: readonly {
    readonly tool: { readonly driver: { readonly rules: readonly { readonly id: string }[] } };
    readonly invocations: readonly { readonly executionSuccessful: boolean }[];
    readonly results: readonly {
      readonly ruleId: string;
      readonly ruleIndex: number;
      readonly level: string;
      readonly locations: readonly unknown[];
      readonly relatedLocations?: readonly unknown[];
    }[];
  }[];
}

describe("the sarif format", () => {
  const ajv = new Ajv({ schemaId: "id", allErrors: true, meta: false });
  ajv.addMetaSchema(require("ajv/lib/refs/json-schema-draft-04.json") as object);
  const validate = ajv.compile(require("@microsoft/jest-sarif/lib/schemas/sarif-2.1.0-rtm.5.json") as object);
  const log = (list: typeof files) => JSON.parse(sarifReporter("1.2.3").end!(list)) as Sarif;

  test.each([
    ["no files", []],
    ["a file without diagnostics", files.slice(0, 1)],
    ["errors, warnings, includes and a file that cannot be read", files],
  ])("is valid against the published schema of 2.1.0: %s", (_, list) => {
    expect(validate(log(list)) ? [] : validate.errors).toEqual([]);
    expect(validate({ ...log(list), version: "2.0.0" })).toBe(false);
  });

  test("has one rule for each code that was met, and results that point at them", () => {
    const [run] = log(files).runs;
    expect(run?.results.map(({ ruleId, level }) => [ruleId, level])).toEqual([
      ["symbol-not-found", "error"],
      ["regex-backtracks", "warning"],
      ["unknown-statement", "error"],
    ]);
    for (const { ruleId, ruleIndex } of run?.results ?? []) {
      expect(run?.tool.driver.rules[ruleIndex]?.id).toBe(ruleId);
    }
    expect(run?.invocations[0]?.executionSuccessful).toBe(false);
  });

  test("places are relative URIs with lines, columns in characters and byte offsets; includes are related", () => {
    const results = log(files).runs[0]?.results ?? [];
    expect(results[0]?.locations).toEqual([
      {
        physicalLocation: {
          artifactLocation: { uri: "main.vcl" },
          region: { startLine: 2, startColumn: 16, endLine: 2, endColumn: 19, byteOffset: 25, byteLength: 3 },
        },
      },
    ]);
    expect(results[2]?.locations).toMatchObject([
      { physicalLocation: { artifactLocation: { uri: "dir%20a/b%2Cc.vcl" } } },
    ]);
    expect(results[2]?.relatedLocations).toMatchObject([
      { message: { text: "included from here" } },
      { message: { text: "because of this" } },
    ]);
  });
});

test("hints of the sarif format are fixes, with what they replace and by what", () => {
  const { runs } = JSON.parse(sarifReporter("1.2.3").end!(files)) as {
    runs: { results: { fixes?: unknown }[] }[];
  };
  expect(runs[0]?.results.map(({ fixes }) => fixes)).toEqual([
    [
      {
        description: { text: "did you mean 'nil'?" },
        artifactChanges: [
          {
            artifactLocation: { uri: "main.vcl" },
            replacements: [
              {
                deletedRegion: {
                  startLine: 2,
                  startColumn: 16,
                  endLine: 2,
                  endColumn: 19,
                  byteOffset: 25,
                  byteLength: 3,
                },
                insertedContent: { text: "nil" },
              },
            ],
          },
        ],
      },
    ],
    [expect.objectContaining({ description: { text: "take it away" } })],
    undefined,
  ]);
});

describe("the junit format", () => {
  const xml = junitReporter.end!(files);

  test("counts test cases, failures and errors; warnings pass", () => {
    expect(xml.split("\n").slice(0, 3)).toEqual([
      '<?xml version="1.0" encoding="UTF-8"?>',
      '<testsuites name="vclc check" tests="5" failures="2" errors="1">',
      '  <testsuite name="good.vcl" tests="1" failures="0" errors="0" file="good.vcl">',
    ]);
    expect(xml).toContain('    <testcase name="no errors" classname="good.vcl"/>\n');
    expect(xml).toContain(
      '<testcase name="symbol-not-found at main.vcl:2:24" classname="main.vcl">\n' +
        '      <failure message="Symbol not found: &apos;nix&apos;" type="symbol-not-found">main.vcl:2:24: error:',
    );
    expect(xml).toContain("<system-out>main.vcl:2:9: warning:");
    expect(xml).toContain('<error message="No such file or directory" type="unreadable"/>');
  });

  test("escapes what XML would take for its own, and keeps line ends of attributes", () => {
    expect(xml).toContain(
      'message="Symbol not found: &apos;&lt;50%␍&#10;:,&amp;&quot;&apos;é␀&gt;&apos; is no statement"',
    );
    expect(xml).not.toMatch(/[^\t\n\u0020-\ud7ff\ue000-\ufffd]/);
    expect(balanced(xml)).toBe(true);
  });

  test("has no element or attribute that Jenkins' junit-10.xsd does not have, and all that it requires", () => {
    for (const [, name = "", given = ""] of xml.matchAll(/<([\w-]+)((?:\s[\w-]+="[^"]*")*)\s*\/?>/g)) {
      const names = [...given.matchAll(/([\w-]+)="/g)].map(([, attribute = ""]) => attribute);
      expect(Object.keys(junit10)).toContain(name);
      const { required = [], allowed = [] } = junit10[name] ?? {};
      expect(names).toEqual(expect.arrayContaining([...required]));
      expect([...required, ...allowed]).toEqual(expect.arrayContaining(names));
    }
  });
});

/** The attributes of elements in junit-10.xsd of Jenkins' xUnit plugin. */
const junit10: Readonly<Record<string, { required?: readonly string[]; allowed?: readonly string[] }>> = {
  testsuites: { allowed: ["name", "time", "tests", "failures", "errors"] },
  testsuite: {
    required: ["name", "tests", "failures", "errors"],
    allowed: [
      ...["group", "time", "skipped", "timestamp", "hostname", "id", "package"],
      ...["file", "log", "url"],
    ],
  },
  testcase: { required: ["name"], allowed: ["time", "classname", "group"] },
  failure: { allowed: ["type", "message"] },
  error: { allowed: ["type", "message"] },
  "system-out": {},
};

/** Whether the tags of a text without comments close in order. */
function balanced(xml: string): boolean {
  const open: string[] = [];
  for (const [, close, name = "", alone] of xml.matchAll(/<(\/?)([\w-]+)(?:\s[\w-]+="[^"<]*")*\s*(\/?)>/g)) {
    if (close) {
      if (open.pop() !== name) return false;
    } else if (!alone) open.push(name);
  }
  return open.length === 0 && (xml.match(/</g)?.length ?? 0) === (xml.match(/>/g)?.length ?? 0);
}
