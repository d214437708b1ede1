import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { temporaryFolder, vclc } from "../support/cli.js";
import { strictDiagnostics } from "../support/strict.js";

const vcc = `$Module greet 3 "Greets"
$Function STRING hello(STRING name, [INT times])
Says hello.
$Function VOID delete(STRING name)
$Object counter(INT start = 0)
$Method INT .next()
$Object blob(STRING content)
$Method BLOB .get()
`;
const greet = `import type { Blob, HousekeepingTask, Task } from "vclc/runtime";
import type { HelloArgs } from "./greet.vcc.js";
export function hello(_task: Task, { name = "you", times = 1 }: HelloArgs): string {
  return \`hello \${name} \`.repeat(times);
}
function remove(_task: Task, _name: string | undefined): void {}
export { remove as delete };
export class Counter {
  #count: number;
  private constructor(start: number) { this.#count = start; }
  static create(_task: HousekeepingTask, _vclName: string, start: number): Counter { return new Counter(start); }
  next(_task: Task): number { return this.#count++; }
}
class BlobObject {
  static create(_task: HousekeepingTask, _vclName: string, _content: string | undefined): BlobObject { return new BlobObject(); }
  get(_task: Task): Blob | undefined { return undefined; }
}
export { BlobObject as Blob };
`;
const main = `vcl 4.1;
import greet;
backend b none;
sub vcl_init { new visits = greet.counter(); new text = greet.blob("x"); }
sub vcl_recv {
  set req.http.X-Hello = greet.hello(req.http.X-Name, times = 2) + visits.next() + text.get();
  greet.delete("x");
  return (synth(200));
}
`;

/** A project outside of the repository: VCL, and a VMOD in a folder of its own. */
function project(files: Readonly<Record<string, string>>): string {
  const folder = temporaryFolder();
  mkdirSync(join(folder, "vmods"));
  for (const [name, text] of Object.entries({
    "package.json": '{ "type": "module" }',
    "main.vcl": main,
    "vmods/greet.vcc": vcc,
    ...files,
  })) {
    writeFileSync(join(folder, name), text);
  }
  return folder;
}

/** What strict tsc says of files of the folder. */
function typeErrors(folder: string, names: readonly string[]): string {
  const read = (name: string) => [join(folder, name), readFileSync(join(folder, name), "utf8")] as const;
  return strictDiagnostics(new Map(names.map(read)));
}

const compile = ["compile", "main.vcl", "--vmod-path", "vmods", "-o", "generated"];

describe("VMODs of the user", { timeout: 60_000 }, () => {
  test("a module passes strict tsc against an implementation, which passes against what vclc vmod wrote", async () => {
    const folder = project({ "vmods/greet.ts": greet });
    expect((await vclc(["vmod", "vmods/greet.vcc"], folder)).stdout).toBe("vmods/greet.vcc.ts\n");
    expect(await vclc(compile, folder)).toMatchObject({ code: 0, stderr: "" });
    expect(readFileSync(join(folder, "generated/main.vcl.ts"), "utf8")).toContain(
      'import * as greet from "../vmods/greet.js";',
    );
    const names = ["generated/main.vcl.ts", "vmods/greet.vcc.ts", "vmods/greet.ts"];
    expect(typeErrors(folder, names)).toBe("");
  });

  test("an implementation with another signature than its .vcc does not compile, nor does a module that calls it", async () => {
    const wrong = greet
      .replace("next(_task: Task): number", "next(_task: Task): string")
      .replace("#count++", '"1"');
    const folder = project({ "vmods/greet.ts": wrong });
    await vclc(["vmod", "vmods/greet.vcc"], folder);
    await vclc(compile, folder);
    const errors = typeErrors(folder, ["generated/main.vcl.ts", "vmods/greet.vcc.ts"]);
    expect(errors).toMatch(/greet\.vcc\.ts.*does not satisfy the constraint 'GreetVmod'/);
    expect(errors).toMatch(/main\.vcl\.ts.*'string' is not assignable to parameter of type 'number'/);
  });

  test("of a VMOD that is a .vcc only, vclc vmod --declare writes what the module needs to pass strict tsc", async () => {
    const folder = project({});
    await vclc(compile, folder);
    expect(typeErrors(folder, ["generated/main.vcl.ts"])).toContain("Cannot find module '../vmods/greet.js'");
    const declare = ["vmod", "--declare", "vmods/greet.vcc"];
    expect(await vclc(declare, folder)).toEqual({ code: 0, stdout: "vmods/greet.d.ts\n", stderr: "" });
    expect(await vclc([...declare, "--check"], folder)).toMatchObject({ code: 0, stdout: "" });
    expect(typeErrors(folder, ["generated/main.vcl.ts", "vmods/greet.d.ts"])).toBe("");
    expect((await vclc(compile, folder)).code).toBe(0);
  });

  test("a VMOD that is a .vcc only does not run: one line names it", async () => {
    const folder = project({});
    const run = await vclc(["run", "-f", "main.vcl", "--vmod-path", "vmods", "-a", "127.0.0.1:0"], folder);
    expect(run).toMatchObject({ code: 2, stdout: "" });
    expect(run.stderr).toBe("vclc: No implementation of VMOD at vmods/greet.ts or vmods/greet.js\n");
  });
});
