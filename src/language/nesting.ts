/**
 * How deep things may stand inside themselves: blocks, and parentheses, arguments and minus signs in one expression. Whoever reads them recurses, so
 * there has to be a limit before the stack ends (about 8 KB for a level of an expression in the parser); no program comes near it.
 */
export const maxDepth = { block: 100, expression: 50 } as const;
