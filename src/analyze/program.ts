import type { MethodSub, SubGroup } from "../language/subs.js";
import type { VclType } from "../language/types.js";
import type * as ast from "../parser/ast.js";
import type { VmodOrigin } from "../vcc/vmod-finder.js";
import type { VccArgument, VccFunction, VccObject, VmodInterface } from "../vcc/vmod-interface.js";

/**
 * A program that passed analysis: its syntax and, beside it, everything that codegen needs to know. Codegen looks things up here
 * and decides nothing about VCL itself.
 */
export interface AnalyzedProgram {
  readonly syntax: ast.Program;
  /** Language version times ten. */
  readonly version: 40 | 41;
  /** VMODs by the name they are used under, in source order; a repeated import appears once. */
  readonly imports: readonly ImportFact[];
  /** Some of them have directors whose health takes time to know: who asks for it waits (`asksHealth`). */
  readonly settling: boolean;
  readonly backends: readonly ast.BackendDeclaration[];
  /** `backend default`, else the first one; undefined only when the built-in VCL itself is analyzed. */
  readonly defaultBackend: ast.BackendDeclaration | undefined;
  readonly probes: readonly ast.ProbeDeclaration[];
  readonly acls: readonly AclFact[];
  /** Backend, probe and inline-probe fields by lower-cased name, checked and in units of seconds, bytes or plain numbers. */
  readonly fields: ReadonlyMap<ast.BackendDeclaration | ast.ProbeDeclaration | ast.InlineProbe, FieldFacts>;
  /** Subs to emit, method subs first in the order of `methodSubs`, then hook and user subs in source order. */
  readonly subs: readonly SubFact[];
  /** Those of `subs` that are called from outside, in source order. */
  readonly entries: readonly SubFact[];
  /** Objects in source order of their `new`. */
  readonly objects: readonly ObjectFact[];
  /** Labels named in `return (vcl(NAME))` and `return (dispatch(NAME))`, in source order, each once. */
  readonly labels: readonly NameUse[];
  /** Global directors named in `global.NAME`, in source order, each once. */
  readonly globals: readonly NameUse[];
  readonly expressions: ReadonlyMap<ast.Expression, ExpressionFact>;
  /** What `set` and `unset` write to. */
  readonly targets: ReadonlyMap<ast.SetStatement | ast.UnsetStatement, VariableTarget | HeaderTarget>;
  /** The object that a `new` makes, with its constructor's arguments. */
  readonly constructors: ReadonlyMap<ast.NewStatement, ObjectFact>;
  /** The sub that a static `call` runs; a dynamic call has no entry and evaluates its SUB expression. */
  readonly calls: ReadonlyMap<ast.CallStatement, SubFact>;
  /** `return` statements: the action and, for vcl and dispatch with a plain name, the label. */
  readonly returns: ReadonlyMap<ast.ReturnStatement, ReturnFact>;
}

/** A name that loading resolves, and the place of its first use. */
export interface NameUse {
  readonly name: string;
  readonly identifier: ast.Identifier;
}

export interface ImportFact {
  readonly declaration: ast.ImportDeclaration;
  /** The name in this VCL: the alias, else the module's own. */
  readonly alias: string;
  readonly vmod: VmodInterface;
  readonly origin: VmodOrigin;
}

export interface AclFact {
  readonly declaration: ast.AclDeclaration;
  readonly log: boolean;
  /** Entries with their final masks; a host name keeps its text and is looked up at load time (`mask` undefined: every bit). */
  readonly entries: readonly AclEntryFact[];
}

export interface AclEntryFact {
  readonly syntax: ast.AclEntry;
  readonly address: string;
  readonly isHostName: boolean;
  readonly mask: number | undefined;
}

/** Checked values of declaration fields: strings as bytes, durations in seconds, names of probes and backends resolved. */
export type FieldFacts = ReadonlyMap<string, FieldFact>;
export type FieldFact =
  | { readonly kind: "string"; readonly value: string }
  /** The lines of a probe's `.request`. */
  | { readonly kind: "strings"; readonly value: readonly string[] }
  | { readonly kind: "number"; readonly value: number }
  | { readonly kind: "boolean"; readonly value: boolean }
  | { readonly kind: "backend"; readonly declaration: ast.BackendDeclaration }
  | { readonly kind: "probe"; readonly declaration: ast.ProbeDeclaration | ast.InlineProbe };

