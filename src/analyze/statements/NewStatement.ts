import type * as ast from "../../parser/ast.js";
import type { Analysis } from "../analysis.js";
import { isFree } from "../declarations/define.js";
import { bindArguments } from "../expressions/arguments.js";
import { findWholeName, nameText, reportWrongType } from "../names.js";
import type { ObjectFact } from "../program.js";
import { useStatement } from "./text-statements.js";

/** `new`: from here on in the source, the object and its methods are known. */
export function newStatement(a: Analysis, statement: ast.NewStatement): void {
  useStatement(a, "new", statement);
  const free = isFree(a, statement.name, "instance");
  const object = construct(a, statement);
  if (object === undefined) a.broken.add(statement.name.text.toLowerCase());
  if (object === undefined || !free) return;
  a.names.set(statement.name.text.toLowerCase(), { kind: "instance", object });
}

function construct(a: Analysis, statement: ast.NewStatement): ObjectFact | undefined {
  const { constructorName, args } = statement;
  const symbol = findWholeName(a, constructorName);
  const callee = nameText(constructorName.parts);
  if (symbol?.kind !== "object") {
    return symbol && reportWrongType(a, constructorName.span, callee, symbol, "object");
  }
  const { construct: constructor } = symbol.object;
  const bound = bindArguments(a, statement.span, args, constructor, callee);
  if (constructor.suspends) a.sub.waits = true;
  // With wrong arguments it is still an object of that class: its methods are checked as usual.
  const fact: ObjectFact = {
    statement,
    name: statement.name.text,
    import: symbol.import,
    object: symbol.object,
    args: bound ?? [],
  };
  a.objects.push(fact);
  a.constructors.set(statement, fact);
  return fact;
}
