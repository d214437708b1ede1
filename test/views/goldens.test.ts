import { readFileSync } from "node:fs";
import { basename } from "node:path";
import { SourceMapConsumer, type RawSourceMap } from "source-map";
import { describe, expect, test } from "vitest";
import {
  compileToJavaScriptModule,
  printedAst,
  printedTokens,
  readAst,
  readCallGraph,
  readTokens,
} from "../../src/compile.js";
import type { Compilation, CompileOptions, Printer } from "../../src/compile.js";
import { nodeSourceReader } from "../../src/host/node/source-reader.js";
import { childKeys } from "../../src/parser/visit.js";
import { vocabulary } from "../../src/lexer/tokens.js";
import type { SourceFile } from "../../src/source/source-file.js";
import { astText } from "../../src/views/ast-document.js";
import { graphviz, mermaid } from "../../src/views/drawings.js";
import type { ViewSpan } from "../../src/views/places.js";
import { tokenLines } from "../../src/views/token-document.js";
import { testOptions } from "../support/compile.js";
import { expectGolden, fixtureCases } from "../support/fixtures.js";
import { dotEdges } from "../support/dot.js";

const [policy] = fixtureCases("views");
const path = policy!.file("input.vcl");
const main: SourceFile = { name: path, kind: "file", text: readFileSync(path, "latin1") };
const options: CompileOptions & { displayName: (file: SourceFile) => string } = {
  ...testOptions(),
  reader: nodeSourceReader,
  displayName: ({ name }) => basename(name),
};

function outputOf<Output>({ output, diagnostics }: Compilation<Output>): Output {
  if (!output) throw new Error(diagnostics.map(({ message }) => message).join("; "));
  return output;
}

const ast = outputOf(readAst(main, options));
const graph = outputOf(readCallGraph(main, options));

describe("what is made of a program for tools", () => {
  test("the syntax tree is as its fixture shows", () => {
    expectGolden(policy!.file("expected.ast.json"), astText(ast));
    expect(JSON.parse(astText(ast))).toEqual(JSON.parse(JSON.stringify(ast)));
  });

  test("the tokens are as their fixture shows, one on each line", () => {
    expectGolden(policy!.file("expected.tokens.jsonl"), tokenLines(outputOf(readTokens(main, options))));
  });

  test("printed piece by piece, which takes no room, tree and tokens are the same texts", () => {
    const textOf = (print: Printer) => {
      const pieces: string[] = [];
      print((piece) => pieces.push(piece));
      return pieces.join("");
    };
    expect(textOf(outputOf(printedAst(main, options)))).toBe(astText(ast));
    const tokens = outputOf(readTokens(main, options));
    expect(textOf(outputOf(printedTokens(main, options)))).toBe(tokenLines(tokens));
  });

  test("the call graph is drawn as its fixtures show", () => {
    expectGolden(policy!.file("expected.dot"), graphviz(graph));
    expectGolden(policy!.file("expected.mmd"), mermaid(graph));
  });

  test("the JavaScript module is as its fixture shows: that of TypeScript without types, comments included", async () => {
    const { text } = outputOf(await compileToJavaScriptModule(main, options));
    expectGolden(policy!.file("expected.js"), text);
  });

  test("the source map of the JavaScript module leads straight to the VCL, included files too", async () => {
    const { text, map } = outputOf(await compileToJavaScriptModule(main, options));
    const lineOf = (source: string, word: string): number =>
      source.slice(0, source.indexOf(word)).split("\n").length;
    await SourceMapConsumer.with(map as unknown as RawSourceMap, null, (consumer) => {
      for (const word of ['"Digest"', "label_admin_policy);", '"req.url == "', "re_pattern.replace"]) {
        const start = text.indexOf(word) - text.lastIndexOf("\n", text.indexOf(word)) - 1;
        const found = consumer.originalPositionFor({ line: lineOf(text, word), column: start });
        const vcl = {
          '"Digest"': "Digest",
          "label_admin_policy);": "vcl(admin",
          '"req.url == "': '"req.url ==',
        }[word];
        expect([found.source, found.line], word).toEqual([main.name, lineOf(main.text, vcl ?? "regsub(")]);
      }
      const call = consumer.originalPositionFor({
        line: lineOf(text, "sub_normalize_url(task);"),
        column: 6,
      });
      expect(call).toMatchObject({ source: path.replace("input.vcl", "more.vcl"), line: 2 });
    });
  });
});

