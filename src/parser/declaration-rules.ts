import { EOF, type IToken } from "chevrotain";
import { diagnostic } from "../diagnostics/diagnostic.js";
import * as t from "../lexer/tokens.js";
import type { SourceFile } from "../source/source-file.js";
import type * as ast from "./ast.js";
import type { ListItem } from "./recovering-parser.js";
import { StatementRules } from "./statement-rules.js";

/** VCL versions that exist, times ten. */
const versions: readonly number[] = [40, 41];

type AclRange = Pick<ast.AclEntry, "address" | "mask">;

/** Top-level declarations: the start of the grammar. */
export abstract class DeclarationRules extends StatementRules {
  /** The version that the first declaration fixed. */
  protected version: number | undefined;

  readonly #declarationItem: ListItem<ast.Declaration> = {
    parse: () => this.SUBRULE(this.declaration),
    expected: "one of 'acl', 'sub', 'backend', 'probe', 'import', 'vcl' or 'unused'",
    mayBegin: () => this.beginsDeclaration() || this.isNext(t.Vcl) || this.isNext(t.Unused),
  };
  readonly #fieldItem: ListItem<ast.Field> = {
    parse: () => this.SUBRULE(this.field),
    expected: "'.' or '}'",
    mayBegin: () => this.isNext(t.Dot),
  };
  readonly #entryItem: ListItem<ast.AclEntry> = {
    parse: () => this.SUBRULE(this.aclEntry),
    expected: "a string or '}'",
    mayBegin: () => this.isNext(t.StringToken) || this.isNext(t.Bang) || this.isNext(t.LParen),
  };

  readonly program = this.RULE("program", (main: SourceFile): ast.Program => {
    const declarations: ast.Declaration[] = [];
    this.ACTION(() => this.#expectVersion());
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

  #expectVersion(): void {
    if (this.isNext(t.Vcl)) return;
    const hint = "add 'vcl 4.1;' on the first line";
    const token = this.LA(1);
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
    return this.ACTION(() => ({
      kind: "ImportDeclaration",
      name,
      ...(alias && { alias }),
      ...(from && { from }),
      span: this.spanFrom(keyword),
    }));
  });

  protected readonly endOfDeclaration = this.RULE("endOfDeclaration", (): void => {
    if (this.insert(t.Semicolon, () => this.#declarationItem.mayBegin())) return;
    this.CONSUME(t.Semicolon);
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

  protected readonly backendDeclaration = this.RULE("backendDeclaration", (): ast.BackendDeclaration => {
    const keyword = this.CONSUME(t.Backend);
    const name = this.SUBRULE(this.declaredName, { ARGS: ["backend"] });
    let none = false;
    let fields: readonly ast.Field[] = [];
    this.OR([
      {
        ALT: () => {
          this.CONSUME(t.None);
          this.SUBRULE(this.endOfDeclaration);
          none = true;
        },
      },
      { ALT: () => (fields = this.SUBRULE(this.fieldList)) },
    ]);
    return this.ACTION(() => ({
      kind: "BackendDeclaration",
      name,
      none,
      fields,
      span: this.spanFrom(keyword),
    }));
  });

  protected readonly probeDeclaration = this.RULE("probeDeclaration", (): ast.ProbeDeclaration => {
    const keyword = this.CONSUME(t.Probe);
    const name = this.SUBRULE(this.declaredName, { ARGS: ["backend probe"] });
    const fields = this.SUBRULE(this.fieldList);
    return this.ACTION(() => ({ kind: "ProbeDeclaration", name, fields, span: this.spanFrom(keyword) }));
  });

  protected readonly fieldList = this.RULE("fieldList", (): readonly ast.Field[] => {
    const open = this.CONSUME(t.LCurly);
    const fields: ast.Field[] = [];
    do {
      this.MANY(() => {
        const field = this.recoverable(this.#fieldItem);
        if (field) fields.push(field);
      });
    } while (!this.beginsDeclaration() && this.skipUnexpected(this.#fieldItem));
    if (this.ACTION(() => this.isClosed(open as t.VclToken))) this.CONSUME(t.RCurly);
    return fields;
  });

  /** `.name = value ;`, where an inline probe takes no `;`. */
  protected readonly field = this.RULE("field", (): ast.Field => {
    const dot = this.CONSUME(t.Dot);
    const name = this.SUBRULE(this.identifier);
    this.CONSUME(t.Assign);
    const value = this.OR<ast.FieldValue>([
      {
        GATE: () => this.RECORDING_PHASE || name.text === "probe",
        ALT: () => this.SUBRULE(this.inlineProbe),
      },
      {
        ALT: () => {
          const simple = this.SUBRULE(this.fieldValue);
          this.SUBRULE(this.endOfField);
          return simple;
        },
      },
    ]);
    return this.ACTION(() => ({ kind: "Field", name, value, span: this.spanFrom(dot) }));
  });

  protected readonly endOfField = this.RULE("endOfField", (): void => {
    const forgotten = () => this.isNext(t.RCurly) || (this.isNext(t.Dot) && this.beginsLine());
    if (this.insert(t.Semicolon, forgotten)) return;
    this.CONSUME(t.Semicolon);
  });

  protected readonly inlineProbe = this.RULE("inlineProbe", (): ast.InlineProbe => {
    return this.nested("block", () => {
      const open = this.LA(1);
      const fields = this.SUBRULE(this.fieldList);
      return this.ACTION(() => ({ kind: "InlineProbe", fields, span: this.spanFrom(open) }));
    });
  });

  protected readonly fieldValue = this.RULE("fieldValue", (): ast.FieldValue => {
    return this.OR<ast.FieldValue>([
      { ALT: () => this.SUBRULE(this.stringList) },
      { ALT: () => this.SUBRULE(this.number) },
      { ALT: () => this.SUBRULE(this.blob) },
      { ALT: () => this.SUBRULE(this.name) },
    ]);
  });

  protected readonly stringList = this.RULE("stringList", (): ast.StringLiteral | ast.StringList => {
    const first = this.SUBRULE(this.string);
    const strings = [first];
    this.MANY(() => strings.push(this.SUBRULE2(this.string)));
    return this.ACTION(() =>
      strings.length === 1 ? first : { kind: "StringList", strings, span: this.spanFromSpan(first.span) },
    );
  });

  protected readonly aclDeclaration = this.RULE("aclDeclaration", (): ast.AclDeclaration => {
    const keyword = this.CONSUME(t.Acl);
    const name = this.SUBRULE(this.declaredName, { ARGS: ["ACL"] });
    const flags: ast.AclFlag[] = [];
    const entries: ast.AclEntry[] = [];
    this.MANY(() => flags.push(this.SUBRULE(this.aclFlag)));
    const open = this.CONSUME(t.LCurly);
    do {
      this.MANY2(() => {
        const entry = this.recoverable(this.#entryItem);
        if (entry) entries.push(entry);
      });
    } while (!this.beginsDeclaration() && this.skipUnexpected(this.#entryItem));
    if (this.ACTION(() => this.isClosed(open as t.VclToken))) this.CONSUME(t.RCurly);
    return this.ACTION(() => ({
      kind: "AclDeclaration",
      name,
      flags,
      entries,
      span: this.spanFrom(keyword),
    }));
  });

  /** `+log`, `+fold(-report)` */
  protected readonly aclFlag = this.RULE("aclFlag", (): ast.AclFlag => {
    const first = this.LA(1);
    const { on, name } = this.SUBRULE(this.flag);
    const argument = this.OPTION(() => {
      this.CONSUME(t.LParen);
      const inner = this.SUBRULE2(this.flag);
      this.CONSUME(t.RParen);
      return inner;
    });
    return this.ACTION(() => ({
      kind: "AclFlag",
      on,
      name,
      ...(argument && { argument }),
      span: this.spanFrom(first),
    }));
  });

  /** A sign and a word with nothing between them. */
  protected readonly flag = this.RULE("flag", (): { on: boolean; name: ast.Identifier } => {
    const sign = this.CONSUME(t.Additive);
    this.ACTION(() => {
      const after = this.next();
      if (after.startOffset !== sign.startOffset + 1) this.fail(this.unexpected(sign, "a flag"));
    });
    const name = this.SUBRULE(this.identifier);
    return { on: sign.tokenType === t.Plus, name };
  });

  /** `!"address"/mask;`, in parentheses when its look-up may fail; then the `!` may also stand inside them. */
  protected readonly aclEntry = this.RULE("aclEntry", (): ast.AclEntry => {
    const first = this.LA(1);
    let negated = false;
    let optional = false;
    let range: AclRange | undefined;
    this.OPTION(() => {
      this.CONSUME(t.Bang);
      negated = true;
    });
    this.OR([
      { ALT: () => (range = this.SUBRULE(this.aclRange)) },
      {
        ALT: () => {
          this.CONSUME(t.LParen);
          optional = true;
          this.OPTION2({
            GATE: () => !negated,
            DEF: () => {
              this.CONSUME2(t.Bang);
              negated = true;
            },
          });
          range = this.SUBRULE2(this.aclRange);
          this.CONSUME(t.RParen);
        },
      },
    ]);
    this.SUBRULE(this.endOfEntry);
    return this.ACTION(() => ({
      kind: "AclEntry",
      negated,
      optional,
      ...range!,
      span: this.spanFrom(first),
    }));
  });

  protected readonly aclRange = this.RULE("aclRange", (): AclRange => {
    const address = this.SUBRULE(this.string);
    const mask = this.OPTION(() => {
      this.CONSUME(t.Slash);
      return this.SUBRULE(this.mask);
    });
    return { address, ...(mask && { mask }) };
  });

  protected readonly mask = this.RULE("mask", (): ast.NumberLiteral => {
    const token = this.CONSUME(t.Integer);
    return this.ACTION(() => this.numberLiteral(token, undefined));
  });

  protected readonly endOfEntry = this.RULE("endOfEntry", (): void => {
    const forgotten = () => this.isNext(t.RCurly) || (this.#entryItem.mayBegin() && this.beginsLine());
    if (this.insert(t.Semicolon, forgotten)) return;
    this.CONSUME(t.Semicolon);
  });
}
