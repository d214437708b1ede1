import type { DiagnosticCode } from "../catalog.js";
import type { Explanation } from "./explanation.js";
import { expressionExplanations } from "./expressions.js";
import { fieldExplanations } from "./fields.js";
import { lexicalExplanations } from "./lexical.js";
import { lintFlowExplanations } from "./lint-flow.js";
import { lintPolicyExplanations } from "./lint-policy.js";
import { loadExplanations } from "./load.js";
import { nameExplanations } from "./names.js";
import { statementExplanations } from "./statements.js";
import { syntaxExplanations } from "./syntax.js";
import { vccExplanations } from "./vcc.js";

/** What every code means; one without an explanation does not compile. In the order of the catalog. */
export const explanations: Readonly<Record<DiagnosticCode, Explanation>> = {
  ...lexicalExplanations,
  ...syntaxExplanations,
  ...nameExplanations,
  ...fieldExplanations,
  ...expressionExplanations,
  ...statementExplanations,
  ...lintFlowExplanations,
  ...lintPolicyExplanations,
  ...vccExplanations,
  ...loadExplanations,
};
