import { EOF, type IToken } from "chevrotain";
import { diagnostic } from "../diagnostics/diagnostic.js";
import * as t from "../lexer/tokens.js";
import type * as ast from "./ast.js";
import { ExpressionRules } from "./expression-rules.js";
import { statementHint } from "./hints.js";
import { describeToken, type ListItem } from "./recovering-parser.js";

/** Statements and blocks. */
export abstract class StatementRules extends ExpressionRules {
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
          GATE: () => !this.beginsDeclaration() && !(failed && this.#isElse()),
          DEF: () => {
            const statement = this.recoverable(this.#statementItem);
            failed = statement === undefined || (failed && statement.kind === "Block");
            if (statement) statements.push(statement);
          },
        });
      } while (this.#skipNoStatement(failed));
      if (this.ACTION(() => this.isClosed(open as t.VclToken))) this.CONSUME(t.RCurly);
      return this.ACTION(() => ({ kind: "Block", statements, span: this.spanFrom(open) }));
    });
  });

  /** Gets over what begins no statement. Returns whether the list may go on. */
  #skipNoStatement(failed: boolean): boolean {
    if (this.RECORDING_PHASE || this.beginsDeclaration()) return false;
    if (failed && this.#isElse()) {
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

  #isElse(): boolean {
    return this.isNext(t.Else) || this.isNext(t.ElseIf);
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

  protected override isStatementKeyword(): boolean {
    return t.statementTokens.has(this.LA(1).tokenType);
  }

  /** After an `if`, or a word that was meant as one, the block is parsed all the same. */
  #isLikeIf(first: number): boolean {
    const { tokenType } = this.tokenAt(first);
    if (tokenType === t.If || tokenType === t.Else || tokenType === t.ElseIf) return true;
    return tokenType === t.Identifier;
  }

  protected readonly endOfStatement = this.RULE("endOfStatement", (): void => {
    if (this.insert(t.Semicolon, () => this.#forgotSemicolon())) return;
    this.CONSUME(t.Semicolon);
  });

  #forgotSemicolon(): boolean {
    if (this.isNext(t.RCurly)) return true;
    return this.isStatementKeyword() || (this.isNext(t.Identifier) && this.beginsLine());
  }

  /** The first word decides: after `if` comes what belongs to an if, or a message that says so. */
  protected readonly statement = this.RULE("statement", (): ast.Statement => {
    return this.OR<ast.Statement>({
      MAX_LOOKAHEAD: 1,
      DEF: [
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

  protected readonly setStatement = this.RULE("setStatement", (): ast.SetStatement => {
    const keyword = this.CONSUME(t.SetKeyword);
    const target = this.SUBRULE(this.name);
    const operator = this.CONSUME(t.AssignmentToken);
    const value = this.SUBRULE(this.expression);
    this.SUBRULE(this.endOfStatement);
    return this.ACTION(() => ({
      kind: "SetStatement",
      target,
      operator: operator.image as ast.AssignmentOperator,
      operatorSpan: this.spanOf(operator),
      value,
      span: this.spanFrom(keyword),
    }));
  });

  protected readonly unsetStatement = this.RULE("unsetStatement", (): ast.UnsetStatement => {
    const keyword = this.CONSUME(t.Unset);
    const target = this.SUBRULE(this.name);
    this.SUBRULE(this.endOfStatement);
    return this.ACTION(() => ({ kind: "UnsetStatement", target, span: this.spanFrom(keyword) }));
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
      arms,
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

  protected readonly callStatement = this.RULE("callStatement", (): ast.CallStatement => {
    const keyword = this.CONSUME(t.Call);
    const callee = this.SUBRULE(this.expression);
    this.SUBRULE(this.endOfStatement);
    return this.ACTION(() => ({ kind: "CallStatement", callee, span: this.spanFrom(keyword) }));
  });

  /** `return;`, `return (action);`, `return (action(arguments));` */
  protected readonly returnStatement = this.RULE("returnStatement", (): ast.ReturnStatement => {
    const keyword = this.CONSUME(t.Return);
    let action: ast.Identifier | undefined;
    let args: ast.Expression[] | undefined;
    this.OPTION(() => {
      this.CONSUME(t.LParen);
      action = this.SUBRULE(this.identifier);
      args = this.OPTION2(() => this.SUBRULE(this.actionArguments));
      this.CONSUME(t.RParen);
    });
    this.SUBRULE(this.endOfStatement);
    return this.ACTION(() => ({
      kind: "ReturnStatement",
      ...(action && { action }),
      ...(args && { args }),
      span: this.spanFrom(keyword),
    }));
  });

  protected readonly actionArguments = this.RULE("actionArguments", (): ast.Expression[] => {
    const args: ast.Expression[] = [];
    this.CONSUME(t.LParen);
    this.MANY_SEP({ SEP: t.Comma, DEF: () => args.push(this.SUBRULE(this.expression)) });
    this.CONSUME(t.RParen);
    return args;
  });

  protected readonly newStatement = this.RULE("newStatement", (): ast.NewStatement => {
    const keyword = this.CONSUME(t.New);
    const name = this.SUBRULE(this.declaredName, { ARGS: ["VCL object"] });
    this.CONSUME(t.Assign);
    const constructorName = this.SUBRULE(this.name);
    const args = this.SUBRULE(this.callArguments);
    this.SUBRULE(this.endOfStatement);
    return this.ACTION(() => ({
      kind: "NewStatement",
      name,
      constructorName,
      args,
      span: this.spanFrom(keyword),
    }));
  });

  /** The name of something declared: one word without dots. `what` names the thing in the message. */
  protected readonly declaredName = this.RULE("declaredName", (what: string): ast.Identifier => {
    const name = this.SUBRULE(this.identifier);
    this.ACTION(() => this.#refuseDots(name, what));
    return name;
  });

  #refuseDots(first: ast.Identifier, kind: string): void {
    if (!this.isNext(t.Dot)) return;
    const token = this.LA(0);
    let name = first.text;
    while (this.isNext(t.Dot) && this.isNext(t.Identifier, 2)) {
      this.SKIP_TOKEN();
      name += `.${this.LA(1).image}`;
      this.SKIP_TOKEN();
    }
    this.report(token, diagnostic("illegal-name", this.spanFrom(token), { kind, name, character: "." }));
  }

  protected readonly banStatement = this.RULE("banStatement", (): ast.BanStatement => {
    const keyword = this.CONSUME(t.Ban);
    const value = this.SUBRULE(this.soleArgument);
    return this.ACTION(() => ({ kind: "BanStatement", value, span: this.spanFrom(keyword) }));
  });

  protected readonly hashDataStatement = this.RULE("hashDataStatement", (): ast.HashDataStatement => {
    const keyword = this.CONSUME(t.HashData);
    const value = this.SUBRULE(this.soleArgument);
    return this.ACTION(() => ({ kind: "HashDataStatement", value, span: this.spanFrom(keyword) }));
  });

  protected readonly syntheticStatement = this.RULE("syntheticStatement", (): ast.SyntheticStatement => {
    const keyword = this.CONSUME(t.Synthetic);
    const value = this.SUBRULE(this.soleArgument);
    return this.ACTION(() => ({ kind: "SyntheticStatement", value, span: this.spanFrom(keyword) }));
  });

  protected readonly soleArgument = this.RULE("soleArgument", (): ast.Expression => {
    this.CONSUME(t.LParen);
    const value = this.SUBRULE(this.expression);
    this.CONSUME(t.RParen);
    this.SUBRULE(this.endOfStatement);
    return value;
  });

  protected readonly expressionStatement = this.RULE("expressionStatement", (): ast.ExpressionStatement => {
    const expression = this.SUBRULE(this.calledName);
    this.SUBRULE(this.endOfStatement);
    return this.ACTION(() => ({
      kind: "ExpressionStatement",
      expression,
      span: this.spanFromSpan(expression.span),
    }));
  });

  /** A call of a VMOD's function or method. Any other word, or a value, is no statement. */
  protected readonly calledName = this.RULE("calledName", (): ast.Expression => {
    const first = this.LA(1);
    const expression = this.SUBRULE(this.postfix);
    this.ACTION(() => {
      const isWord = expression.kind === "NameExpression" && expression.parts.length === 1;
      const takesBlock = this.isNext(t.LCurly) || isWord || this.#isElse();
      if (expression.kind === "CallExpression" && !takesBlock) return;
      const name = expression.kind === "CallExpression" ? first.image : this.#textOf(expression.span);
      const hint = statementHint(first.image);
      this.fail(
        diagnostic(
          "unknown-statement",
          expression.kind === "CallExpression" ? this.spanOf(first) : expression.span,
          { name },
          hint === undefined ? {} : { hint },
        ),
      );
    });
    return expression;
  });

  #textOf({ file, start, end }: ast.Identifier["span"]): string {
    return file.text.slice(start, end);
  }
}
