// Run by test/codegen/load.test.ts in a process of its own: `rounds N` loads a policy of 500 lines again and again and prints the heap;
// `trace` lets a loaded policy fail and prints the stack; `coverage` prints V8's coverage of a loaded policy with its text and map.
import { Session } from "node:inspector/promises";
import v8 from "node:v8";
import { compileToJavaScript } from "../../src/compile.js";
import type { JavaScriptOutput } from "../../src/codegen/javascript.js";
import { loadJavaScript } from "../../src/codegen/load.js";
import * as runtime from "../../src/runtime/index.js";
import type { ClientTask, VclBody, Vpi } from "../../src/runtime/index.js";
import { sourceFromText } from "../../src/source/read-source.js";
import { generatedVcl } from "./generated-vcl.js";

/** Enough of an interface to load and to run vcl_recv. */
const vpi = {
  backend: () => undefined,
  noBackend: () => undefined,
  useDefaultBackend: () => undefined,
  acl: () => ({ matches: () => true }),
  synth: () => "synth",
} as unknown as Vpi;

function taskWith(get: (name: string) => string | undefined): ClientTask {
  const http = { get, set: () => undefined, unset: () => undefined, append: () => undefined };
  return { req: { http, url: "/", restarts: 0 }, client: { ip: undefined } } as unknown as ClientTask;
}

function compile(text: string): JavaScriptOutput {
  const { output, diagnostics } = compileToJavaScript(sourceFromText("main.vcl", text), {
    vmods: { find: () => undefined },
  });
  if (!output) throw new Error(diagnostics.map(({ message }) => message).join("\n"));
  return output;
}

function load(output: JavaScriptOutput): VclBody {
  return loadJavaScript(output, { runtime, vmods: new Map() }).load(vpi);
}

function usedHeap(): number {
  globalThis.gc?.();
  return process.memoryUsage().heapUsed;
}

/** Loads, runs and forgets, compiling anew every twentieth time; answers with the heap in bytes after a tenth of the rounds and after all. */
function rounds(count: number): { early: number; late: number } {
  const text = generatedVcl(500);
  let early = 0;
  let output = compile(text);
  for (let round = 1; round <= count; round += 1) {
    if (round % 20 === 0) output = compile(text);
    const body = load(output);
    void body.vcl_recv?.(taskWith(() => undefined));
    if (round === count / 10) early = usedHeap();
  }
  return { early, late: usedHeap() };
}

const failing = `vcl 4.1;
backend default none;
sub vcl_recv {
  if (req.restarts == 0) {
    set req.http.A = req.url + req.http.X-Broken;
  } else {
    set req.http.B = "b";
  }
}
`;

function trace(): string {
  try {
    void load(compile(failing)).vcl_recv?.(
      taskWith(() => {
        throw new Error("broken here");
      }),
    );
    return "nothing was thrown";
  } catch (error) {
    return (error as Error).stack ?? "";
  }
}

async function coverage(): Promise<unknown> {
  const session = new Session();
  session.connect();
  await session.post("Profiler.enable");
  await session.post("Debugger.enable");
  await session.post("Profiler.startPreciseCoverage", { callCount: true, detailed: true });
  const output = compile(failing);
  void load(output).vcl_recv?.(taskWith(() => undefined));
  const { result } = await session.post("Profiler.takePreciseCoverage");
  const script = result.find(({ url }) => url === "vclc:main.js");
  const source = script && (await session.post("Debugger.getScriptSource", { scriptId: script.scriptId }));
  return { script, text: source?.scriptSource, map: output.map };
}

v8.setFlagsFromString("--no-compilation-cache");
const [, , what, count] = process.argv;
if (what === "rounds") console.log(JSON.stringify(rounds(Number(count))));
if (what === "trace") console.log(trace());
if (what === "coverage") console.log(JSON.stringify(await coverage()));
