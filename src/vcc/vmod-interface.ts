import type { VclType } from "../language/types.js";
import type { Span } from "../source/source-file.js";

/** The types that may stand in a `.vcc` file: those of VCL but for the compiler's own INSTANCE. ENUM carries its values apart. */
export type VccType = Exclude<VclType, "INSTANCE">;

export type PrivScope = "PRIV_CALL" | "PRIV_VCL" | "PRIV_TASK" | "PRIV_TOP";

/** A value written in a `.vcc` as a default, translated by the argument's declared type. `null` is "no value" (C's 0 or NULL). */
export type VccDefault = string | number | boolean | null;

/** An argument that VCL code can write. */
export interface VccArgument {
  /** The keyword in VCL. Undefined for a purely positional argument. */
  readonly name: string | undefined;
  /** The implementation's name for it: the part after `:`, else the keyword, else `argN` (N counts from 1, PRIV included). */
  readonly implementationName: string;
  readonly type: VccType;
  /** The legal words of an ENUM. */
  readonly values?: readonly string[];
  /** Given in brackets: may be left out, and the implementation is told so by `undefined`. */
  readonly optional: boolean;
  readonly default?: VccDefault;
}

/** Where a `$Restrict` line allows a function: sub names and the groups `client`, `backend`, `housekeeping`, as written. */
export type VccScope = string;

export interface VccFunction {
  readonly name: string;
  readonly returns: VccType;
  /** The legal words when an ENUM is returned. */
  readonly returnValues?: readonly string[];
  readonly args: readonly VccArgument[];
  /** PRIV_* arguments, in order of declaration: state that the implementation asks for; VCL never writes them. */
  readonly privs: readonly PrivScope[];
  readonly restrict?: readonly VccScope[];
  /** `$Async` follows the function: it may wait, so a sub that calls it is compiled as asynchronous. Our extension of the format. */
  readonly suspends: boolean;
  /**
   * `$Settled` follows the function: it asks for health, of the BACKENDs that it is given or, a method, of its object. Who calls it waits first until
   * that is known, in programs that have directors which take time to know (`settling`). Our extension of the format.
   */
  readonly asksHealth: boolean;
  readonly doc: string;
  readonly span: Span;
}

export interface VccObject {
  readonly name: string;
  /** May be left unconstructed at the end of vcl_init. */
  readonly nullOk: boolean;
  /** The constructor; `returns` is VOID and `name` the object's name. */
  readonly construct: VccFunction;
  readonly methods: readonly VccFunction[];
  /** Second names of methods (`$Alias .new object.old`): the name to the target's declaration. */
  readonly methodAliases: ReadonlyMap<string, VccFunction>;
  readonly doc: string;
  readonly span: Span;
}

/** What a `.vcc` file declares. Aliases are already entered under their new names, sharing the target's declaration. */
export interface VmodInterface {
  readonly name: string;
  readonly description: string;
  readonly version?: string;
  readonly functions: ReadonlyMap<string, VccFunction>;
  readonly objects: ReadonlyMap<string, VccObject>;
  /** True when `$Event` asks to be told of LOAD, WARM, COLD and DISCARD. */
  readonly events: boolean;
  /** True with `$Settling`: the health of its directors may take time to be known. Our extension of the format. */
  readonly settling: boolean;
  readonly doc: string;
  readonly span: Span;
}

/** The method that a name in VCL means, aliases included. */
export function findMethod(object: VccObject, name: string): VccFunction | undefined {
  return object.methods.find((method) => method.name === name) ?? object.methodAliases.get(name);
}
