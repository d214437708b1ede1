import type * as ast from "../../parser/ast.js";
import { plainValue, type Analysis, type Value } from "../analysis.js";

/** `global.NAME` is a BACKEND that loading binds; whether it exists is not asked here. */
export function globalDirectorExpression(a: Analysis, e: ast.GlobalDirectorExpression): Value {
  const name = e.name.text;
  if (!a.globals.has(name)) a.globals.set(name, { name, identifier: e.name });
  a.globalUses.set(e, a.sub);
  return plainValue("BACKEND", { resolution: { kind: "global", name, inInit: false } });
}
