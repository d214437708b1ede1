import type * as ast from "../../parser/ast.js";
import { writeCommentsAbove } from "../comments.js";
import type { Emitter } from "../emitter.js";
import { known } from "../module.js";
import { emitDefinition, emitFieldValue, propertyName } from "../shared/definition.js";

/** `const probe_p = vpi.probe("p", { … });` */
export function emitProbeDeclaration(e: Emitter, node: ast.ProbeDeclaration): void {
  writeCommentsAbove(e.out, node.span);
  e.out.within(node.span, () => {
    if (e.module.isUsed(node)) e.out.write(`const ${e.module.declaredName(node)} = `);
    e.out.write("vpi.probe(");
    e.out.string(node.name.text);
    e.out.write(", ");
    emitProbeDefinition(e, node);
    e.out.line(");");
  });
}

/** The fields of a probe, named or inline. */
export function emitProbeDefinition(e: Emitter, node: ast.ProbeDeclaration | ast.InlineProbe): void {
  const fields = known(e.module.program.fields.get(node), "probe fields");
  emitDefinition(e, node.fields, fields, (name, fact) => {
    e.out.write(`${propertyName(name)}: `);
    emitFieldValue(e, fact);
  });
}
