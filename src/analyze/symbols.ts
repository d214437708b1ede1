import { builtinNames, type BuiltinKind } from "../language/reserved.js";
import { everySub, maskOf, type SubMask } from "../language/subs.js";
import type { VclType } from "../language/types.js";
import { variables, type VariableEntry } from "../language/variables.js";
import type * as ast from "../parser/ast.js";
import type { VccFunction, VccObject } from "../vcc/vmod-interface.js";
import type { HeaderTarget, ImportFact, ObjectFact } from "./program.js";
import type { SubInfo } from "./sub-info.js";

/** A declaration of the program, or a first reference that waits for one. */
export interface DeclaredSymbol {
  readonly kind: "backend" | "probe" | "acl";
  /** As first met. */
  readonly name: string;
  declaration: ast.BackendDeclaration | ast.ProbeDeclaration | ast.AclDeclaration | undefined;
  firstReference: ast.Identifier | undefined;
  referenced: boolean;
}

export interface VariableSymbol {
  readonly kind: "var";
  readonly name: string;
  readonly type: VclType;
  readonly read: SubMask;
  readonly write: SubMask;
  readonly unset: SubMask;
  readonly nullable: boolean;
  readonly header?: HeaderTarget;
}

export interface ModuleSymbol {
  readonly kind: "vmod";
  readonly import: ImportFact;
}

/** What a name stands for. VCL has one namespace; `kind` is also the word that messages use. */
export type VclSymbol =
  | VariableSymbol
  | DeclaredSymbol
  | { readonly kind: BuiltinKind; readonly name: string }
  | { readonly kind: "sub"; readonly sub: SubInfo }
  | ModuleSymbol
  | { readonly kind: "function"; readonly import: ImportFact; readonly function: VccFunction }
  | { readonly kind: "object"; readonly import: ImportFact; readonly object: VccObject }
  | { readonly kind: "instance"; readonly object: ObjectFact }
  | { readonly kind: "method"; readonly object: ObjectFact; readonly function: VccFunction }
  | { readonly kind: "stevedore"; readonly name: string }
  /** The first part of dotted names, such as `client` or `req.http`: no symbol of its own. */
  | { readonly kind: "none"; readonly name: string };

/** The kind of a symbol in the words of a message. */
export function kindName(symbol: VclSymbol): string {
  return symbol.kind === "function" ? "func" : symbol.kind;
}

/** A node of the tree of VCL's own names. */
export interface NameNode {
  readonly name: string;
  readonly children: Map<string, NameNode>;
  readonly entries: VariableEntry[];
  wildcard?: VariableEntry;
  builtin?: { readonly kind: BuiltinKind; readonly name: string };
}

function nameNode(name: string): NameNode {
  return { name, children: new Map(), entries: [] };
}

function buildTree(): NameNode {
  const root = nameNode("");
  for (const entry of variables as readonly VariableEntry[]) {
    let node = root;
    for (const part of entry.name.split(".")) {
      if (part === "*") node.wildcard = entry;
      else node = childOf(node, part);
    }
    if (node.wildcard !== entry) node.entries.push(entry);
  }
  for (const [kind, names] of Object.entries(builtinNames) as [BuiltinKind, readonly string[]][]) {
    for (const name of names) childOf(root, name).builtin = { kind, name };
  }
  return root;
}

function childOf(node: NameNode, part: string): NameNode {
  let child = node.children.get(part);
  if (child === undefined) {
    child = nameNode(node.name === "" ? part : `${node.name}.${part}`);
    node.children.set(part, child);
  }
  return child;
}

/** Variables, functions, statements and keywords, by the parts of their names in lower case. */
export const builtinTree: NameNode = buildTree();

const variableSymbols = new Map<VariableEntry, VariableSymbol>();

/** The symbol of an entry of the table of variables that is no header. */
export function variableSymbol(entry: VariableEntry): VariableSymbol {
  let symbol = variableSymbols.get(entry);
  if (symbol === undefined) {
    symbol = symbolOf(entry);
    variableSymbols.set(entry, symbol);
  }
  return symbol;
}

/** The symbol of a header, under the name it was first spelled with. */
export function headerSymbol(entry: VariableEntry, target: HeaderTarget): VariableSymbol {
  return { ...symbolOf(entry), name: `${target.message}.http.${target.header}`, header: target };
}

function symbolOf(entry: VariableEntry): VariableSymbol {
  return {
    kind: "var",
    name: entry.name,
    type: entry.type,
    read: maskOf(entry.read),
    write: entry.write ? maskOf(entry.write) : 0,
    unset: entry.unset ? maskOf(entry.unset) : 0,
    nullable: entry.nullable ?? false,
  };
}

/** Whether a language version (times ten) knows an entry. */
export function isVisible(entry: VariableEntry, version: number): boolean {
  return version >= (entry.since ?? 40) && version <= (entry.until ?? 41);
}

/** Where a function may be called: its `$Restrict`, and the client side alone when it asks for state of the top request. */
export function functionMask(fn: VccFunction): SubMask {
  const scopes = fn.restrict ? maskOf(fn.restrict as Parameters<typeof maskOf>[0]) : everySub;
  return fn.privs.includes("PRIV_TOP") ? scopes & maskOf(["client"]) : scopes;
}
