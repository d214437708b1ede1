import * as t from "../lexer/tokens.js";
import type * as ast from "./ast.js";
import type { ListItem } from "./recovering-parser.js";
import { StatementRules } from "./statement-rules.js";

/** Backends and probes. */
export abstract class BackendRules extends StatementRules {
  readonly #fieldItem: ListItem<ast.Field> = {
    parse: () => this.SUBRULE(this.field),
    expected: "'.' or '}'",
    mayBegin: () => this.isNext(t.Dot),
  };

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
    if (this.isClosed(open as t.VclToken)) this.CONSUME(t.RCurly);
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

  protected readonly endOfDeclaration = this.RULE("endOfDeclaration", (): void => {
    if (this.insert(t.Semicolon, () => this.beginsDeclaration())) return;
    this.CONSUME(t.Semicolon);
  });
}
