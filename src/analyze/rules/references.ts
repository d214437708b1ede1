import { isMethodSub } from "../../language/subs.js";
import type { Analysis } from "../analysis.js";
import { definedHint } from "../suggest.js";

/** What is named is defined, and what is defined is named. */
export function references(a: Analysis): void {
  const namesAreRight = !a.diagnostics.some(
    ({ severity, code }) => severity === "error" && !leavesNamesAlone.test(code),
  );
  if (undefinedNames(a) === 0 && namesAreRight) unusedNames(a);
}

/** Codes of errors that neither hide a name from view nor come from a wrong one; a declaration that is wrong is not used yet, either. */
const leavesNamesAlone = /^not-(?:un)?settable$/;

/** Reports names without a definition; answers how many there are. */
function undefinedNames(a: Analysis): number {
  const before = a.diagnostics.length;
  for (const { kind, name, declaration, firstReference } of a.declared) {
    if (declaration !== undefined || !firstReference || a.clashes.has(name.toLowerCase())) continue;
    a.report(
      "undefined",
      firstReference.span,
      { kind, name },
      definedHint(a, kind, name, firstReference.span),
    );
  }
  for (const [key, sub] of a.subs) {
    const exists = sub.userBodies.length > 0 || sub.builtinBodies.length > 0;
    if (exists || !sub.firstReference || isMethodSub(key) || a.clashes.has(key)) continue;
    const { name } = sub;
    a.report(
      "undefined",
      sub.firstReference.span,
      { kind: "sub", name },
      definedHint(a, "sub", name, sub.firstReference.span),
    );
  }
  return a.diagnostics.length - before;
}

/** Reports definitions that nothing names. Where a name is undefined, one of them may have been meant: then nothing is said. */
function unusedNames(a: Analysis): void {
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
