import * as t from "../lexer/tokens.js";
import type * as ast from "./ast.js";
import type { ListItem } from "./recovering-parser.js";
import { BackendRules } from "./backend-rules.js";

type AclRange = Pick<ast.AclEntry, "address" | "mask">;

/** Access control lists. */
export abstract class AclRules extends BackendRules {
  readonly #entryItem: ListItem<ast.AclEntry> = {
    parse: () => this.SUBRULE(this.aclEntry),
    expected: "a string or '}'",
    mayBegin: () => this.isNext(t.StringToken) || this.isNext(t.Bang) || this.isNext(t.LParen),
  };

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
    if (this.isClosed(open as t.VclToken)) this.CONSUME(t.RCurly);
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
