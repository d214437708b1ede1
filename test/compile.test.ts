import { describe, expect, test } from "vitest";
import { MemoryHost, request } from "../src/host/memory/index.js";
import {
  analyzeSource,
  compile,
  compileToJavaScript,
  compileToTypeScript,
  githubReporter,
  lint,
  loadVcl,
  reportJson,
  reportText,
  varnishPosition,
} from "../src/index.js";
import { Instance } from "../src/runtime/instance.js";
import { sourceFromText } from "../src/source/read-source.js";
import type { VmodFinder } from "../src/vcc/vmod-finder.js";
import { readVcc } from "../src/vcc/read-vcc.js";
import { compiled, testOptions } from "./support/compile.js";

const good = "vcl 4.1; backend default none; sub vcl_recv { return (pass); }";
const bad = 'vcl 4.1; backend default none; sub vcl_recv { set req.urll = "x"; set req.ttl = 5; }';

/** A module of the user's, found at a path without extension. */
function userVmod(vcc: string, path: string): VmodFinder {
  const { interface: found } = readVcc({ name: `${path}.vcc`, text: vcc, kind: "file" });
  if (!found) throw new Error("the interface is wrong");
  return { find: () => ({ interface: found, origin: { kind: "path", path } }) };
}

describe("the compiler as a library", () => {
  test("text that is right gives a module, its map and no diagnostics", async () => {
    const { output, diagnostics } = await compile(good);
    expect(diagnostics).toEqual([]);
    expect(output?.text).toContain('return "pass";');
    expect(output?.map).toMatchObject({
      version: 3,
      file: "main.ts",
      sources: ["main.vcl"],
      sourcesContent: [good],
    });
  });

  test("every error comes in one run, in source order, and there is no output", async () => {
    const { output, diagnostics } = await compile(bad);
    expect(output).toBeUndefined();
    expect(diagnostics).toHaveLength(2);
    const [first, second] = diagnostics;
    expect(first?.span.start).toBeLessThan(second?.span.start ?? 0);
  });

  test("a program without errors can be linted, with severities as in vclc.config", () => {
    const pipe = "vcl 4.1; backend default none; sub vcl_recv { return (pipe); }";
    const { program, diagnostics } = analyzeSource(sourceFromText("pipe.vcl", pipe), testOptions());
    if (!program) throw new Error("the program is wrong");
    expect(lint(program, diagnostics).map(({ code }) => code)).toContain("pipe-returned");
    expect(lint(program, diagnostics, { "pipe-returned": "off" })).toEqual([]);
  });

  test("an error stops the way to a running module and to a checked program too", () => {
    const source = sourceFromText("bad.vcl", bad);
    expect(compileToJavaScript(source, testOptions()).output).toBeUndefined();
    expect(analyzeSource(source, testOptions()).program).toBeUndefined();
  });

  test("nonsense gives diagnostics, never an exception", async () => {
    for (const text of ["", "\0", "vcl", "vcl 4.1; sub vcl_recv {", 'vcl 4.1; "', "}{", "vcl 9.9;"]) {
      const { output, diagnostics } = await compile(text);
      expect(output).toBeUndefined();
      expect(diagnostics.length, JSON.stringify(text)).toBeGreaterThan(0);
    }
  });

  test("the same source compiles to the same bytes every time", async () => {
    const [one, other] = [await compiled(good), await compiled(good)];
    expect(other).toEqual(one);
  });

  test("where the source lies does not show in the module", async () => {
    const text = "vcl 4.1; backend default none; sub vcl_recv { set req.backend_hint = global.api; }";
    const inHome = await compiled(text, "/home/someone/policy/main.vcl");
    const inSrv = await compiled(text, "/srv/main.vcl");
    expect(inSrv.text).toBe(inHome.text);
    expect(inSrv.text).toContain('vpi.bindGlobal("api", "main.vcl:1:77")');
  });

  test("how a source is called can be chosen: in the module and in the map", async () => {
    const options = {
      ...testOptions(),
      displayName: () => "shown.vcl",
      sourceName: () => "../vcl/mapped.vcl",
    };
    const { text, map } = await compiled(good, "main.vcl", options);
    expect(text).toContain('source: "shown.vcl"');
    expect(map.sources).toEqual(["../vcl/mapped.vcl"]);
  });

  test("the language version can be forced", async () => {
    const text = "vcl 4.1; backend default none; sub vcl_recv { set req.esi = true; }";
    expect((await compile(text)).output).toBeUndefined();
    expect((await compile(text, { syntax: 40 })).output?.text).toContain("req.esi = true;");
  });

  test("a user's VMOD is imported by the specifier asked for, else by its path", async () => {
    const vmods = userVmod(
      '$Module greet 3 "Greets"\n\n$Function STRING hello(STRING name)\n',
      "./vmods/greet",
    );
    const source = sourceFromText(
      "main.vcl",
      'vcl 4.1; import greet; backend default none; sub vcl_recv { set req.http.X = greet.hello("you"); }',
    );
    const byPath = await compileToTypeScript(source, { vmods });
    expect(byPath.output?.text).toContain('import * as greet from "./vmods/greet.js";');
    const chosen = await compileToTypeScript(source, {
      vmods,
      vmodSpecifier: ({ alias }) => `#vmods/${alias}`,
    });
    expect(chosen.output?.text).toContain('import * as greet from "#vmods/greet";');
  });
});

