import { execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { SourceMapConsumer, type RawSourceMap } from "source-map";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { compiled, testOptions } from "../support/compile.js";
import { coveredLines, type ScriptCoverage } from "../support/coverage.js";
import { withoutTypes } from "../support/without-types.js";

const policy = `vcl 4.1;

backend default none;

sub check {
  if (req.http.X-Size == "ü") { set req.http.X-Mark = req.url + "/" + req.http.X-Broken; }
}

sub vcl_recv {
  if (req.restarts == 0) {
    set req.http.X-First = "yes";
  } else {
    set req.http.X-Again = "yes";
    return (pass);
  }
  call check;
  if (req.http.X-Off) {
    return (pipe);
  }
}
`;

/** Runs one request through the compiled module over stand-ins for the runtime; header X-Broken throws. */
const driver = `
import module from "./main.vcl.mjs";
const fields = { "x-size": "\\u00c3\\u00bc" };
const http = {
  get(name) { if (name === "x-broken" && process.argv[2] === "break") throw new Error("broken here"); return fields[name]; },
  set() {}, unset() {},
};
const body = module.load({ noBackend() {}, useDefaultBackend() {} });
try {
  body.vcl_recv({ req: { http, url: "/", restarts: 0 } });
} catch (error) {
  console.log(error.stack);
}
`;

let folder: string;
let map: RawSourceMap;

/** Writes the module as `vclc compile` does, its types blanked out, over a runtime of one function. */
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), "vclc-map-"));
  const output = await compiled(policy);
  map = output.map as unknown as RawSourceMap;
  const runtime = join(folder, "node_modules/vclc");
  mkdirSync(runtime, { recursive: true });
  writeFileSync(
    join(runtime, "package.json"),
    '{ "type": "module", "exports": { "./runtime": "./runtime.js" } }',
  );
  writeFileSync(join(runtime, "runtime.js"), "export const defineVcl = (head, load) => ({ load });\n");
  writeFileSync(join(folder, "main.vcl"), policy);
  writeFileSync(
    join(folder, "main.vcl.mjs"),
    `${withoutTypes(output.text)}//# sourceMappingURL=main.vcl.mjs.map\n`,
  );
  writeFileSync(join(folder, "main.vcl.mjs.map"), JSON.stringify(output.map));
  writeFileSync(join(folder, "run.mjs"), driver);
});

afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** Line and column, both from 1, of a text in the policy. */
function place(text: string): string {
  const offset = policy.indexOf(text);
  const lines = policy.slice(0, offset).split("\n");
  return `${lines.length}:${(lines.at(-1) ?? "").length + 1}`;
}

describe("the source map of a written module", () => {
  test("no mapping has a name: words are called what they were", () => {
    expect(map.names).toEqual([]);
    const lengths = map.mappings.split(/[;,]/).filter(Boolean).map(decodedLength);
    expect(new Set(lengths)).toEqual(new Set([1, 4]));
  });

  test("an error's stack under --enable-source-maps names line and column of the VCL", () => {
    const stack = execFileSync(process.execPath, ["--enable-source-maps", join(folder, "run.mjs"), "break"], {
      encoding: "utf8",
    });
    expect(stack).toContain(`main.vcl:${place("req.http.X-Broken")}`);
    expect(stack).toContain(`main.vcl:${place("call check")}`);
  });

  test("V8's coverage of a run, put through the map, is that of the VCL's lines", async () => {
    const coverage = join(folder, "coverage");
    execFileSync(process.execPath, [join(folder, "run.mjs")], {
      env: { ...process.env, NODE_V8_COVERAGE: coverage },
    });
    const [file = ""] = readdirSync(coverage);
    const report = JSON.parse(readFileSync(join(coverage, file), "utf8")) as {
      result: ScriptCoverage[];
      "source-map-cache": Record<string, { data: RawSourceMap }>;
    };
    const url = pathToFileURL(join(folder, "main.vcl.mjs")).href;
    const script = report.result.find((entry) => entry.url === url);
    const text = readFileSync(join(folder, "main.vcl.mjs"), "utf8");
    const data = report["source-map-cache"][url]?.data ?? map;
    const lines = await coveredLines(script, text, data);
    expect(lines.get("run")).toEqual([3, 5, 6, 9, 10, 11, 16, 17]);
    expect(lines.get("not run")).toEqual([12, 13, 14, 18]);
  });

  test("it carries the VCL as an editor shows it, with columns in UTF-16 units", async () => {
    const text =
      'vcl 4.1;\nbackend default none;\nsub vcl_recv { set req.http.A = "Größe €"; set req.http.B = req.url; }\n';
    const { text: module, map: accents } = await compiled(text);
    expect(accents.sourcesContent).toEqual([text]);
    await SourceMapConsumer.with(accents as unknown as RawSourceMap, null, (consumer) => {
      const line = module.split("\n").findIndex((content) => content.includes("req.url")) + 1;
      const column = (module.split("\n")[line - 1] ?? "").indexOf("req.url");
      const found = consumer.originalPositionFor({ line, column });
      expect(found).toMatchObject({
        source: "main.vcl",
        line: 3,
        column: text.split("\n")[2]?.indexOf("req.url"),
      });
    });
  });

  test("code that an include brought in maps to the included file", async () => {
    const { map: included } = await compiled(
      'vcl 4.1; backend default none; include "part.vcl"; sub vcl_recv { call part; }',
      "main.vcl",
      testOptions({ "part.vcl": 'sub part { set req.http.A = "a"; }' }),
    );
    expect([...included.sources].sort()).toEqual(["/vcl/part.vcl", "main.vcl"]);
  });
});

/** How many numbers a segment of a map's mappings holds: digits of base64 whose sixth bit says that the number goes on. */
function decodedLength(segment: string): number {
  const digits = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
  return [...segment].filter((digit) => digits.indexOf(digit) < 32).length;
}
