import type { IToken } from "chevrotain";
import * as t from "../lexer/tokens.js";
import type * as ast from "./ast.js";
import { NameRules } from "./name-rules.js";

/** A postfix is this many times as deep as an operator, for what is done with the tree later. */
const postfixWeight = 10;

/**
 * Expressions, from the weakest binding to the strongest. A rule for each level: `||`, `&&`, `!`, comparison, `+ -`, `* / %`,
 * postfix, atom.
 */
export abstract class ExpressionRules extends NameRules {
  /** Whether `global.x` belongs to a VMOD of that name, which was imported before. */
  protected globalIsVmod = false;

  /** `expression = and { "||" and }` */
  readonly expression = this.RULE("expression", (): ast.Expression => {
    return this.nested("expression", () => {
      let left = this.SUBRULE(this.andExpression);
      this.MANY(() => {
        const operator = this.CONSUME(t.OrOperator);
        left = this.#chained(operator, left, this.SUBRULE2(this.andExpression));
      });
      return left;
    });
  });

  protected readonly andExpression = this.RULE("andExpression", (): ast.Expression => {
    let left = this.SUBRULE(this.notExpression);
    this.MANY(() => {
      const operator = this.CONSUME(t.AndOperator);
      left = this.#chained(operator, left, this.SUBRULE2(this.notExpression));
    });
    return left;
  });

