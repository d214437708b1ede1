import { diagnostic, type Diagnostic } from "../diagnostics/diagnostic.js";
import type { DiagnosticCode, DiagnosticParameters } from "../diagnostics/catalog.js";
import type { Span } from "../source/source-file.js";
import { translateDefault } from "./defaults.js";
import { tokenize, unquote, type VccToken } from "./tokens.js";
import type { PrivScope, VccArgument, VccDefault, VccType } from "./vmod-interface.js";

const types: ReadonlySet<string> = new Set<VccType>([
  "ACL",
  "BACKEND",
  "BLOB",
  "BODY",
  "BOOL",
  "BYTES",
  "DURATION",
  "ENUM",
  "HEADER",
  "HTTP",
  "INT",
  "IP",
  "PROBE",
  "REAL",
  "REGEX",
  "STEVEDORE",
  "STRANDS",
  "STRING",
  "SUB",
  "TIME",
  "VOID",
]);
const privScopes: ReadonlySet<string> = new Set<PrivScope>([
  "PRIV_CALL",
  "PRIV_VCL",
  "PRIV_TASK",
  "PRIV_TOP",
]);

export interface Prototype {
  readonly returns: VccType;
  readonly returnValues?: readonly string[];
  /** The word before the argument list; a method's with its dot. */
  readonly name: VccToken;
  readonly args: readonly VccArgument[];
  readonly privs: readonly PrivScope[];
}

interface ReadType {
  readonly type: VccType | PrivScope;
  readonly values?: readonly string[];
  readonly token: VccToken;
}

/**
 * Reads the signatures of one stanza, token by token. The first mistake is reported and ends the stanza: every reading function answers
 * undefined from then on.
 */
export class PrototypeReader {
  private readonly tokens: readonly VccToken[];
  private readonly end: Span;
  private readonly report: (diagnostic: Diagnostic) => void;
  private position = 0;

  constructor(signature: Span, report: (diagnostic: Diagnostic) => void) {
    this.tokens = tokenize(signature);
    this.end = {
      file: signature.file,
      start: Math.max(signature.start, signature.end - 1),
      end: signature.end,
    };
    this.report = report;
  }

  /** Takes the next token when it has that text. */
  accept(text: string): boolean {
    const found = this.tokens[this.position]?.text === text;
    if (found) this.position++;
    return found;
  }

  /** `[rettype] name (args)`; constructors have no return type. */
  readPrototype(hasReturnType: boolean): Prototype | undefined {
    const returned = hasReturnType ? this.readType({ returned: true }) : undefined;
    if (hasReturnType && !returned) return undefined;
    const name = this.word("a name");
    if (!name) return undefined;
    const list = this.readArguments();
    if (!list) return undefined;
    const extra = this.tokens[this.position];
    if (extra) return this.fail("vcc-expected", extra.span, { expected: "end of line", found: extra.text });
    return {
      returns: returned ? (returned.type as VccType) : "VOID",
      ...(returned?.values && { returnValues: returned.values }),
      name,
      ...list,
    };
  }

  private readArguments(): Pick<Prototype, "args" | "privs"> | undefined {
    const args: VccArgument[] = [];
    const privs: PrivScope[] = [];
    if (!this.separator("(")) return undefined;
    if (this.accept(")")) return { args, privs };
    do {
      const bracketed = this.accept("[");
      const argument = this.readArgument(bracketed, args, args.length + privs.length + 1);
      if (!argument) return undefined;
      if (typeof argument === "string") privs.push(argument);
      else args.push(argument);
      if (bracketed && !this.separator("]")) return undefined;
    } while (this.accept(","));
    return this.separator(")") ? { args, privs } : undefined;
  }

  private readArgument(
    optional: boolean,
    before: readonly VccArgument[],
    place: number,
  ): VccArgument | PrivScope | undefined {
    const read = this.readType({ returned: false });
    if (!read) return undefined;
    const names = this.readNames(before, optional);
    if (!names) return undefined;
    const value = this.readDefault(read);
    if (!value) return undefined;
    if (privScopes.has(read.type)) return read.type as PrivScope;
    return {
      name: names.name,
      implementationName: names.implementationName ?? `arg${String(place)}`,
      type: read.type as VccType,
      ...(read.values && { values: read.values }),
      optional,
      ...(value.default !== undefined && { default: value.default }),
    };
  }

