import { mkdirSync, writeFileSync } from "node:fs";
import { execFile } from "node:child_process";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { check, codesOf } from "../support/analyze.js";
import { builtCli, temporaryFolder } from "../support/cli.js";

const head = "vcl 4.1;\nbackend default none;\n";
const recv = (body: string) => `${head}sub vcl_recv { ${body} }\n`;

/** The codes of what is wrong with a source of exactly these bytes. */
const codesOfBytes = (text: string) =>
  check({ name: "main.vcl", text, kind: "file" }).diagnostics.map(({ code }) => code);

describe("bytes that a text rarely has", () => {
  test("lines may end in CR LF", () => {
    expect(codesOf(recv('set req.url = "a"; # comment\r\n').replaceAll("\n", "\r\n"))).toEqual([]);
  });

  test("a byte order mark is refused by its name", () => {
    expect(codesOfBytes(`\xef\xbb\xbf${recv("")}`)).toEqual(["byte-order-mark"]);
  });

  test("a NUL ends the source", () => {
    expect(codesOfBytes(`${recv("")}\0 }}} what follows is not read`)).toEqual([]);
    expect(codesOfBytes(`${head}sub vcl_recv { \0 }`)).toEqual(["unclosed-block"]);
    expect(codesOfBytes("\0")).toEqual(["version-missing"]);
  });

  test("what is no UTF-8 may stand in strings and comments, and nowhere else", () => {
    expect(codesOfBytes(recv('set req.url = "\xff\xc3"; # \xe2\x82\n'))).toEqual([]);
    expect(codesOfBytes(recv("set req.\xff\xfe = 1;"))).toEqual(["unexpected-byte"]);
  });

  test("a source of nothing, and one of white space, lack their version", () => {
    expect(codesOfBytes("")).toEqual(["version-missing"]);
    expect(codesOfBytes(" \r\n\t\v")).toEqual(["version-missing"]);
  });
});

describe("includes that cannot be read to an end", () => {
  const including = (name: string, folder: string) => check(`${head}include "${name}";\n`, { folder });

  test.each(["/dev/zero", "/", "/proc/self/mem"])("%s", (name) => {
    const { diagnostics } = including(name, temporaryFolder());
    expect(diagnostics.map(({ code }) => code)).toEqual(["include-unreadable"]);
  });

  test("a circle of files, and a file that includes itself", () => {
    const folder = temporaryFolder();
    mkdirSync(join(folder, "sub"));
    writeFileSync(join(folder, "a.vcl"), 'include "b.vcl";\n');
    writeFileSync(join(folder, "b.vcl"), 'include "a.vcl";\n');
    writeFileSync(join(folder, "self.vcl"), 'include "./self.vcl";\n');
    for (const name of ["a.vcl", "self.vcl"]) {
      const codes = including(name, folder).diagnostics.map(({ code }) => code);
      expect(new Set(codes), name).toEqual(new Set(["include-recursive"]));
    }
  });
});

