import { reportJson, reportUnreadable } from "../diagnostics/reporters/json.js";
import type { Reporter } from "../diagnostics/reporters/reporter.js";
import { reportText } from "../diagnostics/reporters/text.js";
import type { CheckFlags } from "./commands/check.js";
import { packageVersion } from "./package-version.js";
import { useColor } from "./use-color.js";

/** How `vclc check` prints in each format. What only some builds ask for is loaded when they do. */
const reporters = {
  text: ({ color }) => ({
    // What cannot be read is told on stderr.
    file: (file) =>
      "reason" in file ? "" : reportText(file.diagnostics, { color: useColor(process.stdout, color) }),
  }),
  json: () => ({
    file: (file) => {
      const report =
        "reason" in file ? reportUnreadable(file.path, file.reason) : reportJson(file.path, file.diagnostics);
      return `${JSON.stringify(report)}\n`;
    },
  }),
  github: async () => (await import("../diagnostics/reporters/github.js")).githubReporter,
  sarif: async () => (await import("../diagnostics/reporters/sarif.js")).sarifReporter(packageVersion()),
  junit: async () => (await import("../diagnostics/reporters/junit.js")).junitReporter,
} as const satisfies Record<string, (flags: CheckFlags) => Reporter | Promise<Reporter>>;

export type Format = keyof typeof reporters;

/** The reporter that a command asks for. */
export async function reporterFor(flags: CheckFlags): Promise<Reporter> {
  return reporters[flags.format](flags);
}
