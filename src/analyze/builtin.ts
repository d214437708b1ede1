import { builtinVcl } from "../language/builtin-vcl.js";
import type * as ast from "../parser/ast.js";
import { parse } from "../parser/parse.js";

/** The built-in VCL includes nothing. */
const options = { reader: { read: () => ({ error: "" }), glob: () => [] }, vclPath: [] };

let subs: readonly ast.SubDeclaration[] | undefined;

/** The subs of the built-in VCL; parsed once. */
export function builtinSubs(): readonly ast.SubDeclaration[] {
  subs ??= parse(
    { name: "<builtin>", kind: "builtin", text: builtinVcl },
    options,
  ).program.declarations.filter((declaration) => declaration.kind === "SubDeclaration");
  return subs;
}
