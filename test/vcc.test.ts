import { readdirSync, readFileSync } from "node:fs";
import fc from "fast-check";
import { expect, test } from "vitest";
import { vccCatalog } from "../src/diagnostics/catalog/vcc.js";
import { position } from "../src/source/position.js";
import { readVcc, type VccReading } from "../src/vcc/read-vcc.js";
import { findMethod, type VmodInterface } from "../src/vcc/vmod-interface.js";
import { expectGolden, fixtureCases } from "./support/fixtures.js";

const cases = fixtureCases("vcc");

function read(name: string, text = readFileSync(name, "latin1")): VccReading {
  return readVcc({ name, text, kind: "file" });
}

function readText(text: string): VccReading {
  return read("m.vcc", `$Module m 3 "M"\n${text}`);
}

test.each(cases)("$name: is read as its golden file says", (fixture) => {
  const reading = read(fixture.file("input.vcc"));
  const lines = reading.diagnostics.map(({ code, severity, message, span }) => {
    const { line, column } = position(span.file, span.start);
    return `${line}:${column} ${severity} ${code}: ${message}\n`;
  });
  const read_ = reading.interface ? `${JSON.stringify(plain(reading.interface), undefined, 2)}\n` : "";
  expectGolden(fixture.file("expected.txt"), lines.join("") + read_);
});

/** The interface as plain data, without spans. */
function plain(vmod: VmodInterface): unknown {
  return JSON.parse(
    JSON.stringify(vmod, (key, value: unknown) => {
      if (key === "span") return undefined;
      return value instanceof Map ? Object.fromEntries(value as Map<string, unknown>) : value;
    }),
  );
}

test("every diagnostic about .vcc files is triggered by a fixture of its name, or by the finder", () => {
  const codes = Object.keys(vccCatalog).filter((code) => code !== "vcc-wrong-module");
  const triggered = (code: string): boolean => {
    const fixture = cases.find(({ name }) => `vcc-${name}` === code);
    return (
      fixture !== undefined &&
      read(fixture.file("input.vcc")).diagnostics.some((found) => found.code === code)
    );
  };
  expect(codes.filter((code) => !triggered(code))).toEqual([]);
});

const folders = ["src/vmod", "test/support"];
const files = folders.flatMap((folder) =>
  readdirSync(folder, { recursive: true, encoding: "utf8" })
    .filter((name) => name.endsWith(".vcc"))
    .map((name) => `${folder}/${name}`),
);

test.each(files)("%s has no diagnostic and declares the module that it is named after", (name) => {
  const reading = read(name);
  expect(reading.diagnostics).toEqual([]);
  expect(reading.interface?.name).toBe(/(\w+)\.vcc$/.exec(name)?.[1]);
});

test("a signature ends at the first line that is not indented; an indented line right below belongs to it", () => {
  const { interface: vmod, diagnostics } = readText("$Function VOID f(\n\tSTRING a)\nDocumentation.\n");
  expect(diagnostics).toEqual([]);
  expect(vmod?.functions.get("f")).toMatchObject({ doc: "Documentation.", args: [{ name: "a" }] });
  expect(readText("$Function VOID f()\n   swallowed text\n").diagnostics).toMatchObject([
    { code: "vcc-expected" },
  ]);
});

test("an unnamed argument is called argN, where N counts private ones too", () => {
  const { interface: vmod } = readText("$Function VOID f(PRIV_TASK, STRING, INT n, REAL)\n");
  const names = vmod?.functions.get("f")?.args.map(({ implementationName }) => implementationName);
  expect(names).toEqual(["arg2", "n", "arg4"]);
});

test("a second $Restrict replaces the first", () => {
  const { interface: vmod } = readText("$Function VOID f()\n$Restrict client\n$Restrict backend\n");
  expect(vmod?.functions.get("f")?.restrict).toEqual(["backend"]);
});

test("an alias is its target under another name, arguments and restriction included", () => {
  const { interface: vmod } = readText(
    "$Function VOID f(INT n)\n$Restrict client\n$Object o()\n$Method INT .m()\n$Alias g f\n$Alias .k o.m\n",
  );
  expect(vmod?.functions.get("g")).toBe(vmod?.functions.get("f"));
  const object = vmod?.objects.get("o");
  expect(object && findMethod(object, "k")).toBe(object?.methods[0]);
});

test("a mistake in one stanza hides none in the next, and causes none", () => {
  const { diagnostics } = readText(
    "$Function VOID 1f()\n$Restrict client\n$Object o(VOID)\n$Method VOID .m()\n$Method VOID .n(STRING a,)\n$Async\n",
  );
  const codes = diagnostics.map(({ code }) => code);
  expect(codes).toEqual(["vcc-illegal-name", "vcc-void-argument", "vcc-expected-type"]);
});

test("no text makes the reader throw", () => {
  const piece = fc.constantFrom(
    ..."$Module $Function $Object $Method $Restrict $Alias $Async $Settled $Settling $Event ( ) { } [ ] , = \" ' \n STRING ENUM VOID m .m a:b 3".split(
      " ",
    ),
  );
  fc.assert(
    fc.property(fc.array(fc.oneof(piece, fc.string())), (pieces) => {
      expect(Array.isArray(read("any.vcc", pieces.join(" ")).diagnostics)).toBe(true);
    }),
  );
});

test("a signature of megabytes is refused before it is read", () => {
  const { diagnostics } = readText(`$Function VOID ${"x(".repeat(2 ** 16)}\n`);
  expect(diagnostics).toMatchObject([{ message: "$Function needs a signature of less than 64 KB" }]);
});
