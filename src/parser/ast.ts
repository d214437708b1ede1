import type { Span } from "../source/source-file.js";

/**
 * The syntax tree of VCL. Nodes are read-only, are told apart by `kind`, and carry the span they were written in. Nothing is
 * resolved here: what a name means stands in the analyzer's side tables (`analyze/program.ts`), never in the tree.
 */
interface NodeBase {
  readonly span: Span;
}

/** A word as written. `quoted` is true for the quoted part of a header name: `req.http."x.y"` (VCL 4.1). */
export interface Identifier extends NodeBase {
  readonly kind: "Identifier";
  readonly text: string;
  readonly quoted: boolean;
}

/** A whole program: the main source with its includes expanded in place. */
export interface Program extends NodeBase {
  readonly kind: "Program";
  /** The declared language version times ten: 40 or 41. Undefined when the declaration is missing or not understood. */
  readonly version: number | undefined;
  readonly declarations: readonly Declaration[];
}

// Declarations ---------------------------------------------------------------------------------------------------------------

export type Declaration =
  | VersionDeclaration
  | ImportDeclaration
  | BackendDeclaration
  | ProbeDeclaration
  | AclDeclaration
  | SubDeclaration
  | UnusedDeclaration;

/** `vcl 4.1;` */
export interface VersionDeclaration extends NodeBase {
  readonly kind: "VersionDeclaration";
  readonly version: number;
}

/** `import NAME [as ALIAS] [from "PATH"];` */
export interface ImportDeclaration extends NodeBase {
  readonly kind: "ImportDeclaration";
  readonly name: Identifier;
  readonly alias?: Identifier;
  readonly from?: StringLiteral;
}

/** `backend NAME { fields }` or `backend NAME none;` (then `none` is true and there are no fields). */
export interface BackendDeclaration extends NodeBase {
  readonly kind: "BackendDeclaration";
  readonly name: Identifier;
  readonly none: boolean;
  readonly fields: readonly Field[];
}

/** `probe NAME { fields }` */
export interface ProbeDeclaration extends NodeBase {
  readonly kind: "ProbeDeclaration";
  readonly name: Identifier;
  readonly fields: readonly Field[];
}

/** `.name = value;` of a backend or probe. Values are literals, names, lists of strings (`.request`) or an inline probe. */
export interface Field extends NodeBase {
  readonly kind: "Field";
  readonly name: Identifier;
  readonly value: FieldValue;
}

export type FieldValue =
  StringLiteral | StringList | NumberLiteral | BlobLiteral | NameExpression | InlineProbe;

/** Adjacent strings, as in a probe's `.request`. A single string is a StringLiteral. */
export interface StringList extends NodeBase {
  readonly kind: "StringList";
  readonly strings: readonly StringLiteral[];
}

/** `.probe = { fields }` */
export interface InlineProbe extends NodeBase {
  readonly kind: "InlineProbe";
  readonly fields: readonly Field[];
}

/** `acl NAME flags { entries }` */
export interface AclDeclaration extends NodeBase {
  readonly kind: "AclDeclaration";
  readonly name: Identifier;
  readonly flags: readonly AclFlag[];
  readonly entries: readonly AclEntry[];
}

/** `+log`, `-pedantic`, `+fold(-report)` */
export interface AclFlag extends NodeBase {
  readonly kind: "AclFlag";
  readonly on: boolean;
  readonly name: Identifier;
  readonly argument?: { readonly on: boolean; readonly name: Identifier };
}

/** `!"10.0.0.0"/8;` — `optional` is true for an entry in parentheses, whose look-up may fail. */
export interface AclEntry extends NodeBase {
  readonly kind: "AclEntry";
  readonly negated: boolean;
  readonly optional: boolean;
  readonly address: StringLiteral;
  /** The mask after the string; a mask inside the string ("10.0.0.0/8") is left for the analyzer. */
  readonly mask?: NumberLiteral;
}

/** `sub NAME { … }` */
export interface SubDeclaration extends NodeBase {
  readonly kind: "SubDeclaration";
  readonly name: Identifier;
  readonly body: Block;
}

/** `unused NAME;` */
export interface UnusedDeclaration extends NodeBase {
  readonly kind: "UnusedDeclaration";
  readonly name: NameExpression;
}

// Statements -----------------------------------------------------------------------------------------------------------------

export type Statement =
  | Block
  | IfStatement
  | SetStatement
  | UnsetStatement
  | CallStatement
  | ReturnStatement
  | NewStatement
  | BanStatement
  | HashDataStatement
  | SyntheticStatement
  | ExpressionStatement;

/** `{ … }` */
export interface Block extends NodeBase {
  readonly kind: "Block";
  readonly statements: readonly Statement[];
}

/** `if (…) { … } elseif (…) { … } else { … }`, flat: one arm for each condition. */
export interface IfStatement extends NodeBase {
  readonly kind: "IfStatement";
  readonly arms: readonly IfArm[];
  readonly otherwise?: Block;
}

export interface IfArm extends NodeBase {
  readonly kind: "IfArm";
  /** The keyword that began the arm, as written: `if`, `else if`, `elseif`, `elsif`, `elif`. */
  readonly keyword: string;
  readonly test: Expression;
  readonly body: Block;
}

export type AssignmentOperator = "=" | "+=" | "-=" | "*=" | "/=";

/** `set NAME = value;` */
export interface SetStatement extends NodeBase {
  readonly kind: "SetStatement";
  readonly target: NameExpression;
  readonly operator: AssignmentOperator;
  readonly operatorSpan: Span;
  readonly value: Expression;
}

