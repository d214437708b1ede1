import { describe, expect, test } from "vitest";
import { analyzeOptions } from "../../src/cli/analyze-options.js";
import { explain } from "../../src/cli/explain/explain.js";
import { languageWords } from "../../src/cli/explain/words.js";
import { diagnosticCodes } from "../../src/diagnostics/catalog.js";
import { vclc } from "../support/cli.js";

const { vmods } = analyzeOptions(".", {});
const explained = (...words: string[]): string => explain(words, vmods);

describe("vclc explain", () => {
  test("prints what a code means, one after the other", async () => {
    const { code, stdout, stderr } = await vclc(["explain", "unused", "not-available"]);
    expect([code, stderr]).toEqual([0, ""]);
    expect(stdout).toMatch(
      /^unused \(error\)\n {2}Unused \{kind\} \{name\}, defined\n\nSomething is declared/,
    );
    expect(stdout).toContain(
      '\nThis is wrong:\n\n    acl office { "10.0.0.0"/8; }\n\nThis is right:\n\n    acl',
    );
    expect(stdout).toContain("\n\nnot-available (error)\n");
  });

  test("lists the codes with severity and message, each on a line, when none is asked for", () => {
    const [codes = "", ...words] = explained().split("\n\n");
    const lines = codes.split("\n");
    for (const word of languageWords()) expect(words.join("\n").split(/\s/)).toContain(word);
    expect(lines).toHaveLength(diagnosticCodes.length);
    expect(lines.find((line) => line.startsWith("zero-ttl "))).toMatch(/^zero-ttl +warning +With a ttl of/);
    expect(lines.find((line) => line.startsWith("type-mismatch "))).toMatch(/^type-mismatch +error +\S/);
  });

  test.each([
    [
      "a variable",
      "beresp.ttl",
      /^beresp\.ttl: DURATION\n\n.+\n\nread in {3}vcl_backend_refresh, vcl_backend_r/,
    ],
    ["a header", "req.http.X-Own", /^req\.http\.x-own: HEADER\n\n[^]+\nset in {4}every client sub\n/],
    ["a variable of two versions", "req.proto", /STRING \(VCL 4\.0\)[^]+STRING \(VCL 4\.1\)/],
    ["all headers", "req.http", /^req\.http: HEADER\n/],
    ["a pattern of headers", "beresp.http.*", /^beresp\.http\.\*: HEADER\n/],
    ["a statement", "hash_data", /^hash_data\(STRING\);\n\n[^]+\nlegal in {2}vcl_hash\n$/],
    ["a declaration and an action", "vcl", /^return \(vcl\(LABEL\)\)[^]+\nvcl 4\.1;\n/],
    ["a declaration", "probe", /^probe NAME \{[^]+health of backends is found out/],
    ["a type", "DURATION", /^DURATION\n\nA length of time/],
    ["a type in small letters", "string", /^STRING\n[^]+has {7}\.lower\(\) \(STRING\)/],
    ["a field", ".probe", /^\.probe\n[^]+\nfield of {2}backend\nvalue {5}probe\n$/],
    ["a global director", "global.shop", /^global\.shop: BACKEND\n/],
    ["a storage", "storage.s0.free_space", /^storage\.s0\.free_space: BYTES\n/],
    ["a sub", "vcl_hit", /^sub vcl_hit \(client\)\n[^]+ends in {3}return \(deliver\)/],
    ["an action", "return(hash)", /^return \(hash\)\n\n[^]+legal in {2}vcl_recv\n$/],
    ["an action with arguments", "synth", /^return \(synth\(INT \[, STRING\]\)\)/],
    ["a function", "std.integer", /^INT std\.integer\(\[STRING s\], \[INT fallback\][^]+An integer/],
    [
      "an object",
      "directors.shard",
      /^new x = directors\.shard\(\)[^]+legal in {2}vcl_init\n[^]+x\.add_backend\(/,
    ],
    ["a method", "directors.shard.add_backend()", /^BOOL directors\.shard\.add_backend\(BACKEND backend/],
    ["a function that is restricted", "xkey.purge", /^INT xkey\.purge/],
    ["a VMOD", "std", /^VMOD std: [^]+ {2}INT std\.integer\(/],
    ["what is an action and a VMOD", "purge", /^return \(purge\)[^]+\nVMOD purge: /],
  ])("%s: %s", (_, word, page) => {
    expect(explained(word)).toMatch(page);
  });

  test("an action as shells take it apart", () => {
    expect(explained("return", "(hash)")).toBe(explained("return(hash)"));
  });

  test("every variable, sub and action has a page, and no line of it is longer than a terminal's", () => {
    for (const word of languageWords()) {
      const page = explained(word);
      expect(page.split("\n").filter((line) => line.length > 80)).toEqual([]);
    }
  });

  test.each([
    ["type-mismtach", "type-mismatch"],
    ["bereps.ttl", "beresp.ttl"],
    ["vcl_recieve", "vcl_recv"],
    ["hash_dta", "hash_data"],
    ["DURATOIN", "DURATION"],
    [".hots", ".host"],
    ["syntetic", "synthetic"],
    ["std.intger", "std.integer"],
    ["hash-skip", "hash-skips-builtin"],
    ["directors.shard.add_bakend", "directors.shard.add_backend"],
  ])("%s is no word: one line on stderr with what was meant, and exit code 2", async (word, meant) => {
    expect(() => explained(word)).toThrow(
      `${word} is no code of a diagnostic and no word of VCL (did you mean ${meant}?)`,
    );
  });

  test("a VMOD is explained without the heading of its pages", () => {
    expect(explained("std")).not.toContain("DESCRIPTION");
  });

  test("says so on one line of stderr, with exit code 2", async () => {
    const { code, stdout, stderr } = await vclc(["explain", "type-mismtach"]);
    expect([code, stdout]).toEqual([2, ""]);
    expect(stderr).toMatch(/^vclc: type-mismtach is no code[^\n]+\n$/);
  });
});
