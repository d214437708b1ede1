import type * as ast from "./ast.js";

type ChildKeys = {
  readonly [Kind in ast.NodeKind]: readonly Exclude<keyof ast.NodeOfKind<Kind>, "kind" | "span">[];
};

/** The properties of each node kind that hold nodes or lists of nodes, in source order. */
export const childKeys = {
  Identifier: [],
  Program: ["declarations"],
  VersionDeclaration: [],
  ImportDeclaration: ["name", "alias", "from"],
  BackendDeclaration: ["name", "fields"],
  ProbeDeclaration: ["name", "fields"],
  Field: ["name", "value"],
  StringList: ["strings"],
  InlineProbe: ["fields"],
  AclDeclaration: ["name", "flags", "entries"],
  AclFlag: ["name"],
  AclEntry: ["address", "mask"],
  SubDeclaration: ["name", "body"],
  UnusedDeclaration: ["name"],
  Block: ["statements"],
  IfStatement: ["arms", "otherwise"],
  IfArm: ["test", "body"],
  SetStatement: ["target", "value"],
  UnsetStatement: ["target"],
  CallStatement: ["callee"],
  ReturnStatement: ["action", "args"],
  NewStatement: ["name", "constructorName", "args"],
  BanStatement: ["value"],
  HashDataStatement: ["value"],
  SyntheticStatement: ["value"],
  ExpressionStatement: ["expression"],
  NameExpression: ["parts"],
  GlobalDirectorExpression: ["name"],
  CallExpression: ["callee", "args"],
  Argument: ["name", "value"],
  MemberExpression: ["object", "property"],
  StringLiteral: [],
  NumberLiteral: ["unit"],
  BlobLiteral: [],
  UnaryExpression: ["operand"],
  BinaryExpression: ["left", "right"],
  ParenthesizedExpression: ["expression"],
} as const satisfies ChildKeys;

/** Handlers for the kinds that a visit is about. One that returns false keeps the visit out of what is in the node. */
export type Visitor = {
  readonly [Kind in ast.NodeKind]?: (node: ast.NodeOfKind<Kind>) => boolean | void;
};

/** Walks a tree in source order, parents before children. */
export function visit(root: ast.Node, visitor: Visitor): void {
  walk(root, (node) => {
    const handler = visitor[node.kind] as ((node: ast.Node) => boolean | void) | undefined;
    return handler?.(node) !== false;
  });
}

/**
 * Calls for each node of a tree in source order, parents before children; one that is answered with false is not looked into. The parser's
 * limits keep trees from being too deep for that, and no list of nodes is made: there may be millions.
 */
export function walk(node: ast.Node, found: (node: ast.Node) => boolean): void {
  if (!found(node)) return;
  for (const key of childKeys[node.kind]) {
    const value = (node as unknown as Readonly<Record<string, ast.Node | readonly ast.Node[] | undefined>>)[
      key
    ];
    if (isList(value)) for (const child of value) walk(child, found);
    else if (value) walk(value, found);
  }
}

function isList(value: ast.Node | readonly ast.Node[] | undefined): value is readonly ast.Node[] {
  return Array.isArray(value);
}
