import { readFileSync, realpathSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { SourceMapConsumer, type MappedPosition, type RawSourceMap } from "source-map";
import { expect, test } from "vitest";
import { temporaryFolder } from "../support/cli.js";
import { debugVclc, type Debuggee } from "../support/inspector.js";
import { send } from "../support/proxy.js";

const policy = `vcl 4.1;
backend none none;
include "./mark.vcl";

sub vcl_recv {
  set req.http.X-First = req.url + "!";
  if (req.http.X-Name == "ü") {
    set req.http.X-Second = "2";
  }
  call mark;
  return (synth(200, req.http.X-Mark));
}
`;
const mark = `sub mark {
  set req.http.X-Mark = "marked " + req.http.X-First;
}
`;

interface Script {
  readonly scriptId: string;
  readonly url: string;
  readonly sourceMapURL: string;
}

interface Location {
  readonly scriptId: string;
  readonly lineNumber: number;
  readonly columnNumber: number;
}

interface Paused {
  readonly callFrames: readonly {
    readonly callFrameId: string;
    readonly functionName: string;
    readonly location: Location;
    readonly scopeChain: readonly { readonly type: string; readonly object: { readonly objectId: string } }[];
  }[];
}

/** The configuration that README.md shows. */
function launch(): { readonly program: string; readonly args: readonly string[] } {
  const [, json = ""] = /^```json\n([^]*?)^```$/m.exec(readFileSync("README.md", "utf8")) ?? [];
  const file = JSON.parse(json) as { configurations: [ReturnType<typeof launch>] };
  return file.configurations[0];
}

/** The source map of a script, read from the script as debuggers do. */
function mapOf({ sourceMapURL }: Script): RawSourceMap {
  const [, data = ""] = sourceMapURL.split("base64,");
  return JSON.parse(Buffer.from(data, "base64").toString()) as RawSourceMap;
}

/** Breaks at a line of a VCL: at the first place of the script that the map gives for it. */
async function breakAt(debuggee: Debuggee, script: Script, source: string, line: number): Promise<void> {
  const places = await SourceMapConsumer.with(mapOf(script), null, (map) =>
    map.allGeneratedPositionsFor({ source, line } as MappedPosition),
  );
  const [first] = places.sort((a, b) => (a.line ?? 0) - (b.line ?? 0) || (a.column ?? 0) - (b.column ?? 0));
  expect(first, `${source}:${line} has code`).toBeDefined();
  await debuggee.send("Debugger.setBreakpointByUrl", {
    url: script.url,
    lineNumber: (first?.line ?? 0) - 1,
    columnNumber: first?.column ?? 0,
  });
}

/** Where in the VCL the process stands, as an editor shows it. */
async function placeOf(script: Script, { callFrames: [top] }: Paused): Promise<string> {
  const { lineNumber = -1, columnNumber: column = 0 } = top?.location ?? {};
  const place = await SourceMapConsumer.with(mapOf(script), null, (map) =>
    map.originalPositionFor({ line: lineNumber + 1, column }),
  );
  return `${place.source ?? ""}:${place.line ?? ""}`;
}

async function evaluate(
  debuggee: Debuggee,
  { callFrames: [top] }: Paused,
  expression: string,
): Promise<unknown> {
  const { result } = await debuggee.send<{ result: { value: unknown } }>("Debugger.evaluateOnCallFrame", {
    callFrameId: top?.callFrameId,
    expression,
    returnByValue: true,
  });
  return result.value;
}

/** Names in the innermost scope, as an editor lists them. */
async function localsOf(debuggee: Debuggee, { callFrames: [top] }: Paused): Promise<readonly string[]> {
  const { objectId } = top?.scopeChain.find(({ type }) => type === "local")?.object ?? {};
  const { result } = await debuggee.send<{ result: readonly { name: string }[] }>("Runtime.getProperties", {
    objectId,
  });
  return result.map(({ name }) => name);
}

/** The loaded VCL, once it is there. */
async function vclScript(debuggee: Debuggee): Promise<Script> {
  for (;;) {
    const script = await debuggee.event<Script>("Debugger.scriptParsed");
    if (script.url === "vclc:main.js") return script;
  }
}

test("a breakpoint at a VCL line stops a request, with VCL's variables to see, and stepping goes from VCL line to VCL line", async () => {
  const folder = realpathSync(temporaryFolder());
  writeFileSync(join(folder, "main.vcl"), policy);
  writeFileSync(join(folder, "mark.vcl"), mark);
  const [main, included] = ["main.vcl", "mark.vcl"].map((name) => pathToFileURL(join(folder, name)).href);
  const { program, args } = launch();
  expect(program).toMatch(/\/dist\/cli\/vclc\.js$/);
  const debuggee = await debugVclc(
    args.map((argument) => argument.replace(":8080", ":0")),
    folder,
  );
  await debuggee.send("Runtime.enable");
  await debuggee.send("Debugger.enable");
  // As in launch.json: what is not VCL is stepped over.
  await debuggee.send("Debugger.setBlackboxPatterns", { patterns: ["/dist/", "^node:"] });
  await debuggee.send("Runtime.runIfWaitingForDebugger");
  await debuggee.event("Debugger.paused");
  await debuggee.send("Debugger.resume");
  const script = await vclScript(debuggee);
  expect(mapOf(script).sources).toEqual(expect.arrayContaining([main, included]));
  const [, port] = await debuggee.printed(/Listening on 127\.0\.0\.1:(\d+)/);

  await breakAt(debuggee, script, main!, 7);
  await breakAt(debuggee, script, included!, 2);
  const answer = send(Number(port), "/page?a=1", { headers: { "X-Name": "me" } });

  const stopped = await debuggee.event<Paused>("Debugger.paused");
  expect(await placeOf(script, stopped)).toBe(`${main}:7`);
  expect(stopped.callFrames[0]?.functionName).toBe("vcl_recv");
  expect(await localsOf(debuggee, stopped)).toEqual(expect.arrayContaining(["req", "task"]));
  expect(await evaluate(debuggee, stopped, "req.url")).toBe("/page?a=1");
  expect(await evaluate(debuggee, stopped, 'req.http.get("x-name")')).toBe("me");
  expect(await evaluate(debuggee, stopped, 'req.http.get("x-first")')).toBe("/page?a=1!");

  await debuggee.send("Debugger.stepOver");
  const next = await debuggee.event<Paused>("Debugger.paused");
  expect(await placeOf(script, next)).toBe(`${main}:10`);
  await debuggee.send("Debugger.stepInto");
  const inside = await debuggee.event<Paused>("Debugger.paused");
  expect([inside.callFrames[0]?.functionName, await placeOf(script, inside)]).toEqual([
    "sub_mark",
    `${included}:1`,
  ]);
  await debuggee.send("Debugger.resume");
  const again = await debuggee.event<Paused>("Debugger.paused");
  expect(await placeOf(script, again)).toBe(`${included}:2`);
  await debuggee.send("Debugger.resume");

  expect(await answer).toMatchObject({ status: 200, reason: "marked /page?a=1!" });
}, 60_000);
