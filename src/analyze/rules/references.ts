import { isMethodSub } from "../../language/subs.js";
import type { Analysis } from "../analysis.js";

/** What is named is defined, and what is defined is named. */
export function references(a: Analysis): void {
  declared(a);
  subs(a);
}

function declared(a: Analysis): void {
  const hasDefault = a.backends.some((backend) => backend.name.text.toLowerCase() === "default");
  for (const symbol of a.declared) {
    const { kind, name, declaration, firstReference } = symbol;
    if (declaration === undefined) {
      if (firstReference) a.report("undefined", firstReference.span, { kind, name });
      continue;
    }
    // The first backend is the default one, as long as none is called so.
    if (declaration === a.backends[0] && !hasDefault) continue;
    if (symbol.referenced || a.mentioned.has(name.toLowerCase())) continue;
    a.report("unused", declaration.name.span, { kind, name }, unusedHint(name));
  }
}

function subs(a: Analysis): void {
  for (const [key, sub] of a.subs) {
    const [body] = sub.userBodies;
    const exists = body !== undefined || sub.builtinBodies.length > 0;
    if (!exists && sub.firstReference && !isMethodSub(key)) {
      a.report("undefined", sub.firstReference.span, { kind: "sub", name: sub.name });
    } else if (body && sub.kind === "user" && !sub.referenced && !a.mentioned.has(key)) {
      a.report("unused", body.name.span, { kind: "sub", name: sub.name }, unusedHint(sub.name));
    }
  }
}

function unusedHint(name: string): { hint: string } {
  return { hint: `use it, remove it, or say \`unused ${name};\`` };
}
