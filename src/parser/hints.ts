import { tokenMatcher, type IToken } from "chevrotain";
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
  else: "else is written in lower case, after the '}' of an if",
  elseif: "elseif is written in lower case, after the '}' of an if",
  elsif: "elsif is written in lower case, after the '}' of an if",
  elif: "elif is written in lower case, after the '}' of an if",
  else_if: "write else if",
  elsef: "write else if",
  elsefi: "write else if",
  esleif: "write else if",
  elsei: "write else if",
  unless: "write if (!…)",
  while: "VCL has no loops",
  for: "VCL has no loops",
  do: "VCL has no loops",
  switch: "write if … elseif … else",
  var: "VCL has no variables of its own: use a header, or the var VMOD",
  declare: "VCL has no variables of its own: use a header, or the var VMOD",
  let: "write set",
  goto: "VCL has no goto",
};

/** What to write instead of a word that begins no statement. */
export function statementHint(word: string): string | undefined {
  const lower = word.toLowerCase();
  return Object.hasOwn(replacedStatements, lower) ? replacedStatements[lower] : undefined;
}

/** What the writer may have had in mind where a token is not what the grammar wants. */
export function hintFor(token: IToken, previous: IToken, expected: string): string | undefined {
  const isString = tokenMatcher(token, t.StringToken);
  if (isString && tokenMatcher(previous, t.StringToken)) return "use + to concatenate strings";
  if (expected === "';'" || expected === "')'") {
    if (isString || (tokenMatcher(previous, t.StringToken) && token.tokenType === t.Identifier)) {
      return "use + to concatenate strings";
    }
    if (token.tokenType === t.Assign && expected === "')'") return "use == to compare";
    if (token.image === "&") return "use && for 'and'";
    if (token.image === "|") return "use || for 'or'";
    if (tokenMatcher(token, t.Comparison) || tokenMatcher(token, t.MatchOperator)) {
      return "one comparison at a time: use parentheses";
    }
  }
  if (token.tokenType === t.Bang && previous.tokenType === t.Bang) return "write !(!…)";
  if (token.image === "++" || token.image === "--") return "put a space between the two signs";
  if (token.tokenType === t.Bang) return "! stands at the beginning of a condition: use parentheses";
  if (expected === "'('" && tokenMatcher(previous, t.If)) return "conditions stand in parentheses";
  if (expected === "'{'" && previous.tokenType === t.RParen) return "bodies stand in braces";
  return undefined;
}
