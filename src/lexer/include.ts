import { tokenMatcher, type TokenType } from "chevrotain";
import { diagnostic, type Diagnostic } from "../diagnostics/diagnostic.js";
import { DiagnosticLimit } from "../diagnostics/limit.js";
import { candidatePaths, type SearchPath } from "../source/include-path.js";
import type { SourceFile, SourceReader, Span } from "../source/source-file.js";
import { Lexer } from "./lexer.js";
import { stringValue } from "./literals.js";
import { spanOf } from "./token-span.js";
import * as t from "./tokens.js";

/** Where included files are found. */
export interface SourceOptions {
  readonly reader: SourceReader;
  readonly vclPath: SearchPath;
}

/** Two files that include others twice each, and so on, double with every level: somewhere that has to end. */
const maxIncludes = 10_000;

/**
 * Tokens of a program with all its includes: as a tree with all that is known of it, they take up to 1 GB. Ten megabytes of ordinary VCL are
 * one to two million.
 */
const maxTokens = 2_500_000;

/** A diagnostic and its place: the index of the token that follows it. */
export interface Problem {
  readonly index: number;
  readonly diagnostic: Diagnostic;
}

/**
 * The tokens of a source with every `include [+glob] "name";` replaced by the tokens of the files it names, one after the other. That
 * happens before parsing, so the directive may stand anywhere, also inside a sub or an expression.
 */
export class TokenStream {
  /** What was wrong on the way to the last token that was handed out. */
  readonly problems: Problem[] = [];
  readonly #options: SourceOptions;
  /** The files that are open, the innermost last, and for each what of it was looked at in advance. */
  readonly #open: OpenFile[] = [];
  readonly #limit = new DiagnosticLimit();
  #count = 0;
  #files = 0;

  constructor(main: SourceFile, options: SourceOptions) {
    this.#options = options;
    this.#push(main);
  }

  /** How many tokens were handed out. */
  get count(): number {
    return this.#count;
  }

  /** The next token, or undefined at the end of the main source. */
  next(): t.VclToken | undefined {
    for (let file = this.#open.at(-1); file; file = this.#open.at(-1)) {
      const token = file.take();
      if (!token) this.#open.pop();
      else if (token.tokenType === t.Include) this.#include(readDirective(token, file));
      else if (this.#count === maxTokens) {
        this.#open.length = 0;
        this.#report(diagnostic("source-too-long", spanOf(token), { limit: maxTokens }));
      } else {
        token.index = this.#count++;
        return token;
      }
    }
    return undefined;
  }

  #push(file: SourceFile): void {
    this.#open.push(new OpenFile(new Lexer(file, (problem) => this.#report(problem))));
  }

  #report(problem: Diagnostic): void {
    const reported = this.#limit.admit(problem);
    if (reported) this.problems.push({ index: this.#count, diagnostic: reported });
  }

  #include(directive: IncludeDirective): void {
    if (directive.problem) this.#report(directive.problem);
    if (!directive.name || this.#files > maxIncludes) return;
    const found = this.#find(directive, directive.name);
    const files = "code" in found ? [] : found.files;
    this.#files += Math.max(1, files.length);
    if (this.#files > maxIncludes) {
      this.#report(diagnostic("include-limit", directive.span, { limit: maxIncludes }));
    } else if ("code" in found) this.#report(found);
    else for (const file of files.reverse()) this.#push(file);
  }

  #find(directive: IncludeDirective, token: t.VclToken): Diagnostic | { readonly files: SourceFile[] } {
    const span = spanOf(token);
    const name = stringValue(token).value;
    const paths = candidatePaths(name, span.file, this.#options.vclPath);
    if (!paths) return diagnostic("include-of-inline", span, { name });
    if (!directive.glob) return this.#read([paths], directive, span, name);
    if (!/^\.?\//.test(name)) return diagnostic("include-glob-relative", span, {});
    const matches = paths.flatMap((path) => this.#options.reader.glob(path));
    if (matches.length === 0) return diagnostic("include-glob-empty", span, {});
    return this.#read(
      matches.map((path) => [path]),
      directive,
      span,
      name,
    );
  }

  /** Reads, of each group of candidates, the first that can be read. */
  #read(
    groups: readonly (readonly string[])[],
    directive: IncludeDirective,
    span: Span,
    name: string,
  ): Diagnostic | { readonly files: SourceFile[] } {
    const files: SourceFile[] = [];
    for (const candidates of groups) {
      let reason = "";
      let file: SourceFile | undefined;
      for (const path of candidates) {
        if (isOpen(span.file, path)) return diagnostic("include-recursive", span, { name: path });
        const result = this.#options.reader.read(path);
        if ("text" in result) {
          file = { name: path, text: result.text, kind: "file", includedFrom: directive.span };
          break;
        }
        reason ||= result.error;
      }
      if (!file) {
        const hint =
          candidates.length > 1
            ? `searched: ${this.#options.vclPath.join(", ")}; --vcl-path names other folders`
            : undefined;
        const extra = hint === undefined ? {} : { hint };
        return diagnostic("include-unreadable", span, { name: candidates[0] ?? name, reason }, extra);
      }
      files.push(file);
    }
    return { files };
  }
}

