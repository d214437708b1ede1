import type { ImportFact } from "../../analyze/program.js";
import type { Module } from "../module.js";
import { quote, type Writer } from "../writer.js";

/** `import * as std from "vclc/vmod/std";`, or in a running process a look-up among what is linked. */
export function emitImportDeclaration(out: Writer, module: Module, fact: ImportFact): void {
  const name = module.declaredName(fact);
  out.within(fact.declaration.span, () => {
    if (module.mode === "body") out.line(`const ${name} = vmods[${quote(fact.alias)}];`);
    else out.line(`import * as ${name} from ${quote(specifier(module, fact))};`);
  });
}

function specifier({ options }: Module, fact: ImportFact): string {
  if (fact.origin.kind === "shipped") return `vclc/vmod/${fact.vmod.name}`;
  return options.vmodSpecifier?.(fact) ?? `${fact.origin.path}.js`;
}
