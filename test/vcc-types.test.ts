import { spawnSync } from "node:child_process";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import ts from "typescript";
import { expect, test } from "vitest";
import { readVcc } from "../src/vcc/read-vcc.js";
import { vmodTypes } from "../src/vcc/typescript-interface.js";
import type { VmodInterface } from "../src/vcc/vmod-interface.js";

const root = fileURLToPath(new URL("..", import.meta.url));

const greetVcc = `
$Module greet 3 "Greets"
$Event event
$Function STRING hello(PRIV_TASK, STRING name="you", [INT times])
Says hello.
$Function DURATION wait(DURATION time)
$Async
$Function ENUM {up, down} turn(ENUM {up, down} to, BOOL delete)
$Restrict client
$Object counter(INT start=0)
Counts.
$Method INT .next(STRING key, BACKEND b)
`;

const greet = `
import type { Director, HousekeepingTask, Priv, Task } from "../src/runtime/index.js";
import type { HelloArgs } from "./greet.vcc.js";

export function hello(task: Task, priv: Priv, { name, times = 1 }: HelloArgs): string {
  priv.value = times;
  return "hello " + (name ?? "") + task.method;
}
export async function wait(task: Task, time: number): Promise<number> {
  return task.now + time;
}
export function turn(_task: Task, to: "up" | "down", delete_: boolean): "up" | "down" {
  return delete_ ? "up" : to;
}
export class Counter {
  private count: number;
  constructor(start: number) { this.count = start; }
  static create(_task: HousekeepingTask, _vclName: string, start: number): Counter { return new Counter(start); }
  next(_task: Task, _key: string | undefined, _b: Director | undefined): number { return this.count++; }
}
export function event(_task: HousekeepingTask, _priv: Priv, _event: string): void {}
`;

function read(text: string): VmodInterface {
  const { interface: vmod, diagnostics } = readVcc({ name: "greet.vcc", text, kind: "file" });
  expect(diagnostics).toEqual([]);
  return vmod!;
}

/** What tsc says of the generated interface beside an implementation, both in memory only. */
function typeErrors(implementation: string): readonly string[] {
  const folder = join(root, "virtual");
  const files = new Map([
    [join(folder, "greet.vcc.ts"), vmodTypes(read(greetVcc), { runtime: "../src/runtime/index.js" })],
    [join(folder, "greet.ts"), implementation],
  ]);
  const { config } = ts.readConfigFile(join(root, "tsconfig.json"), ts.sys.readFile) as { config: unknown };
  const { options } = ts.parseJsonConfigFileContent(config, ts.sys, root);
  const host = ts.createCompilerHost(options);
  const { fileExists, readFile, directoryExists } = host;
  host.directoryExists = (name) => name === folder || (directoryExists?.(name) ?? false);
  host.fileExists = (name) => files.has(name) || fileExists(name);
  host.readFile = (name) => files.get(name) ?? readFile(name);
  const program = ts.createProgram([...files.keys()], { ...options, types: [] }, host);
  return [...files.keys()].flatMap((name) =>
    program
      .getSemanticDiagnostics(program.getSourceFile(name))
      .map(({ messageText }) => ts.flattenDiagnosticMessageText(messageText, "\n")),
  );
}

test("an implementation with every signature of the .vcc compiles", { timeout: 60_000 }, () => {
  expect(typeErrors(greet)).toEqual([]);
});

test.each([
  ["a wrong type of an argument", "time: number): Promise", "time: string): Promise", "'string'"],
  ["a wrong result", "): string {\n  priv", "): number {\n  priv", "is not assignable"],
  ["a missing function", "export function turn", "function turn", "'turn' is missing"],
  ["a method with a wrong type", "_b: Director | undefined", "_b: number", "'number'"],
  ["a wrong word of an ENUM", 'to: "up" | "down"', 'to: "up"', '"down"'],
  ["too few nulls", "_key: string | undefined", "_key: string", "'undefined'"],
])("an implementation with %s does not compile", { timeout: 60_000 }, (_, right, wrong, message) => {
  expect(greet).toContain(right);
  expect(typeErrors(greet.replace(right, wrong)).join("\n")).toContain(message);
});

test("the interface carries the documentation and the names of the .vcc", () => {
  const text = vmodTypes(read(greetVcc));
  expect(text).toContain('from "vclc/runtime"');
  expect(text).toContain(
    "/** Says hello. */\nreadonly hello: (task: Task, privTask: Priv, args: HelloArgs) => string | undefined;",
  );
  expect(text).toContain("readonly name: string | undefined;\nreadonly times?: number | undefined;");
  expect(text).toContain("readonly wait: (task: Task, time: number) => number | Promise<number>;");
  expect(text).toContain('(task: ClientTask, to: "up" | "down", delete_: boolean) => "up" | "down"');
  expect(text).toContain(
    "readonly create: (task: HousekeepingTask, vclName: string, start: number) => Counter;",
  );
});

test("the interfaces of the shipped VMODs are fresh", { timeout: 60_000 }, () => {
  const { stderr, status } = spawnSync("node", ["scripts/run.mjs", "scripts/vmod-types.ts", "--check"], {
    cwd: root,
    encoding: "utf8",
  });
  expect(stderr).toBe("");
  expect(status).toBe(0);
});
