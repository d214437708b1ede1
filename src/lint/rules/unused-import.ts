import type { LintContext } from "../lint-context.js";
import { removal } from "../support/fixes.js";
import { forEachFact } from "../support/values.js";

/** VMODs that are imported and of which no function or object is used. */
export function unusedImport(lint: LintContext): void {
  const { imports, objects, syntax } = lint.program;
  const used = new Set(objects.map((object) => object.import));
  forEachFact(lint, syntax, (_, resolution) => {
    if (resolution.kind === "function") used.add(resolution.import);
  });
  for (const fact of imports) {
    // A module may do its work by being loaded: then it says so with an event handler.
    if (used.has(fact) || fact.vmod.events) continue;
    const fix = removal(fact.declaration);
    lint.report("unused-import", fact.declaration.span, { name: fact.alias }, fix);
  }
}
