import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { loadVmod } from "../../src/host/node/vmod-loader.js";
import { VclFailure } from "../../src/runtime/values/failure.js";
import { readVcc } from "../../src/vcc/read-vcc.js";

let folder = "";
let count = 0;

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "vclc-checked-"));
  writeFileSync(join(folder, "package.json"), '{ "type": "module" }');
});
afterAll(() => rmSync(folder, { recursive: true }));

type Call = (...args: unknown[]) => unknown;

/** The VMOD `odd` of this interface and implementation. */
async function load(vcc: string, implementation: string): Promise<Readonly<Record<string, Call>>> {
  const path = join(folder, `odd${++count}`);
  writeFileSync(`${path}.js`, implementation);
  const text = `$Module odd 3 "O"\n${vcc}`;
  return (await loadVmod(path, readVcc({ name: "odd.vcc", text, kind: "file" }).interface)) as Readonly<
    Record<string, Call>
  >;
}

describe("a user's VMOD whose answer is not what its .vcc says fails the task and is named", () => {
  test.each([
    ["STRING", "42", "the number 42, its .vcc says STRING"],
    ["STRING", "({})", "an object of another kind, its .vcc says STRING"],
    ["STRING", "null", "null, its .vcc says STRING"],
    ["INT", "'7'", 'the string "7", its .vcc says INT'],
    ["BOOL", "1", "the number 1, its .vcc says BOOL"],
    ["IP", "'1.2.3.4'", 'the string "1.2.3.4", its .vcc says IP'],
    ["BACKEND", "({ name: 'b' })", "an object of another kind, its .vcc says BACKEND"],
    ["BLOB", "new Uint8Array(2)", "an object of another kind, its .vcc says BLOB"],
    ["ENUM {a, b}", "'c'", 'the string "c", its .vcc says one of a, b'],
    ["STRING", "Promise.resolve('x')", "a promise, its .vcc says STRING; $Async must follow"],
  ])("%s and %s", async (type, value, what) => {
    const { f } = await load(`$Function ${type} f()\n`, `export function f() { return ${value}; }\n`);
    expect(() => f?.()).toThrow(VclFailure);
    expect(() => f?.()).toThrow(`VMOD function odd.f() answered with ${what}`);
  });

  test.each([
    ["STRING", "undefined"],
    ["STRING", "'s'"],
    ["REAL", "0.5"],
    ["IP", "undefined"],
    ["ENUM {a, b}", "'b'"],
    ["VOID", "5"],
  ])("%s and %s go through", async (type, value) => {
    const { f } = await load(`$Function ${type} f()\n`, `export function f() { return ${value}; }\n`);
    expect(() => f?.()).not.toThrow();
  });

  test("one that waits is checked when it is there", async () => {
    const { f } = await load(
      "$Function INT f()\n$Async\n",
      "export function f(n) { return Promise.resolve(n); }\n",
    );
    await expect(f?.(1)).resolves.toBe(1);
    await expect(f?.("x")).rejects.toThrow('odd.f() answered with the string "x"');
  });

  test("methods are checked, and keep their object", async () => {
    const namespace = await load(
      "$Object thing()\n$Method INT .grow(INT by)\n",
      `export class Thing { #size = 1; static create() { return new Thing(); } grow(task, by) { return this.#size += by; } }\n`,
    );
    const thing = (namespace.Thing as unknown as { create: () => Record<string, Call> }).create();
    expect(thing.grow?.({}, 2)).toBe(3);
    expect(() => thing.grow?.({}, "2")).toThrow('odd.thing.grow() answered with the string "32"');
  });

  test("an object that lacks a method, or is none, fails when it is made", async () => {
    const vcc = "$Object thing()\n$Method INT .grow()\n";
    const none = await load(vcc, "export class Thing { static create() { return 1; } }\n");
    const poor = await load(vcc, "export class Thing { static create() { return new Thing(); } }\n");
    const create = (from: typeof none) => (from.Thing as unknown as { create: Call }).create();
    expect(() => create(none)).toThrow("odd.thing: create() answered with the number 1");
    expect(() => create(poor)).toThrow("odd.thing has no method grow");
  });
});
