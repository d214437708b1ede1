import type { Reporter, SerializedError, TestCase, TestModule } from "vitest/node";
import type { VitestError, VitestMessage, VitestTest } from "./messages.js";

/** vitest's errors, as far as they are looked at: those of a worker come as plain values. */
type Thrown = SerializedError & {
  readonly expected?: unknown;
  readonly actual?: unknown;
  readonly stacks?: readonly { readonly file: string; readonly line: number; readonly column: number }[];
};

/** Tells `vclc test`, whose child vitest's process is, what becomes of the tests. */
export default class VclcReporter implements Reporter {
  onTestModuleQueued({ moduleId }: TestModule): void {
    tell({ kind: "begun", file: moduleId, tests: [] });
  }

  onTestModuleCollected(module: TestModule): void {
    const tests = [...module.children.allTests()].map(({ fullName }) => fullName);
    tell({ kind: "begun", file: module.moduleId, tests });
  }

  onTestCaseResult({ module, fullName }: TestCase): void {
    tell({ kind: "result", file: module.moduleId, test: fullName });
  }

  onTestModuleEnd(module: TestModule): void {
    const suites = [...module.children.allSuites()];
    const problems = [module, ...suites].flatMap((one) => one.errors()).map(({ message }) => plain(message));
    const tests = [...module.children.allTests()].map((test) => told(test, module.moduleId));
    tell({ kind: "over", file: module.moduleId, tests, problems });
  }

  onTestRunEnd(_: readonly TestModule[], unhandled: readonly SerializedError[]): void {
    tell({ kind: "unhandled", problems: unhandled.map(({ message }) => plain(message)) });
  }
}

function tell(message: VitestMessage): void {
  process.send?.(message);
}

function told(test: TestCase, file: string): VitestTest {
  const { state, errors = [] } = test.result();
  const { line = 1, column = 1 } = test.location ?? {};
  return {
    ...{ name: test.fullName, state, line, column },
    milliseconds: test.diagnostic()?.duration ?? 0,
    errors: errors.map((error) => toldError(error, file)),
  };
}

function toldError(error: Thrown, file: string): VitestError {
  const { expected, actual } = error;
  const at = error.stacks?.find((frame) => frame.file === file);
  return {
    message: plain(error.message),
    ...(at && { line: at.line, column: at.column }),
    // What was not compared has neither.
    ...(typeof expected === "string" && typeof actual === "string" && { expected, got: actual }),
  };
}

/** Without colours. */
function plain(text: string): string {
  return text.replace(/\u001b\[[0-9;]*m/g, "");
}
