import { lexicalCatalog } from "./catalog/lexical.js";
import { lintCatalog } from "./catalog/lint.js";
import { loadCatalog } from "./catalog/load.js";
import { semanticCatalog } from "./catalog/semantic.js";
import { syntaxCatalog } from "./catalog/syntax.js";
import { vccCatalog } from "./catalog/vcc.js";

/** Every diagnostic of the project: code → severity and message template with `{named}` parameters. */
export const catalog = {
  ...lexicalCatalog,
  ...syntaxCatalog,
  ...semanticCatalog,
  ...lintCatalog,
  ...vccCatalog,
  ...loadCatalog,
} as const;

export type DiagnosticCode = keyof typeof catalog;

/** Every code, in the order of the catalog. */
export const diagnosticCodes = Object.keys(catalog) as readonly DiagnosticCode[];

/** Whether a word is the code of a diagnostic. */
export function isDiagnosticCode(word: string): word is DiagnosticCode {
  return Object.hasOwn(catalog, word);
}

type ParameterNames<Template extends string> = Template extends `${string}{${infer Name}}${infer Rest}`
  ? Name | ParameterNames<Rest>
  : never;

/** The parameters that the message of a code names. */
export type DiagnosticParameters<Code extends DiagnosticCode> = {
  readonly [Name in ParameterNames<(typeof catalog)[Code]["message"]>]: string | number;
};
