import { declarationPrograms } from "./declarations.js";
import { everyExpression, expressions, expressionTypes, places } from "./expressions.js";
import { lexicalPrograms, namePrograms } from "./texts.js";
import { wellTypedPrograms } from "./well-typed.js";
import { statementPrograms, variablePrograms } from "./variables.js";

/** The world that the expressions of a matrix are about. */
const head = `vcl 4.1;
import std;
import directors;
import blob;
import cookie;
probe check { }
backend origin { .host = "192.0.2.1"; .probe = check; }
acl local { "192.0.2.0"/24; }
sub helper { set req.http.helped = "by " + check; }
sub vcl_init { new rr = directors.round_robin(); rr.add_backend(origin); }
sub vcl_recv {
  call helper;
  if (client.ip ~ local) { set req.backend_hint = rr.backend(); }
`;

function program(body: string): string {
  return `${head}  ${body}\n}\n`;
}

function* expressionPrograms(): Generator<string> {
  for (const place of Object.values(places)) {
    for (const [, expression] of everyExpression()) yield program(place.replaceAll("@", expression));
  }
}

const operators = ["+", "-", "*", "/", "%", "==", "!=", "<", ">=", "~", "!~", "&&", "||"];
const contexts = ["set req.http.y = @;", "if (@) { }", "set req.ttl = @;", "std.log(std.random(@, 9));"];

function* operatorPrograms(): Generator<string> {
  for (const context of contexts) {
    for (const operator of operators) {
      for (const left of expressionTypes) {
        for (const right of expressionTypes) {
          for (const pick of [0, 2]) {
            const one = expressions[left].at(pick % expressions[left].length);
            const other = expressions[right].at((pick + 1) % expressions[right].length);
            yield program(context.replace("@", `${one} ${operator} ${other}`));
          }
        }
      }
    }
  }
}

/** Tables of programs, each of one kind of thing in all its combinations; the last one is made at random, so many. */
export const matrices: Readonly<Record<string, (seed: number, count: number) => Iterable<string>>> = {
  expressions: expressionPrograms,
  operators: operatorPrograms,
  variables: variablePrograms,
  statements: () => statementPrograms(program),
  declarations: declarationPrograms,
  lexical: () => lexicalPrograms(program),
  names: namePrograms,
  "well-typed": wellTypedPrograms,
};
