import { ESLint } from "eslint";
import { readdirSync, readFileSync } from "node:fs";
import { resolve } from "node:path";
import { describe, expect, test } from "vitest";
import { floors, floorsPlugin, refusal } from "../lint/floors.mjs";

const src = resolve("src");
const refused = (from: string, name: string) => refusal(src, resolve(src, from), name);

describe("the floors of the house", () => {
  test("a floor may import what stands below it, and its own files", () => {
    expect(refused("codegen/emit/IfStatement.ts", "../../parser/ast.js")).toBeUndefined();
    expect(refused("codegen/emit/IfStatement.ts", "../writer.js")).toBeUndefined();
    expect(refused("cli/vclc.ts", "node:fs")).toBeUndefined();
    expect(refused("vmod/std/index.ts", "../../runtime/index.js")).toBeUndefined();
  });

  test("a floor may not import what stands above it", () => {
    expect(refused("parser/parse.ts", "../analyze/analyze.js")).toContain(
      "src/parser must not import src/analyze",
    );
    expect(refused("source/source-file.ts", "../diagnostics/diagnostic.js")).toContain(
      "nothing outside itself",
    );
  });

  test("runtime and VMODs import neither compiler code nor Node's modules", () => {
    expect(refused("runtime/index.ts", "../parser/ast.js")).toContain(
      "src/runtime must not import src/parser",
    );
    expect(refused("runtime/values/ip.ts", "node:net")).toContain("portable");
    expect(refused("vmod/std/index.ts", "fs")).toContain("portable");
    expect(refused("vmod/tls/index.ts", "node:tls")).toBeUndefined();
    expect(refused("vmod/tls/index.ts", "../../host/node/index.js")).toContain("must not import src/host");
  });

  test("S3-04 S3-15 only host, command line and the TLS module know sockets and TLS: HTTP gets its bytes from streams", () => {
    const files = readdirSync(src, { recursive: true, encoding: "utf8" }).filter((file) =>
      file.endsWith(".ts"),
    );
    const importing = files.filter((file) =>
      /from "(?:node:)?(?:net|tls|http|https|http2)"/.test(readFileSync(resolve(src, file), "latin1")),
    );
    expect(importing.length).toBeGreaterThan(0);
    expect(importing.filter((file) => !/^(host|cli|vmod\/tls)\//.test(file.replaceAll("\\", "/")))).toEqual(
      [],
    );
  });

  test("every folder and file of src/ is a floor", () => {
    const names = readdirSync(src).map((name) => name.replace(/\.ts$/, ""));
    expect(names.filter((name) => !(name in floors))).toEqual([]);
  });

  test("lint refuses a wrong import, in every form an import can have", async () => {
    const eslint = new ESLint({
      overrideConfigFile: true,
      overrideConfig: { plugins: { floors: floorsPlugin }, rules: { "floors/direction": "error" } },
    });
    const text = [
      `import "node:fs";`,
      `import { parse } from "../parser/parse.js";`,
      `export * from "../codegen/generate.js";`,
      `export { analyze } from "../analyze/analyze.js";`,
      `await import("../cli/vclc.js");`,
      `import "./task.js";`,
      `parse();`,
    ].join("\n");
    const [result] = await eslint.lintText(text, { filePath: resolve(src, "runtime/wrong.js") });
    expect(result?.messages.map((message) => [message.line, message.ruleId])).toEqual(
      [1, 2, 3, 4, 5].map((line) => [line, "floors/direction"]),
    );
  });
});
