import { tokenMatcher, type TokenType } from "chevrotain";
import { diagnostic, type Diagnostic } from "../diagnostics/diagnostic.js";
import { candidatePaths, type SearchPath } from "../source/include-path.js";
import type { SourceFile, SourceReader, Span } from "../source/source-file.js";
import { tokenize, type TokenList } from "./lexer.js";
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
 * The tokens of a source with every `include [+glob] "name";` replaced by the tokens of the files it names. That happens before
 * parsing, so the directive may stand anywhere, also inside a sub or an expression.
 */
export function expandIncludes(main: SourceFile, options: SourceOptions): TokenList {
  const expansion = new Expansion(options);
  expansion.append(main);
  return expansion.list;
}

class Expansion {
  readonly list: TokenList = { tokens: [], problems: [] };
  readonly #options: SourceOptions;
  #files = 0;

  constructor(options: SourceOptions) {
    this.#options = options;
  }

  append(file: SourceFile): void {
    const { tokens, problems } = tokenize(file);
    let problem = 0;
    for (let at = 0; at <= tokens.length;) {
      for (; problems[problem]?.index === at; problem++) this.#report(problems[problem]!.diagnostic);
      const token = tokens[at];
      if (token?.tokenType === t.Include) {
        const directive = readDirective(tokens, at);
        for (; (problems[problem]?.index ?? Infinity) < directive.next; problem++) {
          this.#report(problems[problem]!.diagnostic);
        }
        at = directive.next;
        this.#include(directive);
        continue;
      }
      if (token) {
        token.index = this.list.tokens.length;
        this.list.tokens.push(token);
      }
      at++;
    }
  }

  #report(problem: Diagnostic): void {
    this.list.problems.push({ index: this.list.tokens.length, diagnostic: problem });
  }

  #include(directive: IncludeDirective): void {
    if (directive.problem) this.#report(directive.problem);
    if (!directive.name) return;
    const found = this.#find(directive, directive.name);
    if ("code" in found) return this.#report(found);
    for (const file of found.files) {
      if (this.#files >= maxIncludes) break;
      this.#files++;
      this.append(file);
      if (this.#files === maxIncludes) {
        this.#files++; // said once
        this.#report(diagnostic("include-limit", directive.span, { limit: maxIncludes }));
      }
    }
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
      if (!file) return diagnostic("include-unreadable", span, { name: candidates[0] ?? name, reason });
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
  /** Index of the token after the directive. */
  readonly next: number;
}

function readDirective(tokens: readonly t.VclToken[], start: number): IncludeDirective {
  const keyword = tokens[start]!;
  const problems: Diagnostic[] = [];
  let glob = false;
  let at = start + 1;
  while (is(tokens[at], t.Additive) && is(tokens[at + 1], t.Identifier)) {
    const flag = tokens[at + 1]!;
    if (flag.image === "glob") glob = tokens[at]!.tokenType === t.Plus;
    else problems.push(diagnostic("include-unknown-flag", spanOf(flag), { flag: flag.image }));
    at += 2;
  }
  const name = tokens[at];
  if (!name || !is(name, t.StringToken)) {
    const place = spanOf(name ?? keyword);
    const next = at + (name?.tokenType === t.Semicolon ? 1 : 0);
    const problem = problems[0] ?? diagnostic("include-no-string", place, {});
    return { span: spanOf(keyword), glob, problem, next };
  }
  const closed = tokens[at + 1]?.tokenType === t.Semicolon;
  if (!closed) problems.push(diagnostic("include-no-semicolon", spanOf(name), {}));
  const span = { ...spanOf(keyword), end: spanOf(closed ? tokens[at + 1]! : name).end };
  const [problem] = problems;
  return { span, glob, name, next: at + (closed ? 2 : 1), ...(problem && { problem }) };
}

function is(token: t.VclToken | undefined, type: TokenType): boolean {
  return token !== undefined && tokenMatcher(token, type);
}
