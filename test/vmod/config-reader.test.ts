import { describe, expect, test } from "vitest";
import type { ConfigNode, Reader } from "../../src/vmod/svc/config-reader.js";
import { readEndpointConfig } from "../../src/vmod/svc/endpoint-config.js";
import { readConfig, readPlacedConfig } from "../../src/vmod/svc/read-config.js";
import { readTopology } from "../../src/vmod/topology/topology-config.js";

/** All that a reader has to say of a node. */
function told(reader: Reader, node: ConfigNode | null): unknown {
  if (node && reader.isMap(node))
    return reader.entries(node).map(([name, value]) => [name, told(reader, value)]);
  if (node && reader.isList(node)) return reader.list(node, "").map((item) => told(reader, item));
  return reader.scalar(node) ?? null;
}

describe("the reader that is quick and the one that knows places", () => {
  test.each([
    '{ "a": 1, "b": ["x", "", 0, false, true, -1, 1.5], "c": { "__proto__": "y" } }',
    '{ "a": "\\u0041\\n\\"{", "b": {} }',
    '{ "second": 1, "2": 2, "1": 3 }',
    "a: 1\nb: [x, 'y', \"\\x41\"]\n# comment\nc: { d: {}, e: [] }\n",
    "a: 1_000\nb: 0o17\nc: 0x1F\nd: 017\ne: 1e3\nf: .5\ng: yes\nh: True\ni: 12:30\nj: 2001-01-01\nk: +12\nl: -0\nm: 0b11",
    "a: |\n  one\n  two\nb: >\n  three\n  four\n",
    "a: &x { b: [1, 2] }\nc: *x\nd: &y text\ne: *y\nf: &x 1\ng: *x",
    "%YAML 1.2\n---\na: !!str 1\n",
    "null: 1\ntrue: 2\n3: 4\n",
    "<<: { a: 1 }\nb: 2\n",
    // "Ä" and "€" as bytes.
    "# \xc3\x84\n\xc3\x84: &x [\xe2\x82\xac, { \xc3\x9f: '\xc3\x84' }]\nb: *x\n",
  ])("say the same of %j", (text) => {
    const places: (number | undefined)[] = [];
    const quick = readConfig(text, (reader, root) => {
      places.push(reader.offset(root));
      return told(reader, root);
    });
    expect(quick).toEqual(readPlacedConfig(text, told));
    expect(places[0]).toBeUndefined();
  });

  test.each([
    '{ "a": 1, "a": 2 }',
    "a: 1\na: 2",
    "[a]",
    "",
    "{ a: [",
    "a: 1\n---\nb: 2",
    '{ "a": 1, }x',
    "a: *nobody",
  ])("refuse %j alike", (text) => {
    const failure = (read: typeof readConfig): unknown => {
      try {
        return read(text, (reader, root) =>
          reader.entries(root).map(([, value]) => reader.string(value, "it")),
        );
      } catch (error) {
        return error;
      }
    };
    const placed: typeof readConfig = (config, take) => readPlacedConfig(config, take);
    expect(failure(readConfig)).toEqual(failure(placed));
    expect(failure(readConfig)).toHaveProperty("line");
  });

  test.each([
    ["brackets", `a: ${"[".repeat(101)}`, "1:104"],
    ["braces on lines of their own", `a:\n${"{ b:\n".repeat(101)}`, "102:1"],
    ["dashes", `a:\n  ${"- ".repeat(20_000)}`, "2:201"],
    ["question marks", "? ".repeat(20_000), "1:201"],
    ["indents", Array.from({ length: 2_000 }, (_, at) => `${" ".repeat(at)}a:`).join("\n"), "101:101"],
  ])("a hundred levels are enough: %s", (_, text, place) => {
    const [line, column] = place.split(":").map(Number);
    expect(() => readConfig(text, told)).toThrow(
      expect.objectContaining({ line, column, reason: "more than 100 lists and maps inside each other" }),
    );
  });

  test("what is beside each other is not deep", () => {
    const list = Array.from(
      { length: 200 },
      (_, at) => `  - - x${at}\n    - y: 1\n      z: [{ u: 2 }]\n`,
    ).join("");
    expect(readConfig(`a:\n${list}`, (_reader, root) => root)).toBeDefined();
  });

  test.each([readConfig, readPlacedConfig])("aliases that make a short file endless are refused", (read) => {
    const lines = Array.from({ length: 9 }, (_, at) => `a${at + 1}: &a${at + 1} [${`*a${at}, `.repeat(20)}]`);
    const text = `a0: &a0 [x]\n${lines.join("\n")}\n`;
    expect(() => read(text, told)).toThrow(/^line \d+: aliases make too much of this file$/);
  });

  test("fields that are empty, zero or false are there; null is refused with its place", () => {
    const read = (text: string): unknown =>
      readConfig(text, (reader, root) => {
        const { a, b, c } = reader.fields(root, ["a", "b", "c"]);
        return [a && reader.string(a, "a"), b && reader.count(b, "b"), c && reader.boolean(c, "c")];
      });
    expect(read('{ "a": "", "b": 0, "c": false }')).toEqual(["", 0, false]);
    expect(read("c: true")).toEqual([undefined, undefined, true]);
    expect(() => read("a: x\nb:\n")).toThrow("line 2: b must be a number");
    expect(() => read("a: x\nd: 1\n")).toThrow('line 2: unknown field "d"');
  });

  test.each([
    ["services", "policy: at_random", "policy must be one of fallback, random, round_robin"],
    ["services", "polcy: random", 'unknown field "polcy"'],
    ["topology", "layer: edgy", "layer must be one of edge, shield, origin"],
  ])("what a long file of %s means wrong is told with its place, and soon: %s", (kind, mistake, reason) => {
    const lines = Array.from({ length: 30_000 }, (_, at) =>
      kind === "services"
        ? `  s${at}:\n    policy: random\n    endpoints: [127.0.0.1:${at}]\n`
        : `  n${at}:\n    layer: edge\n    address: 127.0.0.1:${at}\n`,
    );
    const text = (kind === "services" ? "services:\n" : "director: d\nnodes:\n") + lines.join("");
    const line = text.slice(0, text.indexOf("25000:")).split("\n").length + 1;
    const wrong = text
      .split("\n")
      .with(line - 1, `    ${mistake}`)
      .join("\n");
    const started = process.cpuUsage().user;
    expect(() => (kind === "services" ? readEndpointConfig(wrong) : readTopology(wrong, "n1"))).toThrow(
      expect.objectContaining({ line, column: 5 + mistake.indexOf(" ") + 1, reason }),
    );
    expect((process.cpuUsage().user - started) / 1e6).toBeLessThan(2.5);
  });
});
