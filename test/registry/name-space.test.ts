import { describe, expect, test } from "vitest";
import { analyzeSource } from "../../src/compile.js";
import { sourceFromText } from "../../src/source/read-source.js";
import { testOptions } from "../support/compile.js";

function messages(text: string): string[] {
  const { diagnostics } = analyzeSource(sourceFromText("main.vcl", text), testOptions());
  return diagnostics.map(({ message }) => message);
}

const recv = (declarations: string, statements: string): string =>
  `vcl 4.1; ${declarations} sub vcl_recv { ${statements} }`;

describe("the name space global.*", () => {
  test("S4-48: the prefix is no symbol: alone it means nothing, it can be declared, and global.NAME goes on meaning a director", () => {
    expect(messages(recv("backend b none;", "set req.backend_hint = global;"))).toEqual([
      "Undefined backend global, first reference",
    ]);
    const declared = recv(
      "backend global none;",
      "set req.backend_hint = global; set req.backend_hint = global.api;",
    );
    expect(messages(declared)).toEqual([]);
    for (const statement of ["set global.api = b;", "unset global.api;", "call global.api;"])
      expect(messages(recv("backend b none;", statement)), statement).not.toEqual([]);
  });

  test("S4-51: with a VMOD imported as global, every global.NAME is the VMOD's and none is a director; without it, the other way round", () => {
    const statements = 'set req.backend_hint = global.api; set req.http.x = global.tolower("X");';
    expect(messages(recv("import std as global; backend b none;", statements))).toEqual([
      "Symbol not found: 'global.api'",
    ]);
    expect(messages(recv("backend b none;", statements)).join()).toContain("global.tolower");
  });
});
