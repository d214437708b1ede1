import fc from "fast-check";
import { expect, test } from "vitest";
import { check } from "../support/analyze.js";

const words = [
  ..."{ } ( ) ; , . = == != ~ !~ + - * / % ! && || < > += -=".split(" "),
  ..."set unset if else call return new sub acl backend probe import std debug unused vcl_recv vcl_init".split(
    " ",
  ),
  ..."req.url req.http.x req beresp.ttl client.ip now true default global.api storage.s0.happy x y".split(
    " ",
  ),
  ..."std.log std.tolower debug.call debug.choose regsub pass synth vcl dispatch ban hash_data none".split(
    " ",
  ),
  '"a"',
  '"1.2.3.4"',
  '"(a"',
  "5",
  "1.5",
  "10s",
  "1KB",
  ":aGVsbG8=:",
];

const expression: fc.Arbitrary<string> = fc.letrec((tie) => ({
  expression: fc.oneof(
    { depthSize: "small" },
    fc.constantFrom(...words.slice(40)),
    fc
      .tuple(tie("expression"), fc.constantFrom(...words.slice(7, 21)), tie("expression"))
      .map((x) => x.join(" ")),
    tie("expression").map((x) => `(${String(x)})`),
    tie("expression").map((x) => `!${String(x)}`),
    tie("expression").map((x) => `-${String(x)}`),
    tie("expression").map((x) => `std.tolower(${String(x)}).upper()`),
  ),
})).expression;

test("no heap of words makes the analyzer throw, and every place is inside the text", () => {
  fc.assert(
    fc.property(fc.array(fc.constantFrom(...words), { maxLength: 40 }), (list) => {
      const text = `vcl 4.1; import std; import debug; backend default none; sub vcl_recv { ${list.join(" ")}`;
      for (const { span } of check(text).diagnostics) {
        if (span.file.kind === "builtin") continue;
        expect(span.start).toBeLessThanOrEqual(span.end);
        expect(span.end).toBeLessThanOrEqual(span.file.text.length);
      }
    }),
    { numRuns: 300 },
  );
});

test("an expression that is taken has a fact for itself and each of its parts", () => {
  fc.assert(
    fc.property(expression, (text) => {
      const { program } = check(
        `vcl 4.1; import std; import debug; backend default none; sub vcl_recv { set req.http.x = ${text}; }`,
      );
      if (program === undefined) return;
      const places = [...program.expressions.keys()].map(({ span }) => span);
      expect(places.length).toBeGreaterThan(0);
    }),
    { numRuns: 300 },
  );
});
