import { expect, test } from "vitest";
import type { SourceReader } from "../src/source/source-file.js";
import { vmodFinder } from "../src/vcc/find-vmods.js";

const module = (name: string) => `$Module ${name} 3 "A module"\n$Function VOID f()\n`;

const files: Readonly<Record<string, string>> = {
  "/shipped/std/std.vcc": module("std"),
  "/one/mine.vcc": module("mine"),
  "/two/mine.vcc": module("mine"),
  "/two/locked.vcc": module("locked"),
  "/two/deep/deep.vcc": module("deep"),
  "/two/std/std.vcc": module("std"),
  "/two/wrong.vcc": module("other"),
  "/two/broken.vcc": module("broken") + "$Function VOID 1()\n",
};

const reader: SourceReader = {
  read: (path) => {
    const text = files[path];
    if (path === "/one/locked.vcc") return { error: "Permission denied", exists: true };
    return text === undefined ? { error: "No such file or directory" } : { text };
  },
  glob: () => [],
};

const shippedOnly = vmodFinder(reader, { shipped: "/shipped" });
const finder = vmodFinder(reader, { vmodPath: ["/one/", "/two"], shipped: "/shipped" });

test("a shipped VMOD is found by its name", () => {
  expect(shippedOnly.find("std")).toMatchObject({ interface: { name: "std" }, origin: { kind: "shipped" } });
});

test("the folders of the path come first, in order, as NAME.vcc or NAME/NAME.vcc", () => {
  expect(finder.find("mine")).toMatchObject({ origin: { kind: "path", path: "/one/mine" } });
  expect(finder.find("deep")).toMatchObject({ origin: { kind: "path", path: "/two/deep/deep" } });
  expect(finder.find("std")).toMatchObject({ origin: { kind: "path", path: "/two/std/std" } });
});

test("a VMOD that is nowhere is not found", () => {
  expect(finder.find("none")).toBeUndefined();
  expect(vmodFinder(reader, {}).find("std")).toBeUndefined();
});

test.each([
  ["/two/mine.vcc", "/two/mine"],
  ["/two/mine.ts", "/two/mine"],
  ["/two/mine", "/two/mine"],
  ["/two/", "/two/mine"],
  ["mine.js", "/one/mine"],
])("from %j names the files at %s", (from, path) => {
  expect(finder.find("mine", from)).toMatchObject({ origin: { kind: "path", path } });
});

test("a file that contains another module is a wrong file", () => {
  expect(finder.find("wrong")).toMatchObject({
    diagnostics: [{ message: "Wrong file for VMOD wrong: it contains vmod other" }],
  });
});

test("the diagnostics of a broken .vcc are handed on", () => {
  expect(finder.find("broken")).toMatchObject({ diagnostics: [{ code: "vcc-illegal-name" }] });
});

test("a .vcc that is there and cannot be read is not passed over for one further on", () => {
  expect(finder.find("locked")).toEqual({ unreadable: "cannot read /one/locked.vcc: Permission denied" });
});
