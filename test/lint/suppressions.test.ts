import { describe, expect, test } from "vitest";
import { linted } from "../support/lint.js";

const found = (text: string) => linted(text).map(({ code, message }) => `${code}: ${message}`);
const codes = (text: string) => linted(text).map(({ code }) => code);

const pipe = "return (pipe);";
const pipeTwice = 'if (req.url == "/") { return (pipe); }\nreturn (pipe);';

describe("# vclc-ignore CODE: reason", () => {
  test.each([
    "# vclc-ignore pipe-returned: old",
    "// vclc-ignore pipe-returned: old",
    "/* vclc-ignore pipe-returned: old */",
  ])("silences the next line: %s", (comment) => {
    expect(codes(`sub vcl_recv {\n${comment}\n${pipe}\n}\n`)).toEqual([]);
    expect(codes(`sub vcl_recv {\n${comment}\n\n# another\n${pipe}\n}\n`)).toEqual([]);
  });

  test("silences the line that it trails", () => {
    expect(codes(`sub vcl_recv {\n${pipe} # vclc-ignore pipe-returned: old\n}\n`)).toEqual([]);
  });

  test("silences the whole block that begins on the next line, and nothing behind it", () => {
    expect(codes(`# vclc-ignore pipe-returned: old\nsub vcl_recv {\n${pipeTwice}\n}\n`)).toEqual([]);
    const before = `sub vcl_recv {\n# vclc-ignore pipe-returned: old\n${pipeTwice}\n}\n`;
    expect(codes(before)).toEqual(["pipe-returned"]);
  });

  test("silences one code only", () => {
    const text = `sub vcl_recv {\n# vclc-ignore unreachable-code: old\n${pipe}\n}\n`;
    expect(found(text)).toEqual([
      "suppression-unused: Nothing here gives unreachable-code",
      expect.stringMatching(/^pipe-returned/),
    ]);
  });

  test("also silences warnings of the compiler itself", () => {
    const match = 'if (req.url ~ "(?=x)(a+)+$") { return (pass); }';
    expect(codes(`sub vcl_recv {\n${match}\n}\n`)).toEqual(["regex-backtracks"]);
    expect(codes(`sub vcl_recv {\n# vclc-ignore regex-backtracks: short\n${match}\n}\n`)).toEqual([]);
  });

  test.each([
    ["nothing", "# vclc-ignore", 'it is written "vclc-ignore CODE: reason"'],
    ["no code", "# vclc-ignore: old", 'it is written "vclc-ignore CODE: reason"'],
    [
      "two codes",
      "# vclc-ignore pipe-returned, unused-import: old",
      'it is written "vclc-ignore CODE: reason"',
    ],
    ["no reason", "# vclc-ignore pipe-returned", 'say why, as in "vclc-ignore pipe-returned: reason"'],
    [
      "an empty reason",
      "# vclc-ignore pipe-returned:  ",
      'say why, as in "vclc-ignore pipe-returned: reason"',
    ],
    [
      "a code in capitals",
      "# vclc-ignore Pipe_Returned: old",
      "no warning has the code Pipe_Returned (did you mean pipe-returned?)",
    ],
    ["an unknown code", "# vclc-ignore pipes: old", "no warning has the code pipes"],
    [
      "a misspelled code",
      "# vclc-ignore pipe-retruned: old",
      "no warning has the code pipe-retruned (did you mean pipe-returned?)",
    ],
    ["an error", "# vclc-ignore type-mismatch: old", "type-mismatch is an error"],
  ])("says what is wrong with it: %s", (_, comment, reason) => {
    expect(found(`sub vcl_recv {\n${comment}\n${pipe}\n}\n`)).toEqual([
      `suppression-malformed: This silences nothing: ${reason}`,
      expect.stringMatching(/^pipe-returned/),
    ]);
  });

  test("in a string it is text, and prose about it is prose", () => {
    const text =
      'sub vcl_recv {\n set req.http.X = {"\n# vclc-ignore pipes: no\n"};\n # see vclc-ignore\n}\n';
    expect(codes(text)).toEqual([]);
  });
});

describe("severities", () => {
  const text = `sub vcl_recv {\n${pipe}\n}\n`;

  test("a warning can be raised to an error or switched off", () => {
    expect(linted(text).map(({ severity }) => severity)).toEqual(["warning"]);
    expect(linted(text, { "pipe-returned": "error" }).map(({ severity }) => severity)).toEqual(["error"]);
    expect(linted(text, { "pipe-returned": "off" })).toEqual([]);
  });

  test("a comment that silences what is switched off is not called unused", () => {
    const silenced = `# vclc-ignore pipe-returned: old\n${text}`;
    expect(linted(silenced, { "pipe-returned": "off" })).toEqual([]);
  });
});
