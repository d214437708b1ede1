import type { LintContext } from "../lint-context.js";

/** `return (synth(20))`: the status of an answer has three digits, of which the last are looked at. */
export function statusOutOfRange(lint: LintContext): void {
  lint.visit({
    ReturnStatement(statement) {
      const fact = lint.program.returns.get(statement);
      const status = fact?.args[0];
      if (status === undefined || (fact?.action !== "synth" && fact?.action !== "error")) return;
      const constant = status.kind === "NumberLiteral" ? status.value : undefined;
      if (constant === undefined || (constant % 1000 >= 100 && constant <= 65_535)) return;
      lint.report("status-out-of-range", status.span, { status: constant });
    },
  });
}