describe("very much of something", () => {
  const times = (count: number, part: (index: number) => string) =>
    Array.from({ length: count }, (_, n) => part(n)).join("");

  test("10,000 subs, each called by the one before", () => {
    const subs = times(10_000, (n) => `sub s${n} { ${n < 9999 ? `call s${n + 1};` : ""} }\n`);
    expect(codesOf(`${head}${subs}sub vcl_recv { call s0; }`)).toEqual([]);
    const circle = subs.replace("sub s9999 {", "sub s9999 { call s0;");
    expect(codesOf(`${head}${circle}sub vcl_recv { call s0; }`)).toEqual(["recursion"]);
  });

  test("10,000 subs that are called from one", () => {
    const subs = times(10_000, (n) => `sub s${n} { set req.http.X${n} = "a"; }\n`);
    expect(codesOf(head + subs + `sub vcl_recv { ${times(10_000, (n) => `call s${n};`)} }`)).toEqual([]);
  });

  test.each([
    ["blocks", (n: number) => "{".repeat(n) + "}".repeat(n)],
    ["ifs", (n: number) => "if (true) {".repeat(n) + "}".repeat(n)],
    ["parentheses", (n: number) => `if (${"(".repeat(n)}true${")".repeat(n)}) { }`],
    ["calls", (n: number) => `set req.url = ${'regsub("a", "b", '.repeat(n)}"c"${")".repeat(n)};`],
  ])("10,000 %s in each other", (_, tower) => {
    expect(codesOf(recv(tower(10_000)))).toEqual(["nested-too-deeply"]);
  });

  test("100,000 statements in one sub, and 10,000 calls of one sub", () => {
    expect(codesOf(recv('set req.http.a = "b" + req.http.a;'.repeat(100_000)))).toEqual([]);
    expect(
      codesOf(`sub s { } ${recv("call s;".repeat(10_000))}`.replace(/^(sub s { } )(.*?none;)/s, "$2 $1")),
    ).toEqual([]);
  });

  test("of each code 1,000 diagnostics, and one that says that there are more", () => {
    const codes = codesOf(recv("set req.nope = 1;".repeat(5000)));
    expect(codes.filter((code) => code === "symbol-not-found").length).toBe(1000);
    expect(codes.filter((code) => code !== "symbol-not-found")).toEqual(["diagnostics-left-out"]);
  });

  const megabytes = 10 * 2 ** 20;
  const fill = (part: string) => part.repeat(Math.ceil(megabytes / part.length));
  const counted = (part: (n: number) => string) => times(Math.ceil(megabytes / part(10_000).length), part);
  const rule = (n: number) =>
    `  # A rule that is like many others, with a comment above it.\n  if (req.url ~ "(?i)(select|insert${n}).{0,40}(from|into)[ +]*${n}") {\n    set req.http.X-Rule = "rule ${n}";\n    return (synth(403, "Rule ${n}"));\n  }\n`;

  /** What ten megabytes are made of, and the code of the first diagnostic; none where it is right. */
  const tens: readonly (readonly [string, () => string, string])[] = [
    ["rules", () => `${head}sub vcl_recv {\n${times(50_000, rule)}}\n`, ""],
    ["short statements", () => recv(fill('set req.http.a = "b";\n')), "source-too-long"],
    ["calls", () => `${head}import std;\nsub vcl_recv {${fill('std.log("a");')}}`, "source-too-long"],
    ["braces", () => head + fill("{"), "unexpected-token"],
    ["braces in a sub", () => recv(fill("{")), "source-too-long"],
    ["comments that are not closed", () => head + fill("/*"), "nested-comment"],
    ["byte order marks", () => fill("\xef\xbb\xbf"), "byte-order-mark"],
    ["a byte that nothing begins with", () => head + fill("@"), "unexpected-byte"],
    ["quotes", () => head + fill('"'), "unexpected-token"],
    ["parentheses", () => recv(`if ${fill("(")}`), "source-too-long"],
    ["signs", () => recv(`set req.http.a = ${fill("! ")};`), "source-too-long"],
    ["line ends", () => head + fill("\n"), ""],
    ["words on one line", () => head + fill("word "), "unexpected-token"],
    ["one word", () => recv(fill("a")), "unknown-statement"],
    ["one number", () => recv(`set req.http.a = ${fill("1")};`), "integer-too-long"],
    ["one string", () => recv(`set req.http.a = "${fill("a")}";`), ""],
    ["includes of nothing", () => head + fill('include "/nonexistent.vcl";\n'), "include-unreadable"],
    ["unknown names on one line", () => recv(fill("set req.nope = 1; ")), "symbol-not-found"],
    [
      "subs that call one another",
      () => head + counted((n) => `sub long_name_${n} { call long_name_${n + 1}; }\n`),
      "undefined",
    ],
    [
      "subs that call one another in circles",
      () => head + counted((n) => `sub s${n} { call s${n + 1}; call s0; }\n`),
      "recursion",
    ],
    ["subs that nothing calls", () => head + counted((n) => `sub s${n} { }\n`), "source-too-long"],
    ["unknown subs on one line", () => recv(counted((n) => `call nowhere${n};`)), "undefined"],
    ["semicolons in a sub", () => recv(fill(";")), "unexpected-token"],
    ["one import", () => head + fill("import std;\n"), "source-too-long"],
    ["imports of nothing", () => head + fill("import nothing_of_that_name;\n"), "vmod-not-found"],
    ["different headers", () => recv(counted((n) => `unset req.http.X-some-name-${n};\n`)), ""],
    [
      "different regular expressions",
      () => recv(counted((n) => `if (req.url ~ "a${n}") { }\n`)),
      "source-too-long",
    ],
    ["one regular expression", () => recv(`if (req.url ~ "${fill("(a|b)*")}") { }`), "regex-invalid"],
    [
      "entries of an ACL",
      () =>
        `${head}acl a {\n${counted((n) => `"${n >> 16}.${(n >> 8) & 255}.${n & 255}.1";\n`)}}\nunused a;\n`,
      "",
    ],
    ["backends", () => head + counted((n) => `backend b${n} { .host = "1.2.3.4"; }\n`), "unused"],
    ["one name", () => head + fill("backend b none;\n"), "redefined"],
    ["comments that silence", () => recv(fill("# vclc-ignore empty-branch: why\n")), "suppression-unused"],
  ];

  test.each(tens)(
    "10 MB of %s, in less than 1 GB of memory",
    async (_, text, code) => {
      const file = join(temporaryFolder(), "main.vcl");
      writeFileSync(file, text(), "latin1");
      const { output, memory } = await checkFile(file);
      expect(output.slice(0, 400)).toContain(code);
      if (code === "") expect(output).toBe("");
      expect(memory, "bytes").toBeLessThan(1e9);
    },
    120_000,
  );

  test.each(["github", "sarif", "junit", "text"])(
    "a thousand diagnostics on a line of 10 MB, as %s",
    async (format) => {
      const file = join(temporaryFolder(), "main.vcl");
      writeFileSync(file, recv(fill("set req.nope = 1; ")), "latin1");
      const { memory } = await checkFile(file, format);
      expect(memory, "bytes").toBeLessThan(1e9);
    },
    120_000,
  );
});

/** Runs `vclc check` and answers with what it found first and the most memory that it ever had, in bytes. */
function checkFile(
  file: string,
  format = "json",
): Promise<{ readonly output: string; readonly memory: number }> {
  const say = 'process.on("exit",()=>console.error("\\nmost "+process.resourceUsage().maxRSS))';
  const args = ["--import", `data:text/javascript,${say}`, builtCli(), "check", "--format", format, file];
  return new Promise((done, failed) => {
    execFile(process.execPath, args, { maxBuffer: 2 ** 26 }, (_error, stdout, stderr) => {
      const memory = Number(/most (\d+)/.exec(stderr)?.[1]) * 1024;
      if (format !== "json") return done({ output: stdout, memory });
      if (stdout === "") return failed(new Error(stderr));
      const { diagnostics } = JSON.parse(stdout) as { diagnostics: readonly unknown[] };
      done({ output: diagnostics.length === 0 ? "" : JSON.stringify(diagnostics.slice(0, 1)), memory });
    });
  });
}
