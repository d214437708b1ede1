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

/** The nodes directly in a node, in source order. */
export function children(node: ast.Node): readonly ast.Node[] {
  const found: ast.Node[] = [];
  for (const key of childKeys[node.kind]) {
    const value = (node as unknown as Readonly<Record<string, ast.Node | readonly ast.Node[] | undefined>>)[
      key
    ];
    if (isList(value)) for (const node of value) found.push(node);
    else if (value) found.push(value);
  }
  return found;
}

function isList(value: ast.Node | readonly ast.Node[] | undefined): value is readonly ast.Node[] {
  return Array.isArray(value);
}

/** Handlers for the kinds that a visit is about. One that returns false keeps the visit out of what is in the node. */
export type Visitor = {
  readonly [Kind in ast.NodeKind]?: (node: ast.NodeOfKind<Kind>) => boolean | void;
};

/** Walks a tree in source order, parents before children. */
export function visit(root: ast.Node, visitor: Visitor): void {
  const pending: ast.Node[] = [root];
  for (let node = pending.pop(); node; node = pending.pop()) {
    const handler = visitor[node.kind] as ((node: ast.Node) => boolean | void) | undefined;
    if (handler?.(node) === false) continue;
    const inner = children(node);
    for (let at = inner.length - 1; at >= 0; at--) pending.push(inner[at]!);
  }
}
