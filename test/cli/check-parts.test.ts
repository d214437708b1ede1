import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { describe, expect, test } from "vitest";
import { fixSource } from "../../src/cli/check/fix-source.js";
import { diagnostic } from "../../src/diagnostics/diagnostic.js";
import { Progress } from "../../src/cli/progress.js";
import { lint } from "../../src/lint/lint.js";
import { sourceFromText } from "../../src/source/read-source.js";
import type { SourceFile } from "../../src/source/source-file.js";
import { check as analyzed } from "../support/analyze.js";
import { temporaryFolder, vclc } from "../support/cli.js";

const head = "vcl 4.1;\nbackend default none;\n";
const wrong = "sub vcl_recv { set req.nosuch = 1; }\n";

function folderWith(files: Readonly<Record<string, string>>): string {
  const folder = temporaryFolder();
  for (const [name, text] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, name)), { recursive: true });
    writeFileSync(join(folder, name), text);
  }
  return folder;
}

describe("a part of programs", () => {
  const files = {
    "a.vcl": `${head}include "./parts/part.vcl";\nsub vcl_hash { set req.nothing = 1; }\n`,
    "b.vcl": `${head}include "./parts/part.vcl";\n`,
    "c.vcl": head,
    "parts/part.vcl": wrong,
  };

  test("is checked with the programs above it that include it, which are named; what is wrong in them is not told", async () => {
    const { code, stdout, stderr } = await vclc(["check", "parts/part.vcl"], folderWith(files));
    expect(code).toBe(1);
    expect(stderr).toContain("vclc: parts/part.vcl is a part of a.vcl and b.vcl\n");
    expect(stdout).toMatch(/^parts\/part\.vcl:1:\d+: error: [^\n]+\[symbol-not-found\]/);
    expect(stdout).not.toContain("req.nothing");
    expect(stderr).toContain("1 error\n");
  });

  test("is checked with programs of folders beside its own, and told once by whichever path they include it", async () => {
    const main = `${head}include "../parts/part.vcl";\n`;
    const folder = folderWith({ "parts/part.vcl": wrong, "one/main.vcl": main, "two/main.vcl": main });
    const part = await vclc(["check", "parts/part.vcl"], folder);
    expect(part.stderr).toContain("vclc: parts/part.vcl is a part of one/main.vcl and two/main.vcl\n");
    const whole = await vclc(["check", "."], folder);
    expect(whole.stdout.match(/req\.nosuch'/g)).toHaveLength(1);
    expect(whole.stderr).toContain("told once");
  });

  test("patterns that the shell left alone are the files that match", async () => {
    const folder = folderWith({ "one/main.vcl": head, "two/main.vcl": head + wrong });
    expect((await vclc(["check", "*/main.vcl"], folder)).stderr).toBe("\n1 error\n");
    const none = await vclc(["check", "*/none.vcl"], folder);
    expect(none).toMatchObject({ code: 2, stderr: "vclc: no file matches */none.vcl\n" });
    const deep = await vclc(["fmt", "--check", "**/*.vcl"], folder);
    expect(deep).toMatchObject({ code: 2, stdout: "" });
    expect(deep.stderr).toContain("name the folder");
  });

  test("of no program is told what it lacks", async () => {
    const folder = folderWith({ "parts/part.vcl": wrong });
    const { code, stdout } = await vclc(["check", "parts/part.vcl"], folder);
    expect(code).toBe(1);
    expect(stdout).toContain("[version-missing]");
  });

  test("is told of once where several programs, or one several times, include it; reports by file have it all", async () => {
    const folder = folderWith({
      ...files,
      "d.vcl": `${head}include "./parts/part.vcl";\ninclude "./parts/part.vcl";\n`,
    });
    const { code, stdout, stderr } = await vclc(["check", "b.vcl", "d.vcl"], folder);
    expect(code).toBe(1);
    expect(stdout.match(/req\.nosuch'/g)).toHaveLength(1);
    expect(stderr).toBe("\n1 error\n(one is in files that several programs include, and told once)\n");
    const json = await vclc(["check", "--format", "json", "b.vcl", "d.vcl"], folder);
    const reports = json.stdout
      .trimEnd()
      .split("\n")
      .map((line) => (JSON.parse(line) as { diagnostics: unknown[] }).diagnostics.length);
    expect(reports).toEqual([1, 1]);
  });
});

describe("check --fix", () => {
  const statements = (...lines: string[]) =>
    `${head}sub vcl_recv {\n${lines.map((line) => `  ${line}\n`).join("")}}\n`;
  const diagnose = (file: SourceFile) => {
    const { program, diagnostics } = analyzed(file);
    return program ? lint(program, diagnostics) : diagnostics;
  };
  const fixed = (text: string) => fixSource(sourceFromText("main.vcl", text), diagnose);

  test.each([
    [
      "an import that nothing uses",
      `import std;\n${head}`.replace("import std;\nvcl 4.1;", "vcl 4.1;\nimport std;"),
      head,
    ],
    [
      "a variable set to itself",
      statements("set req.url = req.url;", "unset req.http.X;"),
      statements("unset req.http.X;"),
    ],
    [
      "a value that the next statement replaces",
      statements('set req.http.X = "a";', 'set req.http.X = "b";'),
      statements('set req.http.X = "b";'),
    ],
    [
      "a comment that silences nothing",
      statements("# vclc-ignore pipe-returned: old", "unset req.http.X;"),
      statements("unset req.http.X;"),
    ],
    [
      "several in one line, which stays empty",
      statements("set req.url = req.url; set req.method = req.method;"),
      `${head}sub vcl_recv {\n\n}\n`,
    ],
  ])("mends %s", (_, before, after) => {
    expect(fixed(before).text).toBe(after);
    expect(fixed(after)).toEqual({ text: after, count: 0 });
  });

  test.each([
    ["a value with a comment", statements('set req.http.X = "a"; # for JIRA-1', 'set req.http.X = "b";')],
    ["a header set to itself, which is empty then", statements("set req.http.X = req.http.X;")],
    [
      "Accept-Encoding",
      statements("if (req.http.Accept-Encoding) {", '  set req.http.Accept-Encoding = "gzip";', "}"),
    ],
    [
      "what something may read that stands between",
      `${head}sub vcl_backend_response {\n  set beresp.http.Content-Encoding = "gzip";\n  set beresp.http.X = beresp.filters;\n  unset beresp.http.Content-Encoding;\n}\n`,
    ],
  ])("leaves %s", (_, text) => {
    expect(fixed(text)).toEqual({ text, count: 0 });
  });

  test("guesses are left to people: what would change what the program does", () => {
    const text = statements('if (req.method == "get" || req.url ~ "^admin") { return (pass); }');
    expect(fixed(text)).toEqual({ text, count: 0 });
  });

  test("a mend that would make an error is left out, the others are made", () => {
    const text = statements("set req.url = req.url;", 'set req.http.X = "a";');
    const file = sourceFromText("main.vcl", text);
    const at = (what: string, from: SourceFile) => {
      const start = from.text.indexOf(what);
      return start < 0 ? undefined : { file: from, start, end: start + what.length };
    };
    const breaking = (from: SourceFile) => {
      const span = at('set req.http.X = "a";', from);
      const broken = /sub vcl_recv \{\s*oops/.test(from.text) || from.text.includes("oops");
      if (broken)
        return [diagnostic("unknown-statement", { file: from, start: 0, end: 1 }, { name: "oops" })];
      const extra = span
        ? [{ ...diagnostic("empty-branch", span, {}), fix: { span, text: "oops", safe: true as const } }]
        : [];
      return [...extra, ...diagnose(from)];
    };
    expect(fixSource(file, breaking).text).toBe(statements('set req.http.X = "a";'));
  });

  test("writes the files given and not what they include, says where, and reports what is left", async () => {
    const folder = folderWith({
      "main.vcl": `vcl 4.1;\nimport std;\nbackend b none;\ninclude "./part.vcl";\n`,
      "part.vcl": "sub vcl_recv { set req.url = req.url; }\n",
    });
    const { code, stdout, stderr } = await vclc(["check", "--fix", "main.vcl"], folder);
    expect(code).toBe(0);
    expect(stderr).toContain("vclc: mended main.vcl in 1 place\n");
    expect(stdout).toMatch(/^part\.vcl:1:\d+: warning: [^\n]+\[self-assignment\]/);
    expect(readFileSync(join(folder, "main.vcl"), "utf8")).toBe(
      'vcl 4.1;\nbackend b none;\ninclude "./part.vcl";\n',
    );
    expect(readFileSync(join(folder, "part.vcl"), "utf8")).toContain("set req.url");
    expect((await vclc(["check", "--fix", "part.vcl"], folder)).stderr).toContain(
      "vclc: part.vcl stays as it is: --fix mends programs, not their parts\n",
    );
  });

  test("does not go with standard input or --watch", async () => {
    for (const args of [["-"], [".", "--watch"]]) {
      const { code, stderr } = await vclc(["check", "--fix", ...args]);
      expect([code, stderr]).toEqual([
        2,
        expect.stringMatching(/^vclc: --fix writes files: it does not go with /),
      ]);
    }
  });
});

test("how far a run is is told on a terminal only, and only when it takes its time", () => {
  const written: string[] = [];
  const stream = (isTTY: boolean) =>
    ({ isTTY, columns: 20, write: (text: string) => written.push(text) }) as unknown as NodeJS.WriteStream;
  const step = (progress: Progress) => {
    progress.step("checking 2 of 300: a/long/name.vcl");
    progress.clear();
  };
  step(new Progress(stream(true)));
  step(new Progress(stream(false), 0));
  expect(written).toEqual([]);
  step(new Progress(stream(true), 0));
  expect(written).toEqual(["\r\u001b[Kchecking 2 of 300: ", "\r\u001b[K"]);
  const large = join(temporaryFolder(), "large.vcl");
  writeFileSync(large, " ".repeat(600_000));
  new Progress(stream(true)).step("checking", large);
  expect(written.at(-1)).toBe("\r\u001b[Kchecking");
});
