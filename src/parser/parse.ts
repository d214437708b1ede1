import { tokenMatcher, type IParserConfig } from "chevrotain";
import type { Diagnostic } from "../diagnostics/diagnostic.js";
import { expandIncludes, type SourceOptions } from "../lexer/include.js";
import type { Problem, TokenList } from "../lexer/lexer.js";
import * as t from "../lexer/tokens.js";
import type { SourceFile } from "../source/source-file.js";
import type * as ast from "./ast.js";
import { DeclarationRules } from "./declaration-rules.js";

/** The whole grammar. */
export class VclParser extends DeclarationRules {
  constructor(config: IParserConfig = { skipValidations: true }) {
    super(config);
    this.performSelfAnalysis();
  }

  /** Parses the tokens of a program. */
  parse(
    main: SourceFile,
    { tokens, problems }: TokenList,
  ): { program: ast.Program; problems: readonly Problem[] } {
    this.start(main, tokens, problems);
    this.version = undefined;
    this.globalIsVmod = importsGlobal(tokens);
    const program = this.program(main);
    this.input = []; // the parser is kept, millions of tokens need not be
    return { program, problems: [...this.problems] };
  }
}

/** Whether a VMOD is imported under the name `global`, which then owns the prefix. */
function importsGlobal(tokens: readonly t.VclToken[]): boolean {
  return tokens.some((token, at) => {
    if (token.tokenType !== t.Import) return false;
    const aliased = tokens[at + 2]?.tokenType === t.As;
    const name = tokens[aliased ? at + 3 : at + 1];
    return name !== undefined && tokenMatcher(name, t.Identifier) && name.image.toLowerCase() === "global";
  });
}

/** A syntax tree, as far as there is one, and what is wrong with the text, in source order. */
export interface ParseResult {
  readonly program: ast.Program;
  readonly diagnostics: readonly Diagnostic[];
}

let shared: VclParser | undefined;

/** Parses a VCL program with everything that it includes. What cannot be understood is left out of the tree and reported. */
export function parse(main: SourceFile, options: SourceOptions): ParseResult {
  shared ??= new VclParser();
  const list = expandIncludes(main, options);
  const { program, problems } = shared.parse(main, list);
  const all = [...list.problems, ...problems].sort((a, b) => a.index - b.index);
  return { program, diagnostics: all.map(({ diagnostic }) => diagnostic) };
}
