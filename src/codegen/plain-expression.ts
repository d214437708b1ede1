/**
 * Expressions of emitted code as prettier prints them where they fit on a line: with single spaces, and with the parentheses that it leaves
 * (https://github.com/prettier/prettier/blob/main/src/language-js/parentheses/needs-parentheses.js). This knows what emitted code mostly is: names, literals,
 * members, calls, lists, and the commonest operators. What else there is, and what prettier breaks although it fits, is prettier's own.
 */

/** An expression that has been read: its text in final form, and what it is to an expression around it. */
interface Printed {
  readonly text: string;
  /** The operator; empty for what binds tightest. */
  readonly operator: string;
  /** Calls in a row, as in `a.b().c()`. */
  readonly calls: number;
  /** How many items a list or an object has. */
  readonly items?: number;
  /** It has a `?.`. */
  readonly isOptional?: boolean | undefined;
}

const binding: Readonly<Record<string, number>> = {
  "??": 1,
  "||": 1.5,
  "&&": 2,
  "===": 3,
  "!==": 3,
  "<": 4,
  ">": 4,
  "<=": 4,
  ">=": 4,
  "+": 5,
  "-": 5,
  "*": 6,
  "!": 7,
  await: 7,
};

/** The rows of a list of lists, each in final form; undefined where it is none, or has something in it that is not known here. */
export function plainRows(text: string): readonly string[] | undefined {
  return new Reader(text).rows();
}

/** An expression in final form; undefined where it has something in it that is not known here. */
export function plainExpression(text: string): string | undefined {
  const reader = new Reader(text);
  const printed = reader.expression();
  return reader.isAtEnd ? printed?.text : undefined;
}

/** Deeper than this nobody nests by hand; the reader recurses. */
const maxDepth = 100;

/** Prettier breaks a row of three calls, depending on what they are called with. */
const maxCalls = 2;

const tokenPattern =
  / *("(?:[^"\\]|\\.)*"|[A-Za-z_$][\w$]*|\d+(?:\.\d*[1-9])?(?![\w.])|===|!==|<=|>=|&&|\|\||\?\?|\?\.|[-+*<>!().,:[\]{}])/y;

/** Names that begin something else than a name. */
const unknownWords = new Set(["async", "class", "delete", "function", "new", "typeof", "void", "yield"]);

class Reader {
  readonly #text: string;
  #token: string | undefined;
  #offset = 0;
  #depth = 0;

  constructor(text: string) {
    this.#text = text;
    this.#advance();
  }

  get isAtEnd(): boolean {
    return this.#token === undefined && this.#offset === this.#text.length;
  }

  rows(): readonly string[] | undefined {
    const list = this.#takes("[") ? this.#list("]") : undefined;
    const isTable = this.isAtEnd && list?.every(({ items }) => items !== undefined);
    return isTable ? list?.map(({ text }) => text) : undefined;
  }

  #advance(): void {
    tokenPattern.lastIndex = this.#offset;
    this.#token = tokenPattern.exec(this.#text)?.[1];
    if (this.#token !== undefined) this.#offset = tokenPattern.lastIndex;
  }

  #takes(token: string): boolean {
    if (this.#token !== token) return false;
    this.#advance();
    return true;
  }

  /** An expression whose operators bind tighter than `outer`. */
  expression(outer = 0): Printed | undefined {
    if (this.#depth === maxDepth) return undefined;
    this.#depth++;
    let left = this.#unary();
    for (;;) {
      const operator = this.#token ?? "";
      const strength = binding[operator];
      if (left === undefined || strength === undefined || strength <= outer) break;
      this.#advance();
      // Nobody compares what a comparison says: it is a call with type arguments.
      if (isComparison(operator) && isComparison(left.operator)) return undefined;
      left = joined(left, operator, this.expression(strength));
    }
    this.#depth--;
    return left;
  }

  #unary(): Printed | undefined {
    const operator = this.#token ?? "";
    if (operator !== "!" && operator !== "await" && operator !== "-") return this.#postfix();
    this.#advance();
    const operand = this.expression(binding["!"]);
    if (!operand || (operator === "-" && operand.operator === "!")) return undefined;
    const isTight = operand.operator === "" || (operator === "!" && operand.operator === "!");
    const text = isTight ? operand.text : `(${operand.text})`;
    if (operator === "await") return isTight ? { text: `await ${text}`, operator, calls: 0 } : undefined;
    return { text: `${operator}${text}`, operator: "!", calls: 0 };
  }

