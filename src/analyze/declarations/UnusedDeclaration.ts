import type * as ast from "../../parser/ast.js";
import type { Analysis } from "../analysis.js";
import { findWholeName, reference } from "../names.js";

/** `unused NAME;` counts as a reference to a backend, probe, ACL or sub. */
export function unusedDeclaration(a: Analysis, declaration: ast.UnusedDeclaration): void {
  const { parts, span } = declaration.name;
  const symbol = findWholeName(a, declaration.name);
  if (symbol === undefined) return;
  if (["backend", "probe", "acl", "sub"].includes(symbol.kind)) reference(symbol, parts[0]);
  else a.report("unused-target", span, { name: parts.at(-1)?.text ?? "" });
}
