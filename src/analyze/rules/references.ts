import { isMethodSub } from "../../language/subs.js";
import type { Analysis } from "../analysis.js";

/** What is named is defined, and what is defined is named. */
export function references(a: Analysis): void {
  const namesAreRight = !a.diagnostics.some(
    ({ severity, code }) => severity === "error" && !leavesNamesAlone.test(code),
  );
  const undefinedKinds = undefinedNames(a);
  if (namesAreRight) unusedNames(a, undefinedKinds);
}

/** Codes of errors that neither hide a name from view nor come from a wrong one; a declaration that is wrong is not used yet, either. */
const leavesNamesAlone = /^(?:read-only|not-settable|not-unsettable)$/;

/** Reports names without a definition; answers with their kinds. */
function undefinedNames(a: Analysis): ReadonlySet<string> {
  const kinds = new Set<string>();
  for (const { kind, name, declaration, firstReference } of a.declared) {
    if (declaration !== undefined || !firstReference || a.clashes.has(name.toLowerCase())) continue;
    kinds.add(kind);
    a.report("undefined", firstReference.span, { kind, name });
  }
  for (const [key, sub] of a.subs) {
    const exists = sub.userBodies.length > 0 || sub.builtinBodies.length > 0;
    if (exists || !sub.firstReference || isMethodSub(key) || a.clashes.has(key)) continue;
    kinds.add("sub");
    a.report("undefined", sub.firstReference.span, { kind: "sub", name: sub.name });
  }
  return kinds;
}

/** Reports definitions that nothing names, except of a kind of which a name is undefined: that one may have been meant. */
function unusedNames(a: Analysis, undefinedKinds: ReadonlySet<string>): void {
  const hasDefault = a.backends.some((backend) => backend.name.text.toLowerCase() === "default");
  for (const { kind, name, declaration, referenced } of a.declared) {
    // The first backend is the default one, as long as none is called so.
    const isImplicitDefault = declaration === a.backends[0] && !hasDefault;
    if (declaration === undefined || referenced || isImplicitDefault || undefinedKinds.has(kind)) continue;
    a.report("unused", declaration.name.span, { kind, name }, unusedHint(name));
  }
  for (const { kind, name, referenced, userBodies } of a.subs.values()) {
    const [body] = userBodies;
    if (!body || referenced || kind !== "user" || undefinedKinds.has("sub")) continue;
    a.report("unused", body.name.span, { kind: "sub", name }, unusedHint(name));
  }
}

function unusedHint(name: string): { hint: string } {
  return { hint: `use it, remove it, or say \`unused ${name};\`` };
}
