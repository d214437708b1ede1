import { hasReservedPrefix } from "../../language/reserved.js";
import { methodSubNames } from "../../language/subs.js";
import type * as ast from "../../parser/ast.js";
import type { Analysis } from "../analysis.js";
import { findName, reportWrongType } from "../names.js";
import { execute } from "../statements/index.js";
import { added, type SubInfo } from "../sub-info.js";
import { nearest } from "../suggest.js";

/** Subs of VCL 3 and what does their work now. */
const formerSubs: Readonly<Record<string, string>> = {
  vcl_fetch: "vcl_backend_response",
  vcl_error: "vcl_synth",
};

/** A sub: method and hook subs may have many bodies, others one. */
export function subDeclaration(a: Analysis, declaration: ast.SubDeclaration): void {
  const sub = subOf(a, declaration);
  if (sub === undefined) return;
  if (a.inBuiltin) sub.builtinBodies = added(sub.builtinBodies, declaration);
  else sub.userBodies = added(sub.userBodies, declaration);
  a.sub = sub;
  execute(a, declaration.body);
}

function subOf(a: Analysis, { name }: ast.SubDeclaration): SubInfo | undefined {
  const key = name.text.toLowerCase();
  const known = a.subs.get(key);
  if (known !== undefined && known.kind !== "user") return known;
  if (a.inBuiltin) return a.subNamed(name.text);
  if (known !== undefined && known.userBodies.length > 0) {
    const related = [{ span: known.userBodies[0]!.name.span, message: "Previously defined here" }];
    return a.report("redefined", name.span, { kind: "Subroutine", name: known.name }, { related });
  }
  const other = key === "default" ? undefined : findName(a, [name]);
  if (other === "reported") return undefined;
  a.clashes.add(key);
  if (other !== undefined && other.symbol.kind !== "sub") {
    return reportWrongType(a, name.span, name.text, other.symbol, "sub");
  }
  if (hasReservedPrefix(name.text)) {
    const names = [...a.subs.keys()].filter(hasReservedPrefix);
    const near = formerSubs[key] ?? nearest(name.text, names);
    const question = near === undefined ? "" : `did you mean '${near}'? `;
    const hint = `${question}Legal are ${methodSubNames.join(", ")} and the hooks of the built-in VCL`;
    return a.report("reserved-sub-name", name.span, {}, { hint });
  }
  a.clashes.delete(key);
  const sub = a.subNamed(name.text);
  if (key !== "default") a.names.set(key, { kind: "sub", sub });
  return sub;
}
