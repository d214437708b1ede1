import { EOF, type IToken } from "chevrotain";
import { diagnostic } from "../diagnostics/diagnostic.js";
import * as t from "../lexer/tokens.js";
import type * as ast from "./ast.js";
import type { ListItem } from "./recovering-parser.js";
import { SimpleStatementRules } from "./simple-statement-rules.js";
import { describeToken } from "./token-parser.js";

/** Blocks, `if`, and what a statement may be. */
export abstract class StatementRules extends SimpleStatementRules {
  readonly #statementItem: ListItem<ast.Statement> = {
    parse: () => this.SUBRULE(this.statement),
    expected: "an action, 'if', '{' or '}'",
    mayBegin: () => this.isNext(t.Identifier),
    hasBlock: (first) => this.mayNest("block") && this.#isLikeIf(first),
  };

  readonly block = this.RULE("block", (): ast.Block => {
    return this.nested("block", () => {
      const open = this.CONSUME(t.LCurly);
      const statements: ast.Statement[] = [];
      let failed = false;
      do {
        this.MANY({
          GATE: () => !this.beginsDeclaration() && !(failed && this.isElse()),
          DEF: () => {
            const statement = this.recoverable(this.#statementItem);
            failed = statement === undefined || (failed && statement.kind === "Block");
            if (statement) statements.push(statement);
          },
        });
      } while (this.#skipNoStatement(failed));
      if (this.isClosed(open as t.VclToken)) this.CONSUME(t.RCurly);
      return this.ACTION(() => ({
        kind: "Block",
        statements: statements.slice(),
        span: this.spanFrom(open),
      }));
    });
  });

  /** Gets over what begins no statement. Returns whether the list may go on. */
  #skipNoStatement(failed: boolean): boolean {
    if (this.RECORDING_PHASE || this.beginsDeclaration()) return false;
    if (failed && this.isElse()) {
      // The `if` that this belongs to could not be parsed; its other arms are worth reading, their conditions are lost.
      while (!this.isNext(t.LCurly) && !this.isNext(t.RCurly) && !this.isNext(EOF)) this.SKIP_TOKEN();
      return !this.isNext(EOF);
    }
    return this.skipUnexpected(this.#statementItem);
  }

  /** A `}` that is missing is reported once, at what cannot stand in a block, and all blocks around it end too. */
  protected isClosed(open: t.VclToken): boolean {
    if (this.RECORDING_PHASE || this.isNext(t.RCurly)) return true;
    this.missingBraces++;
    if (this.swallowedSince(open.index)) return false;
    const token = this.LA(1);
    const related = [{ span: this.spanOf(open), message: "the block begins here" }];
    const found = describeToken(token);
    this.report(token, diagnostic("unclosed-block", this.spanOf(token), { found }, { related }));
    return false;
  }

  /** Whether a declaration begins here, which inside a block means that a `}` is missing. */
  protected beginsDeclaration(): boolean {
    if (this.RECORDING_PHASE) return false;
    const type = this.LA(1).tokenType;
    if (type === t.Sub || type === t.Probe || type === t.Acl) {
      return this.isNext(t.Identifier, 2) && (this.isNext(t.LCurly, 3) || type === t.Acl);
    }
    if (type === t.Backend) return this.isNext(t.Identifier, 2);
    if (type === t.Vcl) return this.isNext(t.Real, 2);
    return (type === t.Import || type === t.Unused) && this.isNext(t.Identifier, 2);
  }

  /** After an `if`, or a word that was meant as one, the block is parsed all the same. */
  #isLikeIf({ tokenType }: IToken): boolean {
    if (tokenType === t.If || tokenType === t.Else || tokenType === t.ElseIf) return true;
    return tokenType === t.Identifier;
  }

  /**
   * The first word decides: after `if` comes what belongs to an if, or a message that says so. With a dot behind it, it is the name of a
   * VMOD: in VCL 4.0 one may be imported as `set`.
   */
  protected readonly statement = this.RULE("statement", (): ast.Statement => {
    return this.OR<ast.Statement>({
      MAX_LOOKAHEAD: 1,
      DEF: [
        {
          GATE: () => this.isNext(t.Dot, 2),
          ALT: () => this.SUBRULE2(this.expressionStatement),
          IGNORE_AMBIGUITIES: true,
        },
        { ALT: () => this.SUBRULE(this.setStatement) },
        { ALT: () => this.SUBRULE(this.ifStatement) },
        { ALT: () => this.SUBRULE(this.unsetStatement) },
        { ALT: () => this.SUBRULE(this.callStatement) },
        { ALT: () => this.SUBRULE(this.returnStatement) },
        { ALT: () => this.SUBRULE(this.newStatement) },
        { ALT: () => this.SUBRULE(this.banStatement) },
        { ALT: () => this.SUBRULE(this.hashDataStatement) },
        { ALT: () => this.SUBRULE(this.syntheticStatement) },
        { ALT: () => this.SUBRULE(this.block) },
        {
          GATE: () => this.isNext(t.Identifier),
          ALT: () => this.SUBRULE(this.expressionStatement),
          IGNORE_AMBIGUITIES: true,
        },
      ],
    });
  });

  protected readonly ifStatement = this.RULE("ifStatement", (): ast.IfStatement => {
    const arms: ast.IfArm[] = [];
    let otherwise: ast.Block | undefined;
    const keyword = this.CONSUME(t.If);
    arms.push(this.SUBRULE(this.ifArm, { ARGS: [keyword, "if"] }));
    this.MANY(() => {
      this.OR([
        {
          GATE: () => this.LA(2).image === "if",
          ALT: () => {
            const first = this.CONSUME(t.Else);
            this.CONSUME2(t.If);
            arms.push(this.SUBRULE2(this.ifArm, { ARGS: [first, "else if"] }));
          },
        },
        {
          ALT: () => {
            const first = this.CONSUME(t.ElseIf);
            arms.push(this.SUBRULE3(this.ifArm, { ARGS: [first, first.image] }));
          },
        },
      ]);
    });
    this.OPTION(() => {
      this.CONSUME2(t.Else);
      this.ACTION(() => this.#expectElseBlock());
      otherwise = this.SUBRULE(this.block);
    });
    return this.ACTION(() => ({
      kind: "IfStatement",
      arms: arms.slice(),
      ...(otherwise && { otherwise }),
      span: this.spanFrom(keyword),
    }));
  });

  #expectElseBlock(): void {
    if (!this.isNext(t.LCurly)) this.fail(this.unexpected(this.LA(1), "'if' or '{' after 'else'"));
  }

  protected readonly ifArm = this.RULE("ifArm", (first: IToken, keyword: string): ast.IfArm => {
    this.CONSUME(t.LParen);
    const test = this.SUBRULE(this.expression);
    this.SUBRULE(this.endOfCondition);
    const body = this.SUBRULE(this.block);
    return this.ACTION(() => ({ kind: "IfArm", keyword, test, body, span: this.spanFrom(first) }));
  });

  protected readonly endOfCondition = this.RULE("endOfCondition", (): void => {
    if (this.insert(t.RParen, () => this.isNext(t.LCurly))) return;
    this.CONSUME(t.RParen);
  });
}
