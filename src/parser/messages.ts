import { defaultParserErrorProvider, type IParserErrorMessageProvider } from "chevrotain";

/** What a rule stands for in a message, where none of its alternatives fits. Every other rule is known by its tokens. */
const ruleNames: Readonly<Record<string, string>> = {
  atom: "an expression",
  negation: "an expression",
  field: "a value",
  fieldValue: "a value",
  statement: "an action, 'if', '{' or '}'",
  namePart: "a name",
  aclEntry: "a string",
};

/**
 * Chevrotain asks for a message where tokens do not match. Only what was expected is written here: the diagnostic adds the rest.
 */
export const expectedMessages: IParserErrorMessageProvider = {
  ...defaultParserErrorProvider,
  buildMismatchTokenMessage: ({ expected }) => expected.LABEL ?? expected.name,
  buildNoViableAltMessage: ({ expectedPathsPerAlt, ruleName }) =>
    ruleNames[ruleName] ??
    listOf(expectedPathsPerAlt.flatMap((paths) => paths.map(([first]) => first?.LABEL ?? first?.name ?? ""))),
  buildEarlyExitMessage: ({ expectedIterationPaths }) =>
    listOf(expectedIterationPaths.map(([first]) => first?.LABEL ?? first?.name ?? "")),
};

function listOf(names: readonly string[]): string {
  const different = [...new Set(names)];
  const last = different.pop() ?? "";
  return different.length > 0 ? `${different.join(", ")} or ${last}` : last;
}
