import type * as ast from "../../parser/ast.js";
import type { Emitter } from "../emitter.js";
import { emitCondition } from "../shared/truth.js";

/** Arms that are written as `else if`. To JavaScript each stands inside the one before, and what reads JavaScript recurses. */
const maxNestedArms = 400;

/** `if … else if … else`, whichever of VCL's four spellings was used. */
export function emitIfStatement(e: Emitter, node: ast.IfStatement): void {
  if (node.arms.length > maxNestedArms) emitLongChain(e, node);
  else emitNestedArms(e, node);
  e.point(node);
}

function emitNestedArms(e: Emitter, { arms, otherwise }: ast.IfStatement): void {
  for (const [index, arm] of arms.entries()) {
    emitTest(e, arm, index === 0 ? "if (" : " else if (");
    e.block(arm.body);
    e.out.write("}");
  }
  if (otherwise) {
    e.out.within(otherwise.span, () => e.out.line(" else {"));
    e.step("otherwise", otherwise);
    e.block(otherwise);
    e.out.write("}");
  }
  e.out.write("\n");
}

/** One `if` after the other in a block of its own, which every arm leaves. */
function emitLongChain(e: Emitter, { arms, otherwise }: ast.IfStatement): void {
  e.chain((label) => {
    e.out.line(`${label}: {`);
    for (const arm of arms) {
      emitTest(e, arm, "if (");
      e.block(arm.body);
      if (arm.body.statements.at(-1)?.kind !== "ReturnStatement") e.out.line(`break ${label};`);
      e.out.line("}");
    }
    if (otherwise) {
      e.step("otherwise", otherwise);
      e.block(otherwise);
    }
    e.out.line("}");
  });
}

function emitTest(e: Emitter, arm: ast.IfArm, before: string): void {
  e.out.within(arm.span, () => {
    e.out.write(before);
    emitCondition(e, arm.test);
    e.out.line(") {");
  });
  e.step("arm", arm.test);
}
