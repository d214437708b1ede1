import type { MethodSub, SubGroup, SubMask } from "../language/subs.js";
import type * as ast from "../parser/ast.js";
import type { Span } from "../source/source-file.js";
import type { SubFact } from "./program.js";

/** Something that is legal in some subs only. */
export interface SubUse {
  /** `readOnly`: a `set` of what nothing may set. */
  readonly how: "read" | "set" | "unset" | "action" | "readOnly";
  readonly name: string;
  readonly legal: SubMask;
  readonly span: Span;
  /** For a function: the whole call, arguments included. */
  readonly call?: Span;
}

export interface SubCall {
  readonly callee: SubInfo;
  readonly identifier: ast.Identifier;
}

export interface SubReturn {
  readonly action: string;
  readonly legal: SubMask;
  readonly identifier: ast.Identifier;
}

/**
 * A sub while the program is read: what it is made of and what it does, for the rules and passes that follow. What its lists hold is added with
 * `added`.
 */
export interface SubInfo {
  readonly name: string;
  readonly kind: SubFact["kind"];
  userBodies: ast.SubDeclaration[];
  builtinBodies: ast.SubDeclaration[];
  uses: SubUse[];
  returns: SubReturn[];
  /** Calls of other subs, the first of each and seldom more. */
  userCalls: SubCall[];
  builtinCalls: SubCall[];
  /** The list that a call of this sub was last noted in. */
  lastNotedIn: readonly SubCall[] | undefined;
  /** It waits itself. */
  waits: boolean;
  /** It asks for the health of directors, which waits where the program has some that take time to know. */
  asksHealth: boolean;
  /** It calls a SUB value. */
  callsValue: boolean;
  /** Something names it. */
  referenced: boolean;
  /** It is used as a SUB value, so any sub may come to call it. */
  isValue: boolean;
  firstReference: ast.Identifier | undefined;
  /** The method subs that reach it through calls. */
  reached: SubMask;
  readonly fact: MutableSubFact;
}

type MutableSubFact = { -readonly [Key in keyof SubFact]: SubFact[Key] } & {
  bodies: ast.SubDeclaration[];
  group: SubGroup | undefined;
};

const nowhere: ReadonlySet<MethodSub> = new Set();

/** What most subs, of which there may be very many, have none of: they share one list. */
const none: never[] = [];

/** A list with one more item: itself, unless it is empty and so may be shared. */
export function added<Item>(list: Item[], item: Item): Item[] {
  if (list.length === 0) return [item];
  list.push(item);
  return list;
}

/** A sub of which only the name is known yet. */
export function newSub(name: string, kind: SubFact["kind"]): SubInfo {
  return {
    name,
    kind,
    userBodies: none,
    builtinBodies: none,
    uses: none,
    returns: none,
    userCalls: none,
    builtinCalls: none,
    lastNotedIn: undefined,
    waits: false,
    asksHealth: false,
    callsValue: false,
    referenced: false,
    isValue: false,
    firstReference: undefined,
    reached: 0,
    fact: {
      name,
      kind,
      bodies: none,
      includesBuiltin: false,
      reachedFrom: nowhere,
      group: undefined,
      suspends: false,
    },
  };
}

/** The static calls of a sub, its own before those of the built-in text. */
export function callsOf({ userCalls, builtinCalls }: SubInfo): readonly SubCall[] {
  return builtinCalls.length === 0 ? userCalls : [...userCalls, ...builtinCalls];
}