export interface SubFact {
  /** As spelled at its first definition; method subs in lower case. */
  readonly name: string;
  readonly kind: "method" | "hook" | "user";
  /** Bodies to run one after the other: the user's in source order, then the built-in one where it must be emitted (below). */
  readonly bodies: readonly ast.SubDeclaration[];
  /**
   * True when the built-in body is among `bodies`: for every hook sub, and for every built-in sub that reaches a hook which the
   * user extended. Otherwise a method sub that falls through is completed by the shared built-in module.
   */
  readonly includesBuiltin: boolean;
  /** The method subs from which it can be reached; for a method sub, itself. */
  readonly reachedFrom: ReadonlySet<MethodSub>;
  /** The kind of task it runs in; undefined when it is reached from several kinds. */
  readonly group: SubGroup | undefined;
  /** It can wait, itself or through a call: emitted `async` and awaited. */
  readonly suspends: boolean;
}

export interface ObjectFact {
  readonly statement: ast.NewStatement;
  readonly name: string;
  readonly import: ImportFact;
  readonly object: VccObject;
  readonly args: readonly BoundArgument[];
}

/** An argument of a VMOD function in the order of its declaration; `value` undefined: left out, use default or nothing. */
export interface BoundArgument {
  readonly argument: VccArgument;
  readonly value: ast.Expression | undefined;
  /** For ENUM: the chosen word (then `value` is its NameExpression and has no fact). */
  readonly word?: string;
}

export interface ExpressionFact {
  /** The type of the value as computed, before conversion. A header read is STRING. */
  readonly type: VclType;
  /** The type that the context wants, where that needs a conversion to be emitted: STRING, BOOL, IP, REGEX, HEADER, BODY, … */
  readonly convertTo?: VclType;
  /** The value may be NULL (an unset string, no backend …); false for literals, numbers, concatenations. */
  readonly nullable: boolean;
  /** Number of strands of a STRING value: 1, or more for a concatenation, which compares NULL as "". */
  readonly strands: number;
  /** For a `+`: a concatenation of strings (true), or arithmetic. */
  readonly concatenation?: boolean;
  /** A value known at compile time: merged strings, seconds, bytes, folded numbers with their sign. */
  readonly constant?: string | number | boolean;
  /** What a name, a member or a call stands for. */
  readonly resolution?: Resolution;
}

export interface VariableTarget {
  readonly kind: "variable";
  /** The full name in canonical spelling, e.g. `req.backend_hint`; an entry of the table of variables. */
  readonly name: string;
  readonly type: VclType;
}

export interface HeaderTarget {
  readonly kind: "header";
  readonly message: "req" | "bereq" | "beresp" | "resp" | "obj" | "obj_stale" | "req_top";
  /** The spelling that goes on the wire: the first one met in the program. */
  readonly header: string;
}

export type Resolution =
  | VariableTarget
  | HeaderTarget
  /** `req`, `bereq` … handed to a VMOD. */
  | { readonly kind: "http"; readonly message: "req" | "bereq" | "beresp" | "resp" }
  | { readonly kind: "backend"; readonly declaration: ast.BackendDeclaration }
  | { readonly kind: "probe"; readonly declaration: ast.ProbeDeclaration }
  | { readonly kind: "acl"; readonly declaration: ast.AclDeclaration }
  | { readonly kind: "sub"; readonly sub: SubFact }
  /** `default`, of type BACKEND or PROBE by context. */
  | { readonly kind: "default" }
  | { readonly kind: "boolean"; readonly value: boolean }
  | { readonly kind: "global"; readonly name: string; readonly inInit: boolean }
  | { readonly kind: "storage"; readonly name: string }
  /** A label name, as the argument of vcl() or dispatch(). */
  | { readonly kind: "label"; readonly name: string }
  | {
      readonly kind: "regsub";
      readonly all: boolean;
      readonly args: readonly [ast.Expression, ast.Expression, ast.Expression];
    }
  | {
      readonly kind: "function";
      readonly import: ImportFact;
      readonly function: VccFunction;
      readonly args: readonly BoundArgument[];
    }
  | {
      readonly kind: "method";
      readonly object: ObjectFact;
      readonly function: VccFunction;
      readonly args: readonly BoundArgument[];
    }
  /** A method or property of a type: `.lower()`, `.upper()`, `.resolve()`, storage `.happy`. */
  | { readonly kind: "typeMethod"; readonly name: string; readonly receiver: Receiver };

/** The value that a type method works on: an expression of the tree, or the leading part of a dotted name. */
export type Receiver =
  | { readonly kind: "expression"; readonly expression: ast.Expression }
  | {
      readonly kind: "resolution";
      readonly resolution: Resolution;
      readonly type: VclType;
      readonly nullable: boolean;
      readonly parts: readonly ast.Identifier[];
    };

export interface ReturnFact {
  /** Undefined for `return;`. */
  readonly action: string | undefined;
  /** `return;` in a hook sub or user sub, or an action with its arguments. */
  readonly args: readonly ast.Expression[];
}
