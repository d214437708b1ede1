import type * as ast from "../../parser/ast.js";
import type { Analysis } from "../analysis.js";
import { aclDeclaration } from "./AclDeclaration.js";
import { backendDeclaration } from "./BackendDeclaration.js";
import { importDeclaration } from "./ImportDeclaration.js";
import { probeDeclaration } from "./ProbeDeclaration.js";
import { subDeclaration } from "./SubDeclaration.js";
import { unusedDeclaration } from "./UnusedDeclaration.js";

type Handlers = {
  readonly [Kind in ast.Declaration["kind"]]: (
    a: Analysis,
    declaration: Extract<ast.Declaration, { readonly kind: Kind }>,
  ) => void;
};

const handlers: Handlers = {
  AclDeclaration: aclDeclaration,
  BackendDeclaration: backendDeclaration,
  ImportDeclaration: importDeclaration,
  ProbeDeclaration: probeDeclaration,
  SubDeclaration: subDeclaration,
  UnusedDeclaration: unusedDeclaration,
  // The parser has dealt with versions: they decide what its text means.
  VersionDeclaration: () => undefined,
};

/** Reads one declaration of the top level. */
export function declare(a: Analysis, declaration: ast.Declaration): void {
  (handlers[declaration.kind] as (a: Analysis, declaration: ast.Declaration) => void)(a, declaration);
}
