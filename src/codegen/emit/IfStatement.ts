import type * as ast from "../../parser/ast.js";
import type { Emitter } from "../emitter.js";
import { emitCondition } from "../shared/truth.js";

/** `if … else if … else`, whichever of VCL's four spellings was used. */
export function emitIfStatement(e: Emitter, { arms, otherwise }: ast.IfStatement): void {
  for (const [index, arm] of arms.entries()) {
    e.out.within(arm.span, () => {
      e.out.write(index === 0 ? "if (" : " else if (");
      emitCondition(e, arm.test);
      e.out.line(") {");
    });
    e.block(arm.body);
    e.out.write("}");
  }
  if (otherwise) {
    e.out.within(otherwise.span, () => e.out.line(" else {"));
    e.block(otherwise);
    e.out.write("}");
  }
  e.out.write("\n");
}
