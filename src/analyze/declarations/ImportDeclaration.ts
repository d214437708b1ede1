import { meant, type DiagnosticExtra } from "../../diagnostics/diagnostic.js";
import { hasReservedPrefix } from "../../language/reserved.js";
import { isMethodSub } from "../../language/subs.js";
import type * as ast from "../../parser/ast.js";
import type { FoundVmod } from "../../vcc/vmod-finder.js";
import type { Analysis } from "../analysis.js";
import { findName, reportWrongType } from "../names.js";
import { nearest } from "../suggest.js";

/** `import`: from here on the module's functions and classes are known under its name or alias. */
export function importDeclaration(a: Analysis, declaration: ast.ImportDeclaration): void {
  const alias = declaration.alias ?? declaration.name;
  const key = alias.text.toLowerCase();
  const known = a.modules.get(key);
  if (known === undefined && !isFree(a, alias)) return;
  const found = findVmod(a, declaration);
  if (found === undefined) {
    a.broken.add(key);
    return;
  }
  if (known !== undefined) {
    if (known.import.vmod.name !== found.interface.name) {
      const related = [{ span: known.import.declaration.span, message: "First import" }];
      a.report("vmod-other-import", declaration.span, { name: alias.text }, { related });
    }
    return;
  }
  const fact = { declaration, alias: alias.text, vmod: found.interface, origin: found.origin };
  a.imports.push(fact);
  a.modules.set(key, { kind: "vmod", import: fact });
}

/** Whether a module may have a name; VCL 4.0 minds no symbols of other kinds but `default` and the subs that its built-in VCL calls. */
function isFree(a: Analysis, alias: ast.Identifier): boolean {
  const key = alias.text.toLowerCase();
  const isCalled = hasReservedPrefix(key) && !isMethodSub(key);
  if (a.version < 41 && key !== "default" && !isCalled) return true;
  const known = findName(a, [alias]);
  if (known === undefined && a.version >= 41 && hasReservedPrefix(key))
    a.report("reserved-prefix", alias.span, {});
  else if (known !== undefined && known !== "reported")
    reportWrongType(a, alias.span, alias.text, known.symbol, "vmod");
  else return known === undefined;
  return false;
}

/** A VMOD as its finder knows it; where a program imports one a hundred thousand times, its files are looked for once. */
function findOnce(
  a: Analysis,
  name: string,
  from: string | undefined,
): ReturnType<Analysis["vmods"]["find"]> {
  const key = `${name} ${from ?? ""}`;
  if (!a.foundVmods.has(key)) a.foundVmods.set(key, a.vmods.find(name, from));
  return a.foundVmods.get(key);
}

function findVmod(a: Analysis, declaration: ast.ImportDeclaration): FoundVmod | undefined {
  const { name } = declaration;
  const found = findOnce(a, name.text, declaration.from?.value);
  if (found === undefined) {
    return a.report("vmod-not-found", name.span, { name: name.text }, notFoundAdvice(a, declaration));
  }
  if ("unreadable" in found) {
    return a.report("vmod-unusable", name.span, { name: name.text, reason: found.unreadable });
  }
  if ("diagnostics" in found) {
    const [first] = found.diagnostics;
    const related = found.diagnostics.map(({ span, message }) => ({ span, message }));
    return a.report(
      "vmod-unusable",
      name.span,
      { name: name.text, reason: first?.message ?? "" },
      { related },
    );
  }
  return found;
}

/** What may have been meant, or how a module is found; what `from` names says enough. */
function notFoundAdvice(a: Analysis, { name, from }: ast.ImportDeclaration): DiagnosticExtra {
  if (from !== undefined || a.limit.isReached("vmod-not-found")) return {};
  const near = nearest(name.text, a.vmods.names?.() ?? []);
  if (near !== undefined) return meant(name.span, near);
  return { hint: `--vmod-path names the folders that VMODs are in: ${name.text}.vcc` };
}
