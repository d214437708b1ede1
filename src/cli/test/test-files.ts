import { readFileSync } from "node:fs";
import { dirname, isAbsolute, join } from "node:path";
import { systemReason } from "../../host/node/system-reason.js";
import type { CompilerFlags } from "../analyze-options.js";
import { isCliError } from "../cli-error.js";
import { policyBeside } from "./find-tests.js";
import { compilePolicy, type CompiledPolicy, type Policies } from "./policy.js";
import { PolicyFailure } from "./policy-failure.js";
import { readTests } from "./read-tests.js";
import type { CaseResult } from "./results.js";
import { runCase, type Failure } from "./run-case.js";
import type { TestCase } from "./test-case.js";
import { SpecFailure } from "./yaml-reader.js";

/** What a run of tests is told. */
export interface RunOptions extends CompilerFlags {
  /** The VCL of tests that name none. */
  readonly vcl?: string;
  /** Tests whose name does not match are left out. */
  readonly filter?: RegExp;
  readonly colored: boolean;
}

/** Runs files of tests. Each VCL is compiled once, whoever tests it. */
export class TestRun {
  readonly #options: RunOptions;
  readonly #compiled = new Map<string, CompiledPolicy | PolicyFailure>();

  constructor(options: RunOptions) {
    this.#options = options;
  }

  /** Everything that was compiled. */
  get policies(): readonly CompiledPolicy[] {
    return [...this.#compiled.values()].filter(
      (compiled): compiled is CompiledPolicy => !(compiled instanceof PolicyFailure),
    );
  }

  /** The tests of a file that are wanted, or what is wrong with it. */
  tests(file: string): { readonly tests: readonly TestCase[] } | { readonly unreadable: CaseResult } {
    try {
      const { filter } = this.#options;
      const tests = readTests(readFileSync(file, "utf8"));
      return { tests: tests.filter(({ name }) => filter?.test(name) ?? true) };
    } catch (error) {
      if (error instanceof SpecFailure) {
        const { line, column } = error.place;
        return { unreadable: unreadable(file, `${file}:${line}:${column}: ${error.message}`, error.place) };
      }
      return { unreadable: unreadable(file, `cannot read ${file}: ${systemReason(error)}`) };
    }
  }

  /** Runs one test of a file. Never rejects for what the test or the policy does. */
  async run(file: string, test: TestCase): Promise<CaseResult> {
    const started = performance.now();
    let failures: readonly Failure[] = [];
    let problem: string | undefined;
    try {
      failures = await runCase(test, this.#policiesOf(file, test));
    } catch (error) {
      if (error instanceof PolicyFailure) problem = `${error.message}\n${error.report}`.trimEnd();
      else if (isCliError(error)) problem = error.message;
      else throw error;
    }
    const milliseconds = performance.now() - started;
    return {
      file,
      name: test.name,
      place: test.place,
      failures,
      ...(problem !== undefined && { problem }),
      milliseconds,
    };
  }

  #policiesOf(file: string, test: TestCase): Policies {
    const beside = (path: string): string => (isAbsolute(path) ? path : join(dirname(file), path));
    const main = test.vcl === undefined ? (this.#options.vcl ?? policyBeside(file)) : beside(test.vcl);
    if (main === undefined)
      throw new PolicyFailure(
        `no VCL for ${file}: name one in the test (vcl: main.vcl), with --vcl, or put one of its name beside it`,
      );
    return {
      main: this.#compile(main),
      labels: test.labels.map(([name, path]) => [name, this.#compile(beside(path))] as const),
    };
  }

  #compile(path: string): CompiledPolicy {
    const known = this.#compiled.get(path);
    const compiled = known ?? this.#attempt(path);
    this.#compiled.set(path, compiled);
    if (compiled instanceof PolicyFailure) throw compiled;
    return compiled;
  }

  #attempt(path: string): CompiledPolicy | PolicyFailure {
    try {
      return compilePolicy(path, this.#options, this.#options.colored);
    } catch (error) {
      if (error instanceof PolicyFailure) return error;
      if (isCliError(error)) return new PolicyFailure(error.message);
      throw error;
    }
  }
}

function unreadable(file: string, problem: string, place = { line: 1, column: 1 }): CaseResult {
  return { file, name: "can be read", place, failures: [], problem, milliseconds: 0 };
}
