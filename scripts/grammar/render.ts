import type { ISerializedGast, TokenType } from "chevrotain";
import { vocabulary } from "../../src/lexer/tokens.js";
import { VclParser } from "../../src/parser/parse.js";
import {
  choice,
  diagram,
  loop,
  nothing,
  optional,
  reference,
  sequence,
  terminal,
  type Box,
} from "./boxes.js";

/** A production as Chevrotain serializes it. */
interface Production extends ISerializedGast {
  readonly name?: string;
  readonly separator?: Production;
  readonly definition?: Production[];
}

const maxWidth = 760;

/** The page of syntax diagrams: the grammar as the parser has it, from `program` on, in the order of first use. */
export function renderGrammar(): string {
  const productions = new VclParser().getSerializedGastProductions() as Production[];
  const rules = new Map(productions.map((rule) => [rule.name ?? "", rule]));
  const order = inOrderOfUse("program", rules);
  const sections = order.map((name) => {
    const box = sequence(
      (rules.get(name)?.definition ?? []).map((each) => boxOf(each, rules)),
      maxWidth,
    );
    return `<section id="${name}"><h2>${name}</h2>\n${diagram(box, name)}</section>`;
  });
  return page(order, sections);
}

function inOrderOfUse(start: string, rules: ReadonlyMap<string, Production>): readonly string[] {
  const found = new Set([start]);
  const pending = [start];
  for (let name = pending.shift(); name !== undefined; name = pending.shift()) {
    for (const used of uses(rules.get(name)!, rules)) {
      if (found.has(used)) continue;
      found.add(used);
      pending.push(used);
    }
  }
  return [...found];
}

function uses(production: Production, rules: ReadonlyMap<string, Production>): readonly string[] {
  if (production.type === "NonTerminal")
    return soleTerminal(production, rules) ? [] : [production.name ?? ""];
  return (production.definition ?? []).flatMap((each) => uses(each, rules));
}

/** A rule that is one token, such as the end of a statement, is drawn where it is used. */
function soleTerminal(
  production: Production,
  rules: ReadonlyMap<string, Production>,
): Production | undefined {
  const definition = rules.get(production.name ?? "")?.definition ?? [];
  const [only] = definition;
  if (definition.length !== 1 || !only) return undefined;
  if (only.type === "NonTerminal") return soleTerminal(only, rules);
  return only.type === "Terminal" ? only : undefined;
}

function boxOf(production: Production, rules: ReadonlyMap<string, Production>): Box {
  const inner = (): Box =>
    sequence(
      (production.definition ?? []).map((each) => boxOf(each, rules)),
      maxWidth,
    );
  switch (production.type) {
    case "Terminal":
      return tokenBox(production.name ?? "");
    case "NonTerminal": {
      const token = soleTerminal(production, rules);
      return token ? boxOf(token, rules) : reference(production.name ?? "");
    }
    case "Alternation":
      return choice((production.definition ?? []).map((each) => boxOf(each, rules)));
    case "Option":
      return optional(inner());
    case "Repetition":
      return optional(loop(inner()));
    case "RepetitionMandatory":
      return loop(inner());
    case "RepetitionWithSeparator":
      return optional(loop(inner(), production.separator ? boxOf(production.separator, rules) : nothing));
    case "RepetitionMandatoryWithSeparator":
      return loop(inner(), production.separator ? boxOf(production.separator, rules) : nothing);
    default:
      return inner();
  }
}

/** A token by its text where it has one; a group of signs by all of them. */
function tokenBox(name: string): Box {
  const type = vocabulary.find((each) => each.name === name);
  const text = literalText(type);
  if (text !== undefined) return terminal(text, "literal");
  const members = vocabulary.filter(({ CATEGORIES }) => type && CATEGORIES?.includes(type));
  const texts = members.map(literalText);
  if (name !== "Identifier" && members.length > 0 && texts.every((each) => each !== undefined)) {
    return choice(texts.map((each) => terminal(each, "literal")));
  }
  return terminal(name, "token");
}

function literalText(type: TokenType | undefined): string | undefined {
  const isGroup = vocabulary.some(({ CATEGORIES }) => type && CATEGORIES?.includes(type));
  return isGroup ? undefined : /^'(.+)'$/.exec(type?.LABEL ?? "")?.[1];
}

function page(names: readonly string[], sections: readonly string[]): string {
  const links = names.map((name) => `<a href="#${name}">${name}</a>`).join(" ");
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>VCL: syntax diagrams</title>
<style>
:root { color-scheme: light dark; --line: #555; --text: #111; --rule: #dbe9ff; --literal: #e6f4e0; --token: #fff3d1; }
@media (prefers-color-scheme: dark) {
  :root { --line: #999; --text: #eee; --rule: #21364f; --literal: #23391c; --token: #453a17; }
}
body { font: 16px/1.5 system-ui, sans-serif; max-width: 60rem; margin: 2rem auto; padding: 0 1rem; }
h2 { font-size: 1.05rem; margin: 1.8rem 0 0.2rem; }
nav { font-size: 0.9rem; }
section { overflow-x: auto; }
svg path { fill: none; stroke: var(--line); stroke-width: 1.5; }
svg rect { stroke: var(--line); }
svg text { font: 13px ui-monospace, monospace; fill: var(--text); text-anchor: middle; }
.rule rect { fill: var(--rule); }
.literal rect { fill: var(--literal); }
.token rect { fill: var(--token); }
.rule:hover rect, .rule:focus rect { stroke-width: 2.5; }
</style>
</head>
<body>
<h1>VCL: syntax diagrams</h1>
<p>Drawn from the parser's own grammar; <code>npm run grammar</code> draws them again. What the rules mean is written in
<code>vcl.ebnf</code>. Round boxes are words, signs and tokens, square ones other rules.</p>
<nav>${links}</nav>
${sections.join("\n")}
</body>
</html>
`;
}