function isOpen(file: SourceFile, path: string): boolean {
  for (let at: SourceFile | undefined = file; at; at = at.includedFrom?.file) {
    if (at.kind === "file" && at.name === path) return true;
  }
  return false;
}

interface IncludeDirective {
  readonly span: Span;
  readonly glob: boolean;
  /** The file name; undefined when there is none to follow. */
  readonly name?: t.VclToken;
  readonly problem?: Diagnostic;
}

function readDirective(keyword: t.VclToken, file: OpenFile): IncludeDirective {
  const problems: Diagnostic[] = [];
  let glob = false;
  while (is(file.peek(0), t.Additive) && is(file.peek(1), t.Identifier)) {
    const sign = file.take()!;
    const flag = file.take()!;
    if (flag.startOffset !== sign.startOffset + 1) problems.push(notAFlag(sign));
    else if (flag.image === "glob") glob = sign.tokenType === t.Plus;
    else problems.push(diagnostic("include-unknown-flag", spanOf(flag), { flag: flag.image }));
  }
  const name = file.peek(0);
  if (!name || !is(name, t.StringToken)) {
    if (name?.tokenType === t.Semicolon) file.take();
    const problem = problems[0] ?? diagnostic("include-no-string", spanOf(name ?? keyword), {});
    return { span: spanOf(keyword), glob, problem };
  }
  file.take();
  const semicolon = file.peek(0)?.tokenType === t.Semicolon ? file.take() : undefined;
  if (!semicolon) problems.push(diagnostic("include-no-semicolon", spanOf(name), {}));
  const span = { ...spanOf(keyword), end: spanOf(semicolon ?? name).end };
  const [problem] = problems;
  return { span, glob, name, ...(problem && { problem }) };
}

/** A sign that nothing follows at once. */
function notAFlag(sign: t.VclToken): Diagnostic {
  return diagnostic("unexpected-token", spanOf(sign), { expected: "a flag", found: `'${sign.image}'` });
}

/** A file's tokens, some of them looked at in advance. */
class OpenFile {
  readonly #lexer: Lexer;
  readonly #ahead: (t.VclToken | undefined)[] = [];

  constructor(lexer: Lexer) {
    this.#lexer = lexer;
  }

  take(): t.VclToken | undefined {
    return this.#ahead.length > 0 ? this.#ahead.shift() : this.#lexer.next();
  }

  peek(howFar: 0 | 1): t.VclToken | undefined {
    while (this.#ahead.length <= howFar) this.#ahead.push(this.#lexer.next());
    return this.#ahead[howFar];
  }
}

function is(token: t.VclToken | undefined, type: TokenType): boolean {
  return token !== undefined && tokenMatcher(token, type);
}
