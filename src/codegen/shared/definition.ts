import type { FieldFact, FieldFacts } from "../../analyze/program.js";
import type * as ast from "../../parser/ast.js";
import type { Emitter } from "../emitter.js";
import { quote } from "../writer.js";

/** An object of the fields of a declaration, in the order in which they were written; what was filled in comes last. */
export function emitDefinition(
  e: Emitter,
  syntax: readonly ast.Field[],
  fields: FieldFacts,
  write: (name: string, fact: FieldFact) => void,
): void {
  const spans = new Map(syntax.map((field) => [field.name.text.toLowerCase(), field.span]));
  e.out.write("{ ");
  e.list([...fields], ([name, fact]) => e.out.within(spans.get(name), () => write(name, fact)));
  e.out.write(" }");
}

/** `first_byte_timeout` → `firstByteTimeout`; what the runtime calls `maxConnections` and so on. */
export function propertyName(field: string): string {
  return field.replaceAll(/_([a-z])/g, (_, letter: string) => letter.toUpperCase());
}

/** The value of a field that is no probe. */
export function emitFieldValue(e: Emitter, fact: FieldFact): void {
  switch (fact.kind) {
    case "string":
      e.out.string(fact.value);
      break;
    case "strings":
      e.out.write(`[${fact.value.map(quote).join(", ")}]`);
      break;
    case "number":
    case "boolean":
      e.out.write(String(fact.value));
      break;
    case "backend":
    case "probe":
      e.out.write(e.module.nameOf(fact.declaration as ast.BackendDeclaration));
  }
}
