import fc from "fast-check";
import { CORE_SCHEMA, load } from "js-yaml";
import { describe, expect, test } from "vitest";
import { parseDocument } from "yaml";
import { placedNodeOf, placedNodes } from "../../src/vmod/svc/placed-node.js";
import { readPlainYaml } from "../../src/vmod/svc/plain-yaml.js";
import { valuesOfYaml } from "../../src/vmod/svc/value-reader.js";

const samples = [
  "# routes\ngroups:\n  g: { endpoints: [a, 'b c', \"d\\n\"] }\nhosts:\n  a.com:\n    - label: x # why\n      match:\n        path: { prefix: /p }\n        headers:\n          X: '1'\n\n    - label: y\n  'b.com':\n  - label: z\n",
  '{\n  "a": [1, -2, 3.5e3, true, null, "\\u00e9\\"x"],\n  "b": { "c": {}, "d": [] },\n\t"e": "f"\n}\n',
  "services:\r\n  api:\r\n    policy: random\r\n    probe: { url: /health, interval: 5s, window: 8 }\r\n    endpoints:\r\n    - 127.0.0.1:80\r\n    - { address: b:1, weight: 0 }\r\n",
  "- a\n- - b\n  - c: d\n    e:\n    - f\n-\n  g: h\n- [i, {j: k}, ~, 0x1F, 0o17, .5, +1, 1_0, -.inf, True, 2001-01-01, 1.2.3]\n",
  'a: http://x:80/y#z\nb: -x\nc: x, y [z] {u}\nd: it\'s "so"\ne: a:b\nf: "a" \ng: \'\'\nh:\n  i:\n    j: {k: [\n      l,\n      # m\n      n ], }\n',
];
const characters = [..."-:,[]{}#&*!|>'\"% \n\t\r@`?ab01.~\\/+e_<=\xe9\x84\0"];
const pieces = [
  ..."-:?#&*!|>[]{},'\"",
  " ",
  "  ",
  "\n",
  "\n  ",
  "\n    ",
  "- ",
  ": ",
  " #",
  "---",
  "...",
  "null",
];

const edit = fc.record({
  at: fc.double({ min: 0, max: 1, noNaN: true }),
  gone: fc.constantFrom(0, 0, 1, 1, 2, 5, 20),
  new: fc.oneof(
    fc.constantFrom("", ...pieces),
    fc.string({ unit: fc.constantFrom(...characters), maxLength: 4 }),
  ),
});
/** A sample with some edits: most of them are wrong, or no YAML of the plain kind. */
const edited = fc
  .tuple(fc.constantFrom(...samples), fc.array(edit, { minLength: 1, maxLength: 4 }))
  .map(([sample, edits]) =>
    edits.reduce((text, one) => {
      const at = Math.floor(one.at * text.length);
      return text.slice(0, at) + one.new + text.slice(at + one.gone);
    }, sample),
  );
const scrap = fc
  .array(
    fc.oneof(fc.constantFrom(...pieces, "a", "b: ", "0", "'c'", '"d"'), fc.constantFrom(...characters)),
    {
      maxLength: 14,
    },
  )
  .map((parts) => parts.join(""));

/** What one of all of YAML's parsers says; "refused" where it says that the text is wrong. */
function reference<Value>(read: () => Value): Value | "refused" {
  try {
    return read();
  } catch {
    return "refused";
  }
}

describe("the quick reader of plain YAML", () => {
  test.each(samples)("reads %j", (text) => {
    expect(readPlainYaml(text, valuesOfYaml)).toEqual(load(text, { schema: CORE_SCHEMA }));
  });

  test.each([edited, scrap])("says what a parser of all of YAML says, or nothing: %#", (texts) => {
    let read = 0;
    fc.assert(
      fc.property(texts, (text) => {
        const value = readPlainYaml(text, valuesOfYaml);
        if (value === undefined) return;
        read += 1;
        // That parser refuses bytes of UTF-8 that as characters are control characters.
        const printable = text.replaceAll("\x84", "\xe9");
        const ours = readPlainYaml(printable, valuesOfYaml);
        expect(ours).toEqual(reference(() => load(printable, { schema: CORE_SCHEMA })));
      }),
      { numRuns: Number(process.env["FUZZ_RUNS"] ?? 5_000) },
    );
    expect(read).toBeGreaterThan(0);
  });

  test.each([edited, scrap])("has the places that a parser of all of YAML has: %#", (texts) => {
    fc.assert(
      fc.property(texts, (text) => {
        const node = readPlainYaml(text, placedNodes);
        if (node === undefined) return;
        const document = parseDocument(text);
        expect(document.errors).toEqual([]);
        expect(node).toEqual(placedNodeOf(document));
      }),
      { numRuns: Number(process.env["FUZZ_RUNS"] ?? 2_000) },
    );
  });

  test.each([
    ...[
      "a: &x b\nc: *x",
      "a: !!str b",
      "a: |\n  b",
      "a: >\n  b",
      "---\na: b",
      "a: b\n---\nc: d",
      "a: b\n...\n",
    ],
    ...[
      "%YAML 1.2\n",
      "? a\n: b",
      "a: b\n  c",
      "a: 'b\n  c'",
      "<<: {}",
      "1: a",
      "true: a",
      "a",
      "",
      "a: b\na: c",
    ],
    ...[
      'a: "\\x41"',
      "a: b: c",
      "a:\n b\nc",
      "a: [b\n]",
      "a:\tb",
      "__proto__: {}",
      "a: [b: c]",
      "{ a, b: c }",
    ],
  ])("leaves %j to others", (text) => {
    expect(readPlainYaml(text, valuesOfYaml)).toBeUndefined();
  });

  test("a part of a text is read as if it were the whole", () => {
    const text = "a:\n  b: 1\n  c: [2,\n   3]\nd: 4\n";
    const read = (start: number, end: number): unknown => readPlainYaml(text, valuesOfYaml, start, end);
    expect(read(3, 10)).toEqual({ b: 1 });
    expect(read(10, 25)).toEqual({ c: [2, 3] });
    expect(read(10, 19)).toBeUndefined();
  });

  test("time grows as the text does", () => {
    const time = (text: string): number => {
      const before = process.cpuUsage().user;
      expect(readPlainYaml(text, valuesOfYaml)).toBeDefined();
      return (process.cpuUsage().user - before) / 1e6;
    };
    expect(time(`a:\n${"- b\n".repeat(300_000)}`)).toBeLessThan(2);
    expect(time(`a: [${"b, ".repeat(300_000)}]`)).toBeLessThan(2);
    expect(time(`a: ${"[c".repeat(1)}${" ".repeat(1_000_000)}]`)).toBeLessThan(2);
  });
});
