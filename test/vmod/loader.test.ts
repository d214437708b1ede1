import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { loadVmod, VmodLoadFailure } from "../../src/host/node/vmod-loader.js";
import { VclFailure } from "../../src/runtime/values/failure.js";
import { readVcc } from "../../src/vcc/read-vcc.js";

let folder = "";

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "vclc-vmods-"));
  const write = (name: string, text: string): void => writeFileSync(join(folder, name), text);
  write("package.json", '{ "type": "module" }');
  mkdirSync(join(folder, "lib"));
  write("lib/shout.ts", "export const shout = (text: string): string => text.toUpperCase();\n");
  write("lib/words.json", '{ "hello": "hallo" }');
  write(
    "typed.ts",
    `import { sep } from "node:path";
import { VclFailure, type Task } from "vclc/runtime";
import { shout } from "./lib/shout.js";
import words from "./lib/words.json";
import type { Nothing } from "./typed.vcc.js";
export function greet(_task: Task, name: string): string { return shout(words.hello + sep + name); }
export function fail(): never { throw new VclFailure("as asked"); }
export type Unused = Nothing;
`,
  );
  write("plain.js", "export function greet() { return 'plain'; }\n");
  write(
    "late.js",
    "export const word = async () => 'w';\nexport class Big { static create() {} async wait() {} now() {} }\n",
  );
  write("needy.js", 'import { VclFailure } from "vclc/runtime";\nexport const failure = VclFailure;\n');
  write("bad.ts", "export const = 1;\n");
  write("throws.ts", 'throw new Error("no luck\\nat all");\n');
  write("lonely.js", 'import "no-such-package-anywhere";\n');
});

afterAll(() => {
  rmSync(folder, { recursive: true });
});

type Functions = Record<string, (...args: unknown[]) => unknown>;

test(
  "a VMOD in TypeScript is loaded, with the files beside it and packages",
  { timeout: 20_000 },
  async () => {
    const vmod = (await loadVmod(join(folder, "typed"))) as Functions;
    expect(vmod.greet?.({}, "welt")).toBe("HALLO/WELT");
  },
);

test(
  "vclc/runtime is this process's own, so that its failures fail the VCL",
  { timeout: 20_000 },
  async () => {
    const typed = (await loadVmod(join(folder, "typed"))) as Functions;
    expect(() => typed.fail?.()).toThrow(VclFailure);
    const needy = await loadVmod(join(folder, "needy"));
    expect(needy.failure).toBe(VclFailure);
  },
);

test(
  "VCLs that import the same VMOD share its variables, until one of its files changes",
  { timeout: 20_000 },
  async () => {
    const write = (name: string, text: string): void => writeFileSync(join(folder, name), text);
    write("lib/step.ts", "export const step = 1;\n");
    write(
      "counting.ts",
      'import { step } from "./lib/step.js";\nlet count = 0;\nexport const next = (): number => (count += step);\n',
    );
    const next = async (): Promise<unknown> =>
      ((await loadVmod(join(folder, "counting"))) as Functions).next?.();
    expect([await next(), await next(), await next()]).toEqual([1, 2, 3]);
    write("lib/step.ts", "export const step = 10;\n");
    expect([await next(), await next()]).toEqual([10, 20]);
    write("lib/step.ts", "export const step = ;\n");
    await expect(next()).rejects.toThrow("Expression expected");
    write("lib/step.ts", "export const step = 100;\n");
    expect(await next()).toBe(100);
  },
);

test("a VMOD in JavaScript is imported as it is", async () => {
  const vmod = (await loadVmod(join(folder, "plain"))) as Functions;
  expect(vmod.greet?.()).toBe("plain");
});

test.each([
  ["none", "No implementation of VMOD"],
  ["bad", "SyntaxError: Variable declaration expected."],
  ["throws", "Error: no luck"],
  ["lonely", "no-such-package-anywhere"],
])("%s cannot be loaded, and the reason is one line", { timeout: 20_000 }, async (name, reason) => {
  const failure: unknown = await loadVmod(join(folder, name)).catch((caught: unknown) => caught);
  expect(failure).toBeInstanceOf(VmodLoadFailure);
  expect((failure as VmodLoadFailure).message).toContain(reason);
  expect((failure as VmodLoadFailure).message).not.toContain("\n");
});

test("an implementation that waits where its .vcc does not say so is refused", async () => {
  const load = (text: string) =>
    loadVmod(
      join(folder, "late"),
      readVcc({ name: "late.vcc", text: `$Module late 3 "L"\n${text}`, kind: "file" }).interface,
    );
  await expect(load("$Function STRING word()\n")).rejects.toThrow("word is async, but");
  await expect(load("$Function STRING word()\n$Async\n")).resolves.toBeDefined();
  await expect(load("$Object big()\n$Method VOID .wait()\n")).rejects.toThrow("big.wait is async, but");
  await expect(load("$Object big()\n$Method VOID .now()\n")).resolves.toBeDefined();
});

test("an implementation that lacks what its .vcc declares is refused", async () => {
  const load = (text: string) =>
    loadVmod(
      join(folder, "plain"),
      readVcc({ name: "plain.vcc", text: `$Module plain 3 "P"\n${text}`, kind: "file" }).interface,
    );
  await expect(load("$Function STRING greet()\n")).resolves.toBeDefined();
  await expect(load("$Function STRING other()\n")).rejects.toThrow("does not export other");
  await expect(load("$Object big_thing()\n")).rejects.toThrow("does not export BigThing");
  await expect(load("$Event event\n")).rejects.toThrow("does not export event");
});