describe("names of constants", () => {
  test("do not change when unrelated VCL is added", async () => {
    const policy = (extra: string) =>
      `vcl 4.1; backend default none; sub vcl_recv { ${extra} if (req.url ~ "^/admin/") { return (pass); } }`;
    const before = (await compiled(policy(""))).text;
    const after = (await compiled(policy('if (req.http.host ~ "^www") { return (pipe); }'))).text;
    const added = after.split("\n").filter((line) => !before.includes(line));
    expect(added.some((line) => line.includes("re_admin"))).toBe(false);
  });
});

describe("loadVcl", () => {
  test("makes of a text what an instance runs, with the VMODs that are given", async () => {
    const vcc = '$Module mine 3 "Mine"\n$Function STRING word()\n';
    const text =
      "vcl 4.1; import mine; backend default none; sub vcl_recv { return (synth(200, mine.word())); } sub vcl_synth { set resp.http.X = resp.reason; }";
    const options = { vmods: userVmod(vcc, "mine") };
    const { module, diagnostics } = loadVcl(text, {
      ...options,
      implementations: { mine: { word: () => "hello" } },
    });
    expect(diagnostics).toEqual([]);
    const instance = new Instance(new MemoryHost());
    await instance.load("boot", module!);
    await instance.use("boot");
    expect((await request(instance)).headers).toContainEqual(["X", "hello"]);
    const missing = loadVcl(text, options);
    expect(missing.module).toBeUndefined();
    expect(missing.diagnostics.map(({ code }) => code)).toEqual(["unavailable-vmod"]);
  });

  test("what is wrong can be printed in the formats of vclc check, and found by line and column", () => {
    const { module, diagnostics } = loadVcl("vcl 4.1;\nbackend default none;\nsub vcl_recv { oops; }\n");
    expect(module).toBeUndefined();
    expect(reportText(diagnostics, { color: false })).toMatch(
      /^main\.vcl:3:16: error: Symbol not found: 'oops' is no statement/,
    );
    expect(reportJson("main.vcl", diagnostics)).toMatchObject({
      ok: false,
      diagnostics: [{ severity: "error" }],
    });
    expect(githubReporter.file?.({ path: "main.vcl", diagnostics })).toMatch(
      /^::error file=main\.vcl,line=3/,
    );
    const [{ span }] = diagnostics as [(typeof diagnostics)[0]];
    expect(varnishPosition(span.file, span.start)).toEqual({ line: 3, column: 16 });
  });
});
