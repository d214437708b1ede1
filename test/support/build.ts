import { execFileSync } from "node:child_process";
import type { TestProject } from "vitest/node";

/** Builds the command line program once for all tests that run it, and again where vitest runs tests again. */
export function setup(project: TestProject): void {
  build();
  project.onTestsRerun(async () => build());
}

function build(): void {
  execFileSync(process.execPath, ["scripts/build.mjs", "--no-types"], { stdio: "pipe" });
}
