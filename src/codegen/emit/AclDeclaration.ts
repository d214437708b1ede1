import type { AclEntryFact, AclFact } from "../../analyze/program.js";
import { writeCommentsAbove } from "../comments.js";
import type { Emitter } from "../emitter.js";

/** `const acl_purgers = vpi.acl("purgers", {}, [["10.0.0.0", 8], ["!10.1.0.0", 16]]);` */
export function emitAclDeclaration(e: Emitter, fact: AclFact): void {
  const { declaration, entries, log } = fact;
  writeCommentsAbove(e.out, declaration.span);
  e.out.within(declaration.span, () => {
    if (e.module.isUsed(declaration)) e.out.write(`const ${e.module.declaredName(declaration)} = `);
    e.out.write("vpi.acl(");
    e.out.string(declaration.name.text);
    e.out.write(log ? ", { log: true }, [" : ", {}, [");
    e.list(entries, (entry) => e.out.within(entry.syntax.span, () => emitEntry(e, entry)));
    e.out.line("]);");
  });
}

function emitEntry(e: Emitter, { syntax, address, mask }: AclEntryFact): void {
  e.out.write("[");
  e.out.string(`${syntax.negated ? "!" : ""}${syntax.optional ? "?" : ""}${address}`);
  if (mask !== undefined) e.out.write(`, ${mask}`);
  e.out.write("]");
}
