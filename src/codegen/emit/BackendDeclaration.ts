import type { FieldFact } from "../../analyze/program.js";
import type * as ast from "../../parser/ast.js";
import { writeCommentsAbove } from "../comments.js";
import type { Emitter } from "../emitter.js";
import { known } from "../module.js";
import { emitDefinition, emitFieldValue, propertyName } from "../shared/definition.js";
import { emitProbeDefinition } from "./ProbeDeclaration.js";

/** `const backend_api = vpi.backend("api", { … });`, without the name where nothing uses it. */
export function emitBackendDeclaration(e: Emitter, node: ast.BackendDeclaration): void {
  writeCommentsAbove(e.out, node.span);
  e.out.within(node.span, () => {
    if (e.module.isUsed(node)) e.out.write(`const ${e.module.declaredName(node)} = `);
    e.out.write(node.none ? "vpi.noBackend(" : "vpi.backend(");
    e.out.string(node.name.text);
    if (!node.none) {
      e.out.write(", ");
      emitFields(e, node);
    }
    e.out.line(");");
  });
}

function emitFields(e: Emitter, node: ast.BackendDeclaration): void {
  const fields = known(e.module.program.fields.get(node), "backend fields");
  emitDefinition(e, node.fields, fields, (name, fact) => emitBackendField(e, node, name, fact));
}

function emitBackendField(e: Emitter, node: ast.BackendDeclaration, name: string, fact: FieldFact): void {
  e.out.write(`${propertyName(name)}: `);
  if (fact.kind !== "probe") {
    emitFieldValue(e, fact);
  } else if (fact.declaration.kind === "ProbeDeclaration") {
    e.out.write(e.module.nameOf(fact.declaration));
  } else {
    e.out.write("vpi.probe(");
    // An inline probe has no name of its own.
    e.out.string(node.name.text);
    e.out.write(", ");
    emitProbeDefinition(e, fact.declaration);
    e.out.write(")");
  }
}
