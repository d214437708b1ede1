import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { renderGrammar } from "../../scripts/grammar/render.js";
import { exactKeywords, statementKeywords } from "../../src/lexer/tokens.js";

describe("the grammar on paper", () => {
  test("grammar/vcl.html is what the parser's grammar draws; npm run grammar rewrites it", () => {
    expect(readFileSync("grammar/vcl.html", "utf8") === renderGrammar()).toBe(true);
  });

  test("grammar/vcl.html loads nothing from elsewhere", () => {
    expect(renderGrammar()).not.toMatch(/(?:src|href)="(?!#)|url\(|@import|<script/);
  });

  test("every link in it leads to a rule", () => {
    const html = renderGrammar();
    const ids = new Set([...html.matchAll(/<section id="(\w+)"/g)].map(([, id]) => id));
    for (const [, target] of html.matchAll(/href="#(\w+)"/g)) expect(ids, target).toContain(target);
  });

  for (const name of ["vcl", "vcc", "backend-pattern"]) {
    const text = readFileSync(`grammar/${name}.ebnf`, "utf8").replace(/\(\*[\s\S]*?\*\)/g, "");
    const bare = text.replace(/\?[^?]*\?/g, "").replace(/'[^']*'|"[^"]*"/g, "");
    const defined = [...bare.matchAll(/^(\w+)\s*=/gm)].map(([, rule]) => rule);

    test(`grammar/${name}.ebnf defines every rule that it uses, once`, () => {
      const used = new Set(bare.match(/\w+/g));
      expect([...used].filter((rule) => !defined.includes(rule))).toEqual([]);
      expect(new Set(defined).size).toBe(defined.length);
    });

    if (name === "vcl") {
      test("grammar/vcl.ebnf has every keyword of the lexer", () => {
        for (const word of [...exactKeywords.keys(), ...statementKeywords.keys()]) {
          expect(text, word).toContain(`"${word}"`);
        }
      });
    }
  }
});
