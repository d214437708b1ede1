import { isMethodSub } from "../../language/subs.js";
import type { Analysis } from "../analysis.js";

/** What is named is defined. */
export function undefinedNames(a: Analysis): void {
  for (const { kind, name, declaration, firstReference } of a.declared) {
    const clashes = a.clashes.has(name.toLowerCase());
    if (declaration === undefined && firstReference && !clashes) {
      a.report("undefined", firstReference.span, { kind, name });
    }
  }
  for (const [key, sub] of a.subs) {
    const exists = sub.userBodies.length > 0 || sub.builtinBodies.length > 0;
    if (exists || !sub.firstReference || isMethodSub(key) || a.clashes.has(key)) continue;
    a.report("undefined", sub.firstReference.span, { kind: "sub", name: sub.name });
  }
}

/** What is defined is named. Only asked of a program that is right otherwise: a name that is wrong leaves another one unused. */
export function unusedNames(a: Analysis): void {
  const hasDefault = a.backends.some((backend) => backend.name.text.toLowerCase() === "default");
  for (const { kind, name, declaration, referenced } of a.declared) {
    // The first backend is the default one, as long as none is called so.
    const isImplicitDefault = declaration === a.backends[0] && !hasDefault;
    if (declaration === undefined || referenced || isImplicitDefault) continue;
    a.report("unused", declaration.name.span, { kind, name }, unusedHint(name));
  }
  for (const { kind, name, referenced, userBodies } of a.subs.values()) {
    const [body] = userBodies;
    if (!body || referenced || kind !== "user") continue;
    a.report("unused", body.name.span, { kind: "sub", name }, unusedHint(name));
  }
}

function unusedHint(name: string): { hint: string } {
  return { hint: `use it, remove it, or say \`unused ${name};\`` };
}
