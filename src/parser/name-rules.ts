import type { IToken } from "chevrotain";
import { diagnostic } from "../diagnostics/diagnostic.js";
import { blobValue, stringValue } from "../lexer/literals.js";
import * as t from "../lexer/tokens.js";
import type * as ast from "./ast.js";
import { RecoveringParser } from "./recovering-parser.js";

/** Names and literals. */
export abstract class NameRules extends RecoveringParser {
  /** A dotted name. Its last part may be quoted: `req.http."x.y"`. */
  protected readonly name = this.RULE("name", (): ast.NameExpression => {
    const first = this.SUBRULE(this.identifier);
    const parts: [ast.Identifier, ...ast.Identifier[]] = [first];
    this.MANY(() => {
      this.CONSUME(t.Dot);
      parts.push(this.SUBRULE(this.namePart));
    });
    return this.ACTION(() => ({
      kind: "NameExpression",
      parts: parts.slice() as typeof parts, // of the size that it has: push reserves room for 16 more
      span: this.spanFromSpan(first.span),
    }));
  });

  protected readonly namePart = this.RULE("namePart", (): ast.Identifier => {
    return this.OR([
      { ALT: () => this.SUBRULE(this.identifier) },
      {
        ALT: () => {
          const token = this.CONSUME(t.StringToken);
          return this.ACTION(() => {
            const text = stringValue(token as t.VclToken).value;
            return { kind: "Identifier" as const, text, quoted: true, span: this.spanOf(token) };
          });
        },
      },
    ]);
  });

  protected readonly identifier = this.RULE("identifier", (): ast.Identifier => {
    const token = this.CONSUME(t.Identifier);
    return this.ACTION(() => ({
      kind: "Identifier",
      text: token.image,
      quoted: false,
      span: this.spanOf(token),
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

  // Literals -----------------------------------------------------------------------------------------------------------------

  protected readonly string = this.RULE("string", (): ast.StringLiteral => {
    const token = this.CONSUME(t.StringToken);
    return this.ACTION(() => ({
      kind: "StringLiteral",
      ...stringValue(token as t.VclToken),
      span: this.spanOf(token),
    }));
  });

  /** A number and its unit. A word on the next line that begins a statement is no unit: there a `;` was forgotten. */
  protected readonly number = this.RULE("number", (): ast.NumberLiteral => {
    const token = this.CONSUME(t.NumberToken);
    const unit = this.OPTION({
      GATE: () => this.LA(1).tokenType === t.Identifier && !(this.beginsLine() && this.beginsStatement()),
      DEF: () => this.SUBRULE(this.identifier),
    });
    return this.ACTION(() => this.numberLiteral(token, unit));
  });

  protected numberLiteral(token: IToken, unit: ast.Identifier | undefined): ast.NumberLiteral {
    return {
      kind: "NumberLiteral",
      text: token.image,
      value: Number.parseFloat(token.image),
      real: token.image.includes("."),
      ...(unit && { unit }),
      span: this.spanFrom(token),
    };
  }

  protected readonly blob = this.RULE("blob", (): ast.BlobLiteral => {
    const token = this.CONSUME(t.Blob);
    return this.ACTION(() => ({
      kind: "BlobLiteral",
      value: blobValue(token as t.VclToken),
      span: this.spanOf(token),
    }));
  });

  /** Whether the current word begins a statement rather than going on with an expression: `std.log(`, `name(`. */
  protected beginsStatement(): boolean {
    return this.isNext(t.LParen, 2) || this.isNext(t.Dot, 2);
  }
}
