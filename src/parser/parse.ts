import type { IParserConfig } from "chevrotain";
import type { Diagnostic } from "../diagnostics/diagnostic.js";
import { TokenStream, type Problem, type SourceOptions } from "../lexer/include.js";
import type { SourceFile } from "../source/source-file.js";
import type * as ast from "./ast.js";
import { DeclarationRules } from "./declaration-rules.js";

/** The whole grammar. */
export class VclParser extends DeclarationRules {
  constructor(config: IParserConfig = { skipValidations: true }) {
    super(config);
    this.performSelfAnalysis();
  }

  /** Parses a program. */
  parse(main: SourceFile, stream: TokenStream): { program: ast.Program; problems: readonly Problem[] } {
    this.start(main, stream);
    this.version = undefined;
    this.globalIsVmod = false;
    const program = this.program(main);
    this.endTokens();
    return { program, problems: [...this.problems] };
  }
}

/** A syntax tree, as far as there is one, and what is wrong with the text, in source order. */
export interface ParseResult {
  readonly program: ast.Program;
  readonly diagnostics: readonly Diagnostic[];
}

let shared: VclParser | undefined;

/** Parses a VCL program with everything that it includes. What cannot be understood is left out of the tree and reported; of a program in another dialect, that it is one. */
export function parse(main: SourceFile, options: SourceOptions): ParseResult {
  shared ??= new VclParser();
  const stream = new TokenStream(main, options);
  const { program, problems } = shared.parse(main, stream);
  const foreign = problems.find(({ diagnostic }) => diagnostic.code === "other-dialect");
  if (foreign) return { program: { ...program, declarations: [] }, diagnostics: [foreign.diagnostic] };
  const all = [...stream.problems, ...problems].sort((a, b) => a.index - b.index);
  return { program, diagnostics: all.map(({ diagnostic }) => diagnostic) };
}