/** `unset NAME;` */
export interface UnsetStatement extends NodeBase {
  readonly kind: "UnsetStatement";
  readonly target: NameExpression;
}

/** `call NAME;` or, with an expression of type SUB, `call object.method();` */
export interface CallStatement extends NodeBase {
  readonly kind: "CallStatement";
  readonly callee: Expression;
}

/** `return;` (no action), `return (action);`, `return (action(arguments));` */
export interface ReturnStatement extends NodeBase {
  readonly kind: "ReturnStatement";
  readonly action?: Identifier;
  /** Undefined where no parentheses follow the action. */
  readonly args?: readonly Expression[];
}

/** `new NAME = vmod.class(arguments);` */
export interface NewStatement extends NodeBase {
  readonly kind: "NewStatement";
  readonly name: Identifier;
  readonly constructorName: NameExpression;
  readonly args: readonly Argument[];
}

/** `ban(expr);` */
export interface BanStatement extends NodeBase {
  readonly kind: "BanStatement";
  readonly value: Expression;
}

/** `hash_data(expr);` */
export interface HashDataStatement extends NodeBase {
  readonly kind: "HashDataStatement";
  readonly value: Expression;
}

/** `synthetic(expr);` */
export interface SyntheticStatement extends NodeBase {
  readonly kind: "SyntheticStatement";
  readonly value: Expression;
}

/** A call in statement position: `std.log("x");` */
export interface ExpressionStatement extends NodeBase {
  readonly kind: "ExpressionStatement";
  readonly expression: Expression;
}

// Expressions ----------------------------------------------------------------------------------------------------------------

export type Expression =
  | NameExpression
  | GlobalDirectorExpression
  | CallExpression
  | MemberExpression
  | StringLiteral
  | NumberLiteral
  | BlobLiteral
  | UnaryExpression
  | BinaryExpression
  | ParenthesizedExpression;

/**
 * A dotted name: `req.http.host`, `my_backend`, `std.log`. The analyzer finds out how much of it is a symbol (longest match) and
 * which trailing parts are properties of the value (`storage.s0.happy`, `req.backend_hint.resolve` as the callee of a call).
 */
export interface NameExpression extends NodeBase {
  readonly kind: "NameExpression";
  readonly parts: readonly [Identifier, ...Identifier[]];
}

/** `global.NAME`: a director of the global registry (unless a VMOD named `global` is imported: then a NameExpression). */
export interface GlobalDirectorExpression extends NodeBase {
  readonly kind: "GlobalDirectorExpression";
  readonly name: Identifier;
}

/** `callee(arguments)`; the callee is a name, or a member of a value that is no name: `("a" + "b").lower()`. */
export interface CallExpression extends NodeBase {
  readonly kind: "CallExpression";
  readonly callee: NameExpression | MemberExpression;
  readonly args: readonly Argument[];
}

/** A positional (`name` undefined) or named argument. */
export interface Argument extends NodeBase {
  readonly kind: "Argument";
  readonly name?: Identifier;
  readonly value: Expression;
}

/** `object.property` where the object is no plain name: `"x".lower`, `global.api.resolve`, `f(1).upper`. */
export interface MemberExpression extends NodeBase {
  readonly kind: "MemberExpression";
  readonly object: Expression;
  readonly property: Identifier;
}

/** A string in one of the three forms; `value` is its bytes (there are no escape sequences). */
export interface StringLiteral extends NodeBase {
  readonly kind: "StringLiteral";
  readonly value: string;
  readonly form: "short" | "braces" | "triple";
}

/** `5`, `1.5`, `5s`, `10 KB`: the context decides what the unit may be and whether `5` is an INT or a REAL. */
export interface NumberLiteral extends NodeBase {
  readonly kind: "NumberLiteral";
  /** The digits as written. */
  readonly text: string;
  readonly value: number;
  /** True when written with a dot. */
  readonly real: boolean;
  readonly unit?: Identifier;
}

/** `:base64:`; `value` is the decoded bytes, one per code unit. */
export interface BlobLiteral extends NodeBase {
  readonly kind: "BlobLiteral";
  readonly value: string;
}

/** `!x` or `-x`. A minus before anything but a number literal negates the whole `||`-level expression that follows. */
export interface UnaryExpression extends NodeBase {
  readonly kind: "UnaryExpression";
  readonly operator: "!" | "-";
  readonly operatorSpan: Span;
  readonly operand: Expression;
}

export type BinaryOperator =
  "||" | "&&" | "==" | "!=" | "<" | "<=" | ">" | ">=" | "~" | "!~" | "+" | "-" | "*" | "/" | "%";

export interface BinaryExpression extends NodeBase {
  readonly kind: "BinaryExpression";
  readonly operator: BinaryOperator;
  readonly operatorSpan: Span;
  readonly left: Expression;
  readonly right: Expression;
}

/** `( … )`, kept so that emitted code looks like its source. */
export interface ParenthesizedExpression extends NodeBase {
  readonly kind: "ParenthesizedExpression";
  readonly expression: Expression;
}

export type Node =
  | Program
  | Declaration
  | Field
  | StringList
  | InlineProbe
  | AclFlag
  | AclEntry
  | Statement
  | IfArm
  | Expression
  | Argument
  | Identifier;

export type NodeKind = Node["kind"];
export type NodeOfKind<Kind extends NodeKind> = Extract<Node, { readonly kind: Kind }>;
