import { findMethod } from "../../vcc/vmod-interface.js";
import type { LintContext } from "../lint-context.js";
import { forEachFact } from "../support/values.js";

/** Directors that are made and filled in vcl_init, and that nobody takes a backend from. Objects of other VMODs may work by being there. */
export function unusedDirector(lint: LintContext): void {
  const used = new Set<string>();
  lint.visit({
    SubDeclaration(sub) {
      const filling = sub.name.text.toLowerCase() === "vcl_init";
      forEachFact(lint, sub, (_, resolution) => {
        if (resolution.kind !== "method") return;
        if (!filling || resolution.function.returns !== "VOID") used.add(resolution.object.name);
      });
      return false;
    },
  });
  for (const object of lint.program.objects) {
    const isDirector = object.import.vmod.name === "directors" && findMethod(object.object, "backend");
    if (!isDirector || used.has(object.name)) continue;
    lint.report("unused-director", object.statement.name.span, { name: object.name });
  }
}