  #postfix(): Printed | undefined {
    const first = this.#primary();
    if (!first || !isPostfix(this.#token)) return first;
    // Numbers keep their parentheses, and what `?.` skips ends with those around it.
    if (/^\d/.test(first.text) || first.isOptional === true) return undefined;
    let text = first.operator === "" ? first.text : `(${first.text})`;
    let { calls } = first;
    let isOptional = false;
    for (;;) {
      const operator = this.#token;
      if (this.#takes(".") || this.#takes("?.")) {
        if (!isName(this.#token)) return undefined;
        text += `${operator}${this.#token}`;
        isOptional ||= operator === "?.";
        this.#advance();
      } else if (this.#takes("(")) {
        const list = this.#list(")");
        if (!list || ++calls > maxCalls) return undefined;
        text += `(${textOf(list)})`;
      } else return { text, operator: "", calls, isOptional };
    }
  }

  #primary(): Printed | undefined {
    const token = this.#token;
    if (token === undefined || unknownWords.has(token)) return undefined;
    this.#advance();
    if (token === "(") {
      const inner = this.expression();
      return this.#takes(")") ? inner : undefined;
    }
    if (token === "[") return this.#array();
    if (token === "{") return this.#object();
    if (token.startsWith('"')) return literal(plainString(token));
    return /^[\w$]/.test(token) ? literal(token) : undefined;
  }

  /** What stands between commas, up to a closing bracket. */
  #list(close: string, readItem = (): Printed | undefined => this.expression()): Printed[] | undefined {
    const items: Printed[] = [];
    while (!this.#takes(close)) {
      if (items.length > 0 && !this.#takes(",")) return undefined;
      const item = readItem();
      if (!item) return undefined;
      items.push(item);
    }
    return items;
  }

  /** Prettier breaks tables: lists of lists, or of objects, that have several items each. */
  #array(): Printed | undefined {
    const list = this.#list("]");
    if (!list || (list.length > 1 && list.every(({ items = 0 }) => items > 1))) return undefined;
    return { ...literal(`[${textOf(list)}]`), items: list.length };
  }

  #object(): Printed | undefined {
    const list = this.#list("}", () => this.#property());
    if (!list) return undefined;
    return { ...literal(list.length === 0 ? "{}" : `{ ${textOf(list)} }`), items: list.length };
  }

  #property(): Printed | undefined {
    const key = this.#token;
    if (!isName(key)) return undefined;
    this.#advance();
    if (!this.#takes(":")) return undefined;
    const value = this.expression();
    return value && literal(`${key}: ${value.text}`);
  }
}

function textOf(list: readonly Printed[]): string {
  return list.map(({ text }) => text).join(", ");
}

function isComparison(token: string | undefined): boolean {
  return token !== undefined && (binding[token] === binding["==="] || binding[token] === binding["<"]);
}

function isPostfix(token: string | undefined): boolean {
  return token === "." || token === "?." || token === "(";
}

function isName(token: string | undefined): token is string {
  return token !== undefined && /^[A-Za-z_$]/.test(token);
}

function literal(text: string): Printed {
  return { text, operator: "", calls: 0 };
}

function joined(left: Printed, operator: string, right: Printed | undefined): Printed | undefined {
  if (!right) return undefined;
  const text = `${operand(left, operator, false)} ${operator} ${operand(right, operator, true)}`;
  return { text, operator, calls: 0 };
}

function operand({ text, operator }: Printed, around: string, isRight: boolean): string {
  return needsParentheses(operator, around, isRight) ? `(${text})` : text;
}

function needsParentheses(operator: string, around: string, isRight: boolean): boolean {
  if (operator === "await") return true;
  const [inner, outer] = [binding[operator] ?? Infinity, binding[around] ?? 0];
  // Of two logical operators nobody has to know which binds tighter; and which of two same ones comes first does not matter.
  if (inner <= 2 && outer <= 2) return operator !== around;
  const isFlat = operator === "+" || operator === "-" || operator === "*";
  return inner < outer || (inner === outer && (isRight || !isFlat));
}

/** A string literal between the quotes that need fewer escapes, double ones if it is all the same. */
function plainString(text: string): string {
  if (!text.includes('\\"')) return text;
  const inner = text.slice(1, -1);
  const doubles = inner.split('\\"').length - 1;
  const singles = inner.split("'").length - 1;
  if (doubles <= singles) return text;
  return `'${inner.replace(/\\.|'/g, (sign) => (sign === '\\"' ? '"' : sign === "'" ? "\\'" : sign))}'`;
}
