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
import { isVclTests } from "./test-subs.js";
import type { NamedTest } from "./test-thread.js";
import { compileTests } from "./vcl/compile-tests.js";
import { runVclCase, type NamedPolicies } from "./vcl/run-vcl-case.js";
import { SpecFailure } from "./yaml-reader.js";

/** What a run of tests is told. */
export interface RunOptions extends CompilerFlags {
  /** The VCL of tests that name none. */
  readonly vcl?: string;
  /** Tests whose name does not match are left out. */
  readonly filter?: RegExp;
  readonly colored: boolean;
}

/** A test that can be run, whatever it is written in. */
interface Runnable extends NamedTest {
  /** Resolves with what was not as expected. Rejects where the policy cannot be tested. */
  run(): Promise<readonly Failure[]>;
}

/** The tests of a file that are wanted, or what is wrong with it. */
type FoundTests = { readonly tests: readonly Runnable[] } | { readonly result: CaseResult };

/** Runs tests. Each VCL is compiled once, whoever tests it. */
export class TestRun {
  readonly #options: RunOptions;
  readonly #compiled = new Map<string, CompiledPolicy | PolicyFailure>();
  /** Milliseconds that the compiler took during the test that runs: they are not its own. */
  #compiling = 0;
  #last: { readonly file: string; readonly found: FoundTests } | undefined;

  constructor(options: RunOptions) {
    this.#options = options;
  }

  /** Everything that was compiled. */
  get policies(): readonly CompiledPolicy[] {
    return [...this.#compiled.values()].filter(
      (compiled): compiled is CompiledPolicy => !(compiled instanceof PolicyFailure),
    );
  }

  /** What the tests of a file that are wanted are called, or what is wrong with it. */
  list(file: string): { readonly tests: readonly NamedTest[] } | { readonly result: CaseResult } {
    const found = this.#tests(file);
    if ("result" in found) return found;
    return { tests: found.tests.map(({ name, place }) => ({ name, place })) };
  }

  /** Runs one of the tests that are wanted. Never rejects for what the test or the policy does. */
  async run(file: string, index: number): Promise<CaseResult> {
    const found = this.#tests(file);
    if ("result" in found) return found.result;
    const test = found.tests[index];
    if (test === undefined) throw new Error(`${file} changed while its tests ran`);
    return this.#run(file, test);
  }

  #tests(file: string): FoundTests {
    if (this.#last?.file !== file) this.#last = { file, found: this.#read(file) };
    return this.#last.found;
  }

  #read(file: string): FoundTests {
    try {
      return { tests: file.endsWith(".vcl") ? this.#vclTests(file) : this.#yamlTests(file) };
    } catch (error) {
      if (error instanceof SpecFailure) {
        const { line, column } = error.place;
        return { result: unreadable(file, `${file}:${line}:${column}: ${error.message}`, error.place) };
      }
      if (error instanceof PolicyFailure) return { result: unreadable(file, problemOf(error)) };
      if (isCliError(error)) return { result: unreadable(file, error.message) };
      return { result: unreadable(file, `cannot read ${file}: ${systemReason(error)}`) };
    }
  }

  #yamlTests(file: string): readonly Runnable[] {
    return readTests(readFileSync(file, "utf8"))
      .filter(({ name }) => this.#isWanted(name))
      .map((test) => ({
        name: test.name,
        place: test.place,
        run: () => runCase(test, this.#policiesOf(file, { main: test.vcl, labels: test.labels })),
      }));
  }

  #vclTests(file: string): readonly Runnable[] {
    const compiled = compileTests(file, this.#options, this.#options.colored);
    return compiled.tests
      .filter(({ title, sub }) => this.#isWanted(title) || this.#isWanted(sub))
      .map((test) => ({
        name: test.title,
        place: test.place,
        run: () => runVclCase(compiled, test, (named) => this.#policiesOf(file, named)),
      }));
  }

  #isWanted(name: string): boolean {
    return this.#options.filter?.test(name) ?? true;
  }

  async #run(file: string, test: Runnable): Promise<CaseResult> {
    this.#compiling = 0;
    const started = performance.now();
    let failures: readonly Failure[] = [];
    let problem: string | undefined;
    try {
      failures = await test.run();
    } catch (error) {
      if (error instanceof PolicyFailure) problem = problemOf(error);
      else if (isCliError(error)) problem = error.message;
      else throw error;
    }
    const milliseconds = performance.now() - started - this.#compiling;
    return {
      file,
      name: test.name,
      place: test.place,
      failures,
      ...(problem !== undefined && { problem }),
      milliseconds,
    };
  }

  #policiesOf(file: string, named: NamedPolicies): Policies {
    const beside = (path: string): string => (isAbsolute(path) ? path : join(dirname(file), path));
    const main = named.main === undefined ? (this.#options.vcl ?? policyBeside(file)) : beside(named.main);
    if (main === undefined) {
      const how = isVclTests(file) ? 'testing.policy("main.vcl")' : "vcl: main.vcl";
      throw new PolicyFailure(
        `no VCL for ${file}: name one in the test (${how}), with --vcl, or put one of its name beside it`,
      );
    }
    return {
      main: this.#compile(main),
      labels: named.labels.map(([name, path]) => [name, this.#compile(beside(path))] as const),
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
    const started = performance.now();
    try {
      return compilePolicy(path, this.#options, this.#options.colored);
    } catch (error) {
      if (error instanceof PolicyFailure) return error;
      if (isCliError(error)) return new PolicyFailure(error.message);
      throw error;
    } finally {
      this.#compiling += performance.now() - started;
    }
  }
}

function unreadable(file: string, problem: string, place = { line: 1, column: 1 }): CaseResult {
  return { file, name: "can be read", place, failures: [], problem, milliseconds: 0 };
}

function problemOf({ message, report }: PolicyFailure): string {
  return `${message}\n${report}`.trimEnd();
}
