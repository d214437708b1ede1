import { tokenMatcher } from "chevrotain";
import { diagnostic } from "../diagnostics/diagnostic.js";
import * as t from "../lexer/tokens.js";
import type * as ast from "./ast.js";
import { ExpressionRules } from "./expression-rules.js";
import { statementHint } from "./hints.js";

/** The statements that hold no others. */
export abstract class SimpleStatementRules extends ExpressionRules {
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
    const args = this.SUBRULE(this.callArguments, { ARGS: [true] });
    this.SUBRULE(this.endOfStatement);
    return this.ACTION(() => ({
      kind: "NewStatement",
      name,
      constructorName,
      args,
      span: this.spanFrom(keyword),
    }));
  });

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
      const takesBlock = this.isNext(t.LCurly) || isWord || this.isElse();
      if (expression.kind === "CallExpression" && !takesBlock) return;
      const name = expression.kind === "CallExpression" ? first.image : this.#textOf(expression.span);
      const isAssigned = tokenMatcher(this.LA(1), t.AssignmentToken);
      const hint = isAssigned ? `write set ${name} ${this.LA(1).image} …;` : statementHint(name);
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

  protected readonly endOfStatement = this.RULE("endOfStatement", (): void => {
    if (this.insert(t.Semicolon, () => this.#forgotSemicolon())) return;
    this.CONSUME(t.Semicolon);
  });

  #forgotSemicolon(): boolean {
    if (this.isNext(t.RCurly)) return true;
    return this.isStatementKeyword() || (this.isNext(t.Identifier) && this.beginsLine());
  }

  protected override isStatementKeyword(): boolean {
    return t.statementTokens.has(this.LA(1).tokenType);
  }

  protected isElse(): boolean {
    return this.isNext(t.Else) || this.isNext(t.ElseIf);
  }
}
