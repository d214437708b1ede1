import type { MockBackend } from "./mock-backends.js";

/** Where something stands in a file of tests; from 1. */
export interface Place {
  readonly line: number;
  readonly column: number;
}

export interface RequestSpec {
  readonly method: string;
  readonly url: string;
  readonly headers: readonly (readonly [name: string, value: string])[];
  readonly body: string | undefined;
  /** The address that it comes from. */
  readonly client: string | undefined;
}

/** What is expected of one response, of the backends that were asked for it, of the cache, of the client's cookies and of the log. */
export interface Expectations {
  readonly status: number | undefined;
  readonly reason: string | undefined;
  /** Undefined: there is no such field. */
  readonly headers: readonly (readonly [name: string, value: string | undefined])[];
  readonly body: string | undefined;
  readonly bodyContains: string | undefined;
  readonly backendUsed: string | undefined;
  readonly backendCalls: number | undefined;
  readonly callsByBackend: readonly (readonly [name: string, calls: number])[];
  readonly hit: boolean | undefined;
  readonly ageGt: number | undefined;
  readonly ageLt: number | undefined;
  readonly cookies: readonly (readonly [name: string, value: string])[];
  /** Each is part of a text that std.log wrote. */
  readonly log: readonly string[];
}

/** One step: at a time, what backends answer from now on, a request, and what is expected then. */
export interface StepSpec {
  readonly place: Place;
  /** Seconds since the test began. */
  readonly at: number;
  readonly backends: readonly (readonly [name: string, backend: MockBackend])[];
  readonly request: RequestSpec | undefined;
  readonly expectations: Expectations;
}

export interface TestCase {
  readonly name: string;
  readonly place: Place;
  /** The VCL that it is about, as the file names it. */
  readonly vcl: string | undefined;
  /** Labels and the VCLs behind them, in the order in which they are loaded. */
  readonly labels: readonly (readonly [name: string, file: string])[];
  readonly backends: readonly (readonly [name: string, backend: MockBackend])[];
  /** Whether it was written with steps. */
  readonly isScenario: boolean;
  readonly steps: readonly StepSpec[];
}
