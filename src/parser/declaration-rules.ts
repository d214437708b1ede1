import { EOF, type IToken } from "chevrotain";
import { diagnostic } from "../diagnostics/diagnostic.js";
import { foreignProgram } from "../language/dialects.js";
import * as t from "../lexer/tokens.js";
import type { SourceFile } from "../source/source-file.js";
import { AclRules } from "./acl-rules.js";
import type * as ast from "./ast.js";
import type { ListItem } from "./recovering-parser.js";

/** VCL versions that exist, times ten. */
const versions: readonly number[] = [40, 41];

/** Top-level declarations: the start of the grammar. */
export abstract class DeclarationRules extends AclRules {
  /** The version that the first declaration fixed. */
  protected version: number | undefined;

  readonly #declarationItem: ListItem<ast.Declaration> = {
    parse: () => this.SUBRULE(this.declaration),
    expected: "one of 'acl', 'sub', 'backend', 'probe', 'import', 'vcl' or 'unused'",
    mayBegin: () => this.beginsDeclaration(),
  };
  readonly program = this.RULE("program", (main: SourceFile): ast.Program => {
    const declarations: ast.Declaration[] = [];
    this.ACTION(() => this.#expectVersion(main));
    do {
      this.MANY(() => {
        const declaration = this.recoverable(this.#declarationItem);
        if (declaration) declarations.push(declaration);
      });
    } while (this.#skipNoDeclaration());
    return this.ACTION(() => ({
      kind: "Program",
      version: this.version,
      declarations,
      span: { file: main, start: 0, end: main.text.length },
    }));
  });

  #expectVersion(main: SourceFile): void {
    if (this.isNext(t.Vcl)) return;
    const token = this.LA(1);
    const foreign = foreignProgram(main.text);
    if (foreign) {
      const { dialect, sign, start, end } = foreign;
      const hint = "to port it, begin it with 'vcl 4.1;': what else differs is told then";
      const span = { file: main, start, end };
      return this.report(token, diagnostic("other-dialect", span, { dialect, sign }, { hint }));
    }
    const hint = "add 'vcl 4.1;' on the first line";
    this.report(token, diagnostic("version-missing", this.spanOf(token), {}, { hint }));
  }

  /**
   * Gets over what begins no declaration. Often that is the rest of a sub that a `}` too many has closed: up to the next declaration
   * it says nothing new.
   */
  #skipNoDeclaration(): boolean {
    if (this.RECORDING_PHASE || this.isNext(EOF)) return false;
    const token = this.LA(1);
    if (this.isNext(t.RCurly) && this.missingBraces > 0) this.missingBraces--;
    else this.reportItem(token, this.unexpected(token, this.#declarationItem.expected));
    do {
      if (this.isNext(t.LCurly)) this.skipBraces();
      else this.SKIP_TOKEN();
    } while (!this.isNext(EOF) && !this.#declarationItem.mayBegin() && !this.#looksDeclared());
    return true;
  }

  /** Two words at the very beginning of a line: `director x`. */
  #looksDeclared(): boolean {
    if (this.isStatementKeyword() || !this.isNext(t.Identifier) || !this.isNext(t.Identifier, 2))
      return false;
    const { payload, startOffset } = this.next();
    return startOffset === 0 || payload.text[startOffset - 1] === "\n";
  }

  protected readonly declaration = this.RULE("declaration", (): ast.Declaration => {
    return this.OR<ast.Declaration>([
      { ALT: () => this.SUBRULE(this.subDeclaration) },
      { ALT: () => this.SUBRULE(this.backendDeclaration) },
      { ALT: () => this.SUBRULE(this.aclDeclaration) },
      { ALT: () => this.SUBRULE(this.probeDeclaration) },
      { ALT: () => this.SUBRULE(this.importDeclaration) },
      { ALT: () => this.SUBRULE(this.versionDeclaration) },
      { ALT: () => this.SUBRULE(this.unusedDeclaration) },
    ]);
  });

  protected readonly versionDeclaration = this.RULE("versionDeclaration", (): ast.VersionDeclaration => {
    const keyword = this.CONSUME(t.Vcl);
    const number = this.CONSUME(t.Real);
    this.SUBRULE(this.endOfVersion, { ARGS: [keyword] });
    return this.ACTION(() => {
      const version = Math.round(Number.parseFloat(number.image) * 10);
      this.#checkVersion(keyword, number, version);
      return { kind: "VersionDeclaration", version, span: this.spanFrom(keyword) };
    });
  });

  protected readonly endOfVersion = this.RULE("endOfVersion", (keyword: IToken): void => {
    const missing = this.ACTION(() => !this.isNext(t.Semicolon));
    if (missing) this.report(keyword, diagnostic("version-no-semicolon", this.spanFrom(keyword), {}));
    else this.CONSUME(t.Semicolon);
  });

  /** The first declaration fixes the version; later ones may repeat it or be lower, which changes nothing. */
  #checkVersion(keyword: IToken, number: IToken, version: number): void {
    const text = number.image;
    const span = this.spanFrom(keyword);
    if (!/^\d\.\d$/.test(text)) {
      return this.report(keyword, diagnostic("version-malformed", this.spanOf(number), { text }));
    }
    if (!versions.includes(version)) {
      const hint = "write vcl 4.0; or vcl 4.1;";
      return this.report(keyword, diagnostic("version-unsupported", span, { version: text }, { hint }));
    }
    this.version ??= version;
    if (version <= this.version) return;
    const top = (this.version / 10).toFixed(1);
    this.report(keyword, diagnostic("version-higher", span, { version: text, top }));
  }

  protected readonly importDeclaration = this.RULE("importDeclaration", (): ast.ImportDeclaration => {
    const keyword = this.CONSUME(t.Import);
    const name = this.SUBRULE(this.declaredName, { ARGS: ["VMOD"] });
    const alias = this.OPTION(() => {
      this.CONSUME(t.As);
      return this.SUBRULE2(this.declaredName, { ARGS: ["VMOD"] });
    });
    const from = this.OPTION2(() => {
      this.CONSUME(t.From);
      return this.SUBRULE(this.string);
    });
    this.SUBRULE(this.endOfDeclaration);
    return this.ACTION(() => {
      this.globalIsVmod ||= (alias ?? name).text.toLowerCase() === "global";
      return {
        kind: "ImportDeclaration",
        name,
        ...(alias && { alias }),
        ...(from && { from }),
        span: this.spanFrom(keyword),
      };
    });
  });

  protected readonly unusedDeclaration = this.RULE("unusedDeclaration", (): ast.UnusedDeclaration => {
    const keyword = this.CONSUME(t.Unused);
    const name = this.SUBRULE(this.name);
    this.SUBRULE(this.endOfDeclaration);
    return this.ACTION(() => ({ kind: "UnusedDeclaration", name, span: this.spanFrom(keyword) }));
  });

  protected readonly subDeclaration = this.RULE("subDeclaration", (): ast.SubDeclaration => {
    const keyword = this.CONSUME(t.Sub);
    const name = this.SUBRULE(this.declaredName, { ARGS: ["subroutine"] });
    const body = this.SUBRULE(this.block);
    return this.ACTION(() => ({ kind: "SubDeclaration", name, body, span: this.spanFrom(keyword) }));
  });
}
