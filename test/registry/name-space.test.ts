import { describe, expect, test } from "vitest";
import { Instance } from "vclc/runtime";
import { MemoryHost } from "../../src/host/memory/index.js";
import { analyzeSource } from "../../src/analyze/analyze-source.js";
import { sourceFromText } from "../../src/source/read-source.js";
import { testOptions } from "../support/compile.js";
import { vclModule } from "../support/proxy.js";

function messages(text: string): string[] {
  const { diagnostics } = analyzeSource(sourceFromText("main.vcl", text), testOptions());
  return diagnostics.map(({ message }) => message);
}

const recv = (declarations: string, statements: string): string =>
  `vcl 4.1; ${declarations} sub vcl_recv { ${statements} }`;

describe("the name space global.*", () => {
  test("S4-48: the prefix is no symbol: alone it means nothing, it can be declared, and global.NAME goes on meaning a director", () => {
    expect(messages(recv("backend b none;", "set req.backend_hint = global;"))).toEqual([
      "Undefined backend global, first reference:",
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

  test("S4-43 S4-44 S4-46: what VCL is told when it does not load names the director, the place in VCL, and for a collision both places", async () => {
    const instance = new Instance(new MemoryHost());
    await instance.control.run(async (registry) =>
      registry.register("api", await instance.control.addBackend("api", { host: "192.0.2.1" })),
    );
    const text = `vcl 4.1;
backend api none;
sub vcl_recv {
  set req.backend_hint = api;
  set req.backend_hint = global.api;
  set req.backend_hint = global.web;
}`;
    const inInit = text.replace(
      "sub vcl_recv",
      "sub vcl_init { if (!global.api) { return (fail); } }\nsub vcl_recv",
    );
    for (const [program, place] of [
      [text, "5:33"],
      [inInit, "3:21"],
    ] as const) {
      const loaded = instance.load("v", vclModule(program, "main.vcl"));
      await expect(loaded).rejects.toThrow(
        `Global director api collides with the backend api of VCL v (global.api at main.vcl:${place}, the backend at main.vcl:2:9). Rename the backend`,
      );
      await expect(loaded).rejects.toThrow(
        /No global director named web for VCL v \(global\.web at main\.vcl:[67]:33\)/,
      );
    }
    expect(instance.list()).toEqual([]);
    await instance.shutdown();
  });
});