  private readNames(
    before: readonly VccArgument[],
    optional: boolean,
  ): { readonly name?: string | undefined; readonly implementationName?: string | undefined } | undefined {
    const token = this.tokens[this.position];
    if (token?.kind !== "word") {
      return optional ? this.fail("vcc-unnamed-optional", token?.span ?? this.end, {}) : {};
    }
    this.position++;
    const parts = token.text.split(":");
    if (parts.length > 2 || !parts.every((part) => /^[a-zA-Z_][a-zA-Z0-9_]*$/.test(part))) {
      return this.fail("vcc-illegal-name", token.span, { name: token.text });
    }
    const name = parts[0] ?? "";
    if (before.some((argument) => argument.name === name)) {
      return this.fail("vcc-duplicate-argument", token.span, { name });
    }
    return { name, implementationName: parts[1] ?? name };
  }

  /** `= token`, translated; an empty object where there is none. */
  private readDefault(read: ReadType): { readonly default?: VccDefault } | undefined {
    if (!this.accept("=")) return {};
    const token = this.tokens[this.position];
    if (!token || token.kind === "separator" || token.kind === "unterminated")
      return this.unexpected("a default value");
    this.position++;
    const { type, values } = read;
    if (privScopes.has(type)) return this.fail("vcc-private-default", token.span, { type });
    if (values) {
      const text = unquote(token);
      if (values.includes(text)) return { default: text };
      return this.fail("vcc-enum-default", token.span, { text, values: values.join(", ") });
    }
    const value = translateDefault(type as VccType, token.text);
    if (value === undefined) return this.fail("vcc-bad-default", token.span, { text: token.text, type });
    return { default: value };
  }

  private readType({ returned }: { readonly returned: boolean }): ReadType | undefined {
    const token = this.tokens[this.position];
    const type = token?.text ?? "";
    // VCL, a label, is ours: what a VMOD's method returns for `return (dispatch(…))`.
    const known = types.has(type) || privScopes.has(type) || (returned && type === "VCL");
    if (!token || !known) {
      return this.fail("vcc-expected-type", token?.span ?? this.end, { found: type || "end of line" });
    }
    this.position++;
    if (!returned && type === "VOID") return this.fail("vcc-void-argument", token.span, {});
    if (returned && privScopes.has(type)) return this.fail("vcc-private-return", token.span, { type });
    const values = this.readValues(token);
    if (!values) return undefined;
    return { type: type as VccType | PrivScope, token, ...(type === "ENUM" && { values }) };
  }

  /** The words in braces after ENUM; an empty list after every other type. */
  private readValues(type: VccToken): readonly string[] | undefined {
    if (!this.accept("{")) {
      return type.text === "ENUM" ? this.fail("vcc-enum-without-values", type.span, {}) : [];
    }
    if (type.text !== "ENUM") return this.fail("vcc-braces", type.span, { type: type.text });
    const values: string[] = [];
    do {
      const token = this.tokens[this.position];
      if (token?.kind !== "word" && token?.kind !== "quoted") return this.unexpected("an ENUM value");
      values.push(unquote(token));
      this.position++;
    } while (this.accept(","));
    return this.separator("}") ? values : undefined;
  }

  private word(expected: string): VccToken | undefined {
    const token = this.tokens[this.position];
    if (token?.kind !== "word") return this.unexpected(expected);
    this.position++;
    return token;
  }

  private separator(text: string): boolean {
    if (this.accept(text)) return true;
    this.unexpected(`'${text}'`);
    return false;
  }

  private unexpected(expected: string): undefined {
    const token = this.tokens[this.position];
    if (token?.kind === "unterminated") return this.fail("vcc-unterminated-string", token.span, {});
    return this.fail("vcc-expected", token?.span ?? this.end, {
      expected,
      found: token?.text ?? "end of line",
    });
  }

  private fail<Code extends DiagnosticCode>(
    code: Code,
    span: Span,
    parameters: DiagnosticParameters<Code>,
  ): undefined {
    this.report(diagnostic(code, span, parameters));
    return undefined;
  }
}
