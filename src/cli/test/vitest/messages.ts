/** What the reporter in vitest's process tells of a file of tests. */
export type VitestMessage =
  | { readonly kind: "begun"; readonly file: string; readonly tests: readonly string[] }
  | { readonly kind: "result"; readonly file: string; readonly test: string }
  | {
      readonly kind: "over";
      readonly file: string;
      readonly tests: readonly VitestTest[];
      readonly problems: readonly string[];
    }
  | { readonly kind: "unhandled"; readonly problems: readonly string[] };

/** A test as vitest tells of it. */
export interface VitestTest {
  readonly name: string;
  readonly state: "passed" | "failed" | "skipped" | "pending";
  readonly line: number;
  readonly column: number;
  readonly milliseconds: number;
  readonly errors: readonly VitestError[];
}

/** Why a test failed. */
export interface VitestError {
  readonly message: string;
  /** Where in the file of tests, if there. */
  readonly line?: number;
  readonly column?: number;
  /** Given where something was compared. */
  readonly expected?: string;
  readonly got?: string;
}
