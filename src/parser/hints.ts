import { tokenMatcher, type IToken } from "chevrotain";
import { foreignDeclaration } from "../language/dialects.js";
import { variables } from "../language/variables.js";
import * as t from "../lexer/tokens.js";

/** Statements of older VCL and of other languages, and what to write instead. */
const replacedStatements: Readonly<Record<string, string>> = {
  error: "write return (synth(status, reason));",
  remove: "write unset",
  purge: "write return (purge);",
  pass: "write return (pass);",
  pipe: "write return (pipe);",
  lookup: "write return (hash);",
  hash: "write return (hash);",
  deliver: "write return (deliver);",
  fetch: "write return (fetch);",
  restart: "write return (restart);",
  rollback: "import std; and write std.rollback(req);",
  log: 'import std; and write std.log("…");',
  esi: "write set beresp.do_esi = true;",
  panic: "import vtc; and write vtc.panic();",
  else: "else follows the '}' of an if, in lower case",
  unless: "write if (!…)",
  while: "VCL has no loops",
  for: "VCL has no loops",
  do: "VCL has no loops",
  switch: "write if … elseif … else",
  var: "VCL has no variables of its own: use a header, or the var VMOD",
  declare: foreignDeclaration,
  add: "write set, or header.append() of the header VMOD",
  let: "write set",
  goto: "VCL has no goto",
};

/** Declarations that only Fastly's dialect has. */
const fastlyDeclarations: ReadonlySet<string> = new Set(["table", "penaltybox", "ratecounter"]);

/** What may help outside of subs: why a word begins no declaration. */
export function declarationHint(token: IToken, expected: string): string | undefined {
  if (expected === "a string or '}'" && /^[0-9a-f]/i.test(token.image)) {
    return 'addresses and names stand in quotes: "192.0.2.0"/24';
  }
  const word = token.image;
  const lower = word.toLowerCase();
  if (lower !== word && t.exactKeywords.has(lower)) return `write ${lower}, in lower case`;
  if (lower === "director") return "import directors; and make directors in vcl_init";
  if (fastlyDeclarations.has(lower)) return `${lower} is of Fastly's VCL, which this is not: use a VMOD`;
  if (t.statementKeywords.has(lower)) return "statements stand in a sub";
  return undefined;
}

/** elseif, elsif, else_if and what fingers make of them. */
const likeElseIf = /^(?:e[ls]{1,2}e?_?[ief]{1,3}|elif)$/;

/** What to write instead of a word, or a dotted name, that begins no statement. */
export function statementHint(name: string): string | undefined {
  const lower = name.toLowerCase();
  if (lower.includes("."))
    return isOfVariables(lower) ? undefined : `a function is called with (): ${name}(…);`;
  if (Object.hasOwn(replacedStatements, lower)) return replacedStatements[lower];
  return likeElseIf.test(lower) ? "write elseif, in lower case, after the '}' of an if" : undefined;
}

/** Whether a dotted name begins as those of variables do. */
function isOfVariables(lower: string): boolean {
  const start = lower.slice(0, lower.indexOf(".") + 1);
  return variables.some(({ name }) => name.startsWith(start));
}

/** Operators that are words in other languages. */
const spelledOperators: Readonly<Partial<Record<string, string>>> = {
  and: "use && for 'and'",
  or: "use || for 'or'",
  not: "use ! for 'not'",
};

/** What the writer may have had in mind where a token in a statement is not what the grammar wants. */
export function hintFor(token: IToken, previous: IToken, expected: string): string | undefined {
  const isString = tokenMatcher(token, t.StringToken);
  if (expected === "';'" || expected === "')'") {
    const operator =
      token.tokenType === t.Identifier ? spelledOperators[token.image.toLowerCase()] : undefined;
    if (operator !== undefined) return operator;
    if (isString || (tokenMatcher(previous, t.StringToken) && token.tokenType === t.Identifier)) {
      return "use + to concatenate strings";
    }
    if (previous.tokenType === t.Identifier && token.tokenType === t.Identifier) {
      return "put + between strings, or a ';' between statements";
    }
    if (token.tokenType === t.Assign && expected === "')'") return "use == to compare";
    if (tokenMatcher(previous, t.Return)) return `write return (${token.image});`;
    if (token.image === "&") return "use && for 'and'";
    if (token.image === "|") return "use || for 'or'";
    if (tokenMatcher(token, t.Comparison) || tokenMatcher(token, t.MatchOperator)) {
      return "one comparison at a time: use parentheses";
    }
  }
  if (token.tokenType === t.Bang && previous.tokenType === t.Bang) return "write !(!…)";
  if (token.image === "++" || token.image === "--") return "put a space between the two signs";
  if (token.tokenType === t.Bang && expected !== "an assignment operator")
    return "! stands at the beginning of a condition: use parentheses";
  if (expected === "'('" && tokenMatcher(previous, t.If)) {
    return token.image === "not" ? "write if (!…)" : "conditions stand in parentheses";
  }
  if (expected === "'('" && isTextStatement(previous)) return `write ${previous.image}(…);`;
  if (expected === "'{'" && previous.tokenType === t.RParen) return "bodies stand in braces";
  return undefined;
}

/** The statements that take their one argument in parentheses, which older VCL did without. */
function isTextStatement({ tokenType }: IToken): boolean {
  return tokenType === t.Synthetic || tokenType === t.Ban || tokenType === t.HashData;
}