describe("the syntax tree", () => {
  const kinds = new Set<string>();
  const keys = new Set<string>();
  const spans: ViewSpan[] = [];
  const walk = (value: unknown): void => {
    if (typeof value !== "object" || value === null) return;
    if ("kind" in value && "span" in value) {
      kinds.add(String(value.kind));
      for (const key of Object.keys(value)) keys.add(key);
      spans.push(value.span as ViewSpan);
    }
    for (const inner of Object.values(value)) walk(inner);
  };
  walk(ast.program);

  test("holds every kind of node that docs/ast.md describes, and no other, with every property", () => {
    const documented = readFileSync("docs/ast.md", "utf8");
    const rows = new Set([...documented.matchAll(/^\| `(\w+)` +\|/gm)].map(([, kind]) => kind));
    expect([...rows].sort()).toEqual(Object.keys(childKeys).sort());
    expect([...kinds].sort()).toEqual(Object.keys(childKeys).sort());
    for (const key of keys) expect(documented, key).toContain(`\`${key}\``);
  });

  test("has spans whose offsets are bytes and whose lines and columns count them", () => {
    const bytes = readFileSync(path);
    const blob = spans.find(({ start }) => bytes.toString("latin1").startsWith(":YWI=:", start.offset));
    expect(blob).toBeDefined();
    const { start, end } = blob!;
    expect(bytes.subarray(start.offset, end.offset).toString()).toBe(":YWI=:");
    const line = bytes.toString("latin1").split("\n")[start.line - 1] ?? "";
    expect(line.slice(start.column - 1, end.column - 1)).toBe(":YWI=:");
  });

  test("names an included file and the directive that brought it in; a tab is one column", () => {
    expect(ast.files).toMatchObject([
      { name: "input.vcl", kind: "file" },
      { name: "more.vcl", kind: "file", includedFrom: { file: 0 } },
    ]);
    expect(spans.find(({ file, start }) => file === 1 && start.line === 2)?.start.column).toBe(2);
  });

  test("is not there for a program that the grammar does not take, and is for one with a wrong type", () => {
    const source = (text: string): SourceFile => ({ name: "a.vcl", kind: "file", text });
    expect(readAst(source("vcl 4.1; sub x {"), options).output).toBeUndefined();
    expect(readAst(source("vcl 4.1; sub vcl_recv { set req.url = 1 +; }"), options).output).toBeUndefined();
    expect(readAst(source("vcl 4.1; sub vcl_recv { set req.ttl = now; }"), options).output).toBeDefined();
  });
});

test("every type of token is one that docs/ast.md names", () => {
  const documented = readFileSync("docs/ast.md", "utf8");
  const { tokens } = outputOf(readTokens(main, options));
  for (const { type } of tokens) {
    expect(vocabulary.map(({ name }) => name)).toContain(type);
    expect(documented, type).toContain(`\`${type}\``);
  }
});

describe("the call graph", () => {
  test("has the calls, the values, the hooks that are reached, the actions and the labels", () => {
    expect(graph.calls).toEqual(
      expect.arrayContaining([
        { from: "vcl_recv", to: "normalize-url", how: "call" },
        { from: "vcl_recv", to: "timed", how: "value" },
        { from: "vcl_recv", to: "vcl_builtin_recv", how: "call" },
        { from: "vcl_builtin_recv", to: "vcl_req_host", how: "call" },
      ]),
    );
    expect(graph.subs.find(({ name }) => name === "vcl_recv")).toEqual({
      name: "vcl_recv",
      kind: "method",
      isBuiltin: false,
      actions: ["dispatch", "vcl", "hash"],
      labels: [
        { action: "dispatch", name: "public_policy" },
        { action: "vcl", name: "admin_policy" },
      ],
    });
    expect(graph.subs.find(({ name }) => name === "vcl_req_host")).toMatchObject({ isBuiltin: true });
  });

  test("does not go into the built-in VCL from a sub that always returns", () => {
    expect(graph.calls.filter(({ from }) => from === "vcl_synth")).toEqual([]);
    expect(graph.subs.find(({ name }) => name === "vcl_hash")?.actions).toEqual(["lookup"]);
  });

  test("in Graphviz's language follows its grammar, and every end of an edge is a node", () => {
    const { nodes, edges } = dotEdges(graphviz(graph));
    expect(nodes.size).toBe(graph.subs.length + 2);
    expect(edges).toHaveLength(graph.calls.length + 2);
    for (const [from, to] of edges) expect([nodes.has(from), nodes.has(to)]).toEqual([true, true]);
  });

  test("has names that Graphviz and Mermaid would trip over", () => {
    const text =
      "vcl 4.1; backend b none; sub end { } sub a-b { } sub a_b { } sub vcl_recv { call end; call a-b; call a_b; return (vcl(class)); }";
    const drawn = outputOf(readCallGraph({ name: 'a"\\b.vcl', kind: "inline", text }, testOptions()));
    expect(dotEdges(graphviz(drawn)).edges).toEqual([
      ["vcl_recv", "end"],
      ["vcl_recv", "a-b"],
      ["vcl_recv", "a_b"],
      ["vcl_recv", "label class"],
    ]);
    const ids = [...mermaid(drawn).matchAll(/^ {2}(\w+)[[]/gm)].map(([, id]) => id);
    expect(new Set(ids).size).toBe(5);
    expect(ids).not.toContain("end");
  });
});
