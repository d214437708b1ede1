import type { DiagnosticCode } from "../../diagnostics/catalog.js";
import { hasReservedPrefix } from "../../language/reserved.js";
import type * as ast from "../../parser/ast.js";
import type { Analysis } from "../analysis.js";
import { definitionOf, findName, reference } from "../names.js";
import { kindName, type DeclaredSymbol, type VclSymbol } from "../symbols.js";

/** Makes the symbol of a name that is used before its declaration; its kind is what the place wants. */
export function forwardReference(
  a: Analysis,
  kind: "acl" | "backend" | "probe" | "sub",
  identifier: ast.Identifier,
): VclSymbol {
  const symbol: VclSymbol =
    kind === "sub" ? { kind, sub: a.subNamed(identifier.text) } : newDeclared(a, kind, identifier.text);
  reference(symbol, identifier);
  a.names.set(identifier.text.toLowerCase(), symbol);
  return symbol;
}

function newDeclared(a: Analysis, kind: DeclaredSymbol["kind"], name: string): DeclaredSymbol {
  const symbol: DeclaredSymbol = {
    kind,
    name,
    declaration: undefined,
    firstReference: undefined,
    referenced: false,
  };
  a.declared.push(symbol);
  return symbol;
}

/** Defines the name of a backend, probe or ACL; a clash is reported, and the first definition stays. */
export function define(
  a: Analysis,
  kind: DeclaredSymbol["kind"],
  declaration: NonNullable<DeclaredSymbol["declaration"]>,
): void {
  const { name } = declaration;
  const key = name.text.toLowerCase();
  const known = a.names.get(key);
  if (known?.kind === kind && known.declaration === undefined) {
    known.declaration = declaration;
    return;
  }
  // `default` means something of its own; a backend and a probe may both have that name.
  if (key === "default" && kind !== "acl") return;
  if (!isFree(a, name, kind)) return;
  const symbol = newDeclared(a, kind, name.text);
  symbol.declaration = declaration;
  a.names.set(key, symbol);
}

/** Whether a name may be given to something new; reports why not. */
export function isFree(
  a: Analysis,
  name: ast.Identifier,
  kind: "acl" | "backend" | "probe" | "instance",
): boolean {
  const known = findName(a, [name]);
  if (known === "reported") return false;
  if (known !== undefined) return reportClash(a, name, kind, known.symbol);
  if (a.version >= 41 && hasReservedPrefix(name.text)) {
    a.report("reserved-prefix", name.span, {});
    return false;
  }
  return true;
}

function reportClash(a: Analysis, name: ast.Identifier, kind: string, symbol: VclSymbol): false {
  a.clashes.add(name.text.toLowerCase());
  const place = definitionOf(symbol);
  const defined = place !== undefined && isDefined(symbol);
  const related = place
    ? { related: [{ span: place, message: defined ? "First definition" : "First reference" }] }
    : {};
  if (!defined) {
    a.report("name-must-have-type", name.span, { name: name.text, type: kindName(symbol) }, related);
  } else {
    const same = symbol.kind === kind;
    const code: DiagnosticCode = same ? "redefined" : "already-defined";
    const title = kind[0]?.toUpperCase() + kind.slice(1);
    a.report(code, name.span, { kind: title, name: name.text }, related);
  }
  return false;
}

function isDefined(symbol: VclSymbol): boolean {
  if (symbol.kind === "sub") return symbol.sub.userBodies.length > 0;
  return !("declaration" in symbol) || symbol.declaration !== undefined;
}
