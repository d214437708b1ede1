// Generated from assert.vcc by `npm run vmod:types`. Change the .vcc, not this file.
import type { Regex, Task } from "../../runtime/index.js";

export interface TrueArgs {
  readonly value: boolean;
  readonly message?: string | undefined;
}

export interface FalseArgs {
  readonly value: boolean;
  readonly message?: string | undefined;
}

export interface EqualArgs {
  readonly got: string | undefined;
  readonly expected: string | undefined;
  readonly message?: string | undefined;
}

export interface NotEqualArgs {
  readonly got: string | undefined;
  readonly unwanted: string | undefined;
  readonly message?: string | undefined;
}

export interface SetArgs {
  readonly got: string | undefined;
  readonly message?: string | undefined;
}

export interface UnsetArgs {
  readonly got: string | undefined;
  readonly message?: string | undefined;
}

export interface MatchArgs {
  readonly got: string | undefined;
  readonly pattern: Regex;
  readonly message?: string | undefined;
}

export interface NotMatchArgs {
  readonly got: string | undefined;
  readonly pattern: Regex;
  readonly message?: string | undefined;
}

export interface ContainsArgs {
  readonly got: string | undefined;
  readonly part: string | undefined;
  readonly message?: string | undefined;
}

export interface NotContainsArgs {
  readonly got: string | undefined;
  readonly part: string | undefined;
  readonly message?: string | undefined;
}

export interface StartsWithArgs {
  readonly got: string | undefined;
  readonly start: string | undefined;
  readonly message?: string | undefined;
}

export interface EndsWithArgs {
  readonly got: string | undefined;
  readonly end: string | undefined;
  readonly message?: string | undefined;
}

export interface LessArgs {
  readonly got: string | undefined;
  readonly limit: string | undefined;
  readonly message?: string | undefined;
}

export interface MoreArgs {
  readonly got: string | undefined;
  readonly limit: string | undefined;
  readonly message?: string | undefined;
}

export interface AboutArgs {
  readonly got: string | undefined;
  readonly expected: string | undefined;
  readonly within: number;
  readonly message?: string | undefined;
}

export interface FailArgs {
  readonly message?: string | undefined;
}

/** Expectations of tests in VCL */
export interface AssertVmod {
  /** It is true. */
  readonly true: (task: Task, args: TrueArgs) => void;

  /** It is false. */
  readonly false: (task: Task, args: FalseArgs) => void;

  /** Both are the same text, or both are unset. */
  readonly equal: (task: Task, args: EqualArgs) => void;

  /** They are not the same text. */
  readonly not_equal: (task: Task, args: NotEqualArgs) => void;

  /** It is set, be it to an empty text. */
  readonly set: (task: Task, args: SetArgs) => void;

  /** It is unset: there is no such header. */
  readonly unset: (task: Task, args: UnsetArgs) => void;

  /** The pattern is found in it. */
  readonly match: (task: Task, args: MatchArgs) => void;

  /** The pattern is not found in it. */
  readonly not_match: (task: Task, args: NotMatchArgs) => void;

  /** The part stands in it. */
  readonly contains: (task: Task, args: ContainsArgs) => void;

  /** The part does not stand in it. */
  readonly not_contains: (task: Task, args: NotContainsArgs) => void;

  /** It begins so. */
  readonly starts_with: (task: Task, args: StartsWithArgs) => void;

  /** It ends so. */
  readonly ends_with: (task: Task, args: EndsWithArgs) => void;

  /** It is a number below the limit; durations count in seconds. */
  readonly less: (task: Task, args: LessArgs) => void;

  /** It is a number above the limit; durations count in seconds. */
  readonly more: (task: Task, args: MoreArgs) => void;

  /** It is a number that differs from the expected one by no more than that. */
  readonly about: (task: Task, args: AboutArgs) => void;

  /** The test is not to come here. */
  readonly fail: (task: Task, args: FailArgs) => void;
}

declare const true_: AssertVmod["true"];
export { true_ as true };
declare const false_: AssertVmod["false"];
export { false_ as false };
export declare const equal: AssertVmod["equal"];
export declare const not_equal: AssertVmod["not_equal"];
export declare const set: AssertVmod["set"];
export declare const unset: AssertVmod["unset"];
export declare const match: AssertVmod["match"];
export declare const not_match: AssertVmod["not_match"];
export declare const contains: AssertVmod["contains"];
export declare const not_contains: AssertVmod["not_contains"];
export declare const starts_with: AssertVmod["starts_with"];
export declare const ends_with: AssertVmod["ends_with"];
export declare const less: AssertVmod["less"];
export declare const more: AssertVmod["more"];
export declare const about: AssertVmod["about"];
export declare const fail: AssertVmod["fail"];