  /** At most one `!`; it negates the whole comparison that follows. */
  protected readonly notExpression = this.RULE("notExpression", (): ast.Expression => {
    const bang = this.OPTION(() => this.CONSUME(t.Bang));
    const operand = this.SUBRULE(this.comparison);
    return bang ? this.ACTION(() => this.#unary(bang, "!", operand)) : operand;
  });

  /** One comparison or match, never a chain of them. */
  protected readonly comparison = this.RULE("comparison", (): ast.Expression => {
    let left = this.SUBRULE(this.sum);
    this.OPTION(() => {
      this.OR([
        {
          ALT: () => {
            const operator = this.CONSUME(t.Comparison);
            left = this.#binary(operator, left, this.SUBRULE2(this.sum));
          },
        },
        {
          ALT: () => {
            const operator = this.CONSUME(t.MatchOperator);
            left = this.#binary(operator, left, this.SUBRULE(this.pattern));
          },
        },
      ]);
    });
    return left;
  });

  /** What stands right of `~`: an ACL, or a regular expression, which may be several literals joined by `+`. */
  protected readonly pattern = this.RULE("pattern", (): ast.Expression => {
    let left = this.SUBRULE(this.postfix);
    const first = this.ACTION(() => left);
    this.MANY({
      GATE: () => first.kind === "StringLiteral",
      DEF: () => {
        const operator = this.CONSUME(t.Plus);
        left = this.#chained(operator, left, this.SUBRULE(this.string));
      },
    });
    return left;
  });

  protected readonly sum = this.RULE("sum", (): ast.Expression => {
    let left = this.SUBRULE(this.product);
    this.MANY(() => {
      const operator = this.CONSUME(t.Additive);
      left = this.#chained(operator, left, this.SUBRULE2(this.product));
    });
    return left;
  });

  protected readonly product = this.RULE("product", (): ast.Expression => {
    let left = this.SUBRULE(this.postfix);
    this.MANY(() => {
      const operator = this.CONSUME(t.Multiplicative);
      left = this.#chained(operator, left, this.SUBRULE2(this.postfix));
    });
    return left;
  });

  /** An atom with properties and calls: `"x".lower()`, `obj.method(1).upper()`. The dots of a name belong to the name. */
  protected readonly postfix = this.RULE("postfix", (): ast.Expression => {
    let value = this.SUBRULE(this.atom);
    this.MANY(() => {
      const dot = this.CONSUME(t.Dot);
      const property = this.SUBRULE(this.identifier);
      this.ACTION(() => {
        this.countOperator(dot, postfixWeight);
        const object = value;
        value = { kind: "MemberExpression", object, property, span: this.spanFromSpan(object.span) };
      });
      this.OPTION(() => {
        const args = this.SUBRULE(this.callArguments, { ARGS: [true] });
        this.ACTION(() => (value = this.#call(value as ast.MemberExpression, args)));
      });
    });
    return value;
  });

  protected readonly atom = this.RULE("atom", (): ast.Expression => {
    return this.OR<ast.Expression>([
      { ALT: () => this.SUBRULE(this.nameOrCall) },
      { ALT: () => this.SUBRULE(this.string) },
      { ALT: () => this.SUBRULE(this.number) },
      { ALT: () => this.SUBRULE(this.negation) },
      { ALT: () => this.SUBRULE(this.parentheses) },
      { ALT: () => this.SUBRULE(this.blob) },
    ]);
  });

  protected readonly parentheses = this.RULE("parentheses", (): ast.Expression => {
    const open = this.CONSUME(t.LParen);
    const expression = this.SUBRULE(this.expression);
    this.CONSUME(t.RParen);
    return this.ACTION(() => ({ kind: "ParenthesizedExpression", expression, span: this.spanFrom(open) }));
  });

  /** A minus before a number negates the number; before anything else, all of the expression that follows. */
  protected readonly negation = this.RULE("negation", (): ast.Expression => {
    const minus = this.CONSUME(t.Minus);
    const operand = this.OR<ast.Expression>([
      { ALT: () => this.SUBRULE(this.number) },
      { ALT: () => this.SUBRULE(this.expression), IGNORE_AMBIGUITIES: true },
    ]);
    return this.ACTION(() => this.#unary(minus, "-", operand));
  });

  protected readonly nameOrCall = this.RULE("nameOrCall", (): ast.Expression => {
    const name = this.SUBRULE(this.name);
    const trailingComma = this.ACTION(() => !isRegsub(name));
    const args = this.OPTION(() => this.SUBRULE(this.callArguments, { ARGS: [trailingComma] }));
    return this.ACTION(() => {
      const value = this.#asGlobalDirector(name);
      if (!args) return value;
      // `global.x(…)` is left for the analyzer to refuse: a director is nothing to call.
      const callee = value.kind === "GlobalDirectorExpression" ? name : value;
      return this.#call(callee as ast.NameExpression | ast.MemberExpression, args);
    });
  });

  /** `global.NAME` and the properties of it. A name that is a VMOD's stays a name. */
  #asGlobalDirector(name: ast.NameExpression): ast.Expression {
    const [prefix, director, ...properties] = name.parts;
    if (this.globalIsVmod || !director || prefix.text.toLowerCase() !== "global") return name;
    const { file, start } = name.span;
    let value: ast.Expression = {
      kind: "GlobalDirectorExpression",
      name: director,
      span: { file, start, end: director.span.end },
    };
    for (const property of properties) {
      this.countOperator(this.LA(0), postfixWeight);
      value = {
        kind: "MemberExpression",
        object: value,
        property,
        span: { file, start, end: property.span.end },
      };
    }
    return value;
  }

  /** `( argument { "," argument } [ "," ] )`; the comma at the end only where it is allowed. */
  protected readonly callArguments = this.RULE("callArguments", (trailingComma: boolean): ast.Argument[] => {
    const args: ast.Argument[] = [];
    this.CONSUME(t.LParen);
    this.OPTION(() => {
      args.push(this.SUBRULE(this.argument));
      this.MANY({
        GATE: () => !this.isNext(t.RParen, 2),
        DEF: () => {
          this.CONSUME(t.Comma);
          args.push(this.SUBRULE2(this.argument));
        },
      });
      this.OPTION2({ GATE: () => trailingComma, DEF: () => this.CONSUME2(t.Comma) });
    });
    this.CONSUME(t.RParen);
    return args.slice();
  });

  protected readonly argument = this.RULE("argument", (): ast.Argument => {
    return this.OR([
      {
        ALT: () => {
          const name = this.SUBRULE(this.identifier);
          this.CONSUME(t.Assign);
          const value = this.SUBRULE(this.expression);
          return this.ACTION(() => ({
            kind: "Argument" as const,
            name,
            value,
            span: this.spanFromSpan(name.span),
          }));
        },
      },
      {
        ALT: () => {
          const value = this.SUBRULE2(this.expression);
          return this.ACTION(() => ({ kind: "Argument" as const, value, span: value.span }));
        },
      },
    ]);
  });

  // Nodes --------------------------------------------------------------------------------------------------------------------

  /** A link of a chain, in which each operator's left side is all of the chain before it. */
  #chained(operator: IToken, left: ast.Expression, right: ast.Expression): ast.Expression {
    this.ACTION(() => this.countOperator(operator));
    return this.#binary(operator, left, right);
  }

  #binary(operator: IToken, left: ast.Expression, right: ast.Expression): ast.Expression {
    return this.ACTION(() => ({
      kind: "BinaryExpression",
      operator: operator.image as ast.BinaryOperator,
      operatorSpan: this.spanOf(operator),
      left,
      right,
      span: this.spanFromSpan(left.span),
    }));
  }

  #unary(sign: IToken, operator: "!" | "-", operand: ast.Expression): ast.UnaryExpression {
    const operatorSpan = this.spanOf(sign);
    return { kind: "UnaryExpression", operator, operatorSpan, operand, span: this.spanFrom(sign) };
  }

  #call(
    callee: ast.NameExpression | ast.MemberExpression,
    args: readonly ast.Argument[],
  ): ast.CallExpression {
    return { kind: "CallExpression", callee, args, span: this.spanFromSpan(callee.span) };
  }
}

/** Whether a name is that of one of the functions that are part of the language, not of a VMOD. */
function isRegsub({ parts: [first, second] }: ast.NameExpression): boolean {
  return second === undefined && (first.text === "regsub" || first.text === "regsuball");
}
