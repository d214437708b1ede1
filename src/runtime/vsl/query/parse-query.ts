import type { LogTransaction } from "../log-transaction.js";
import {
  behindPrefix,
  fieldOf,
  numberOperators,
  numberTest,
  readInteger,
  readReal,
  regexTest,
  stringTest,
  type TextTest,
} from "./record-test.js";
import { tagsOf } from "./tag-list.js";
import { QueryError, queryTokens, type QueryToken } from "./tokens.js";

/** Whether a group of transactions is asked for. */
export type Query = (group: readonly LogTransaction[]) => boolean;

export interface QueryOptions {
  /** Capitals do not matter to regular expressions and strings (`-C`). */
  readonly caseless?: boolean;
}

/** Reads a query (vsl-query(7)); each line is one, and one of them is enough. Throws a QueryError. */
export function parseQuery(text: string, options: QueryOptions = {}): Query {
  return new QueryParser(queryTokens(text), options.caseless ?? false).queries();
}

/** Which records a condition is about: `{level}tags:prefix[field]`. */
interface Selection {
  readonly atLevel: (level: number) => boolean;
  readonly tags: ReadonlySet<string>;
  readonly prefix: string | undefined;
  readonly field: number | undefined;
}

/** Parentheses within each other: each takes some of the stack. */
const deepest = 100;

class QueryParser {
  readonly #tokens: readonly QueryToken[];
  readonly #caseless: boolean;
  #at = 0;
  /** Parentheses that are open. */
  #depth = 0;

  constructor(tokens: readonly QueryToken[], caseless: boolean) {
    this.#tokens = tokens;
    this.#caseless = caseless;
  }

  queries(): Query {
    const lines: Query[] = [];
    while (this.#at < this.#tokens.length) {
      // Empty lines, too, have an end.
      if (!this.#isAtEnd()) lines.push(this.#either());
      if (!this.#isAtEnd()) throw this.#expected("and, or, or the end");
      this.#at++;
    }
    if (lines.length === 0) throw new QueryError("the query is empty", 0);
    return (group) => lines.some((line) => line(group));
  }

  get #token(): QueryToken {
    return this.#tokens[this.#at] as QueryToken;
  }

  #isAtEnd(): boolean {
    return this.#token.kind === "end";
  }

  #expected(what: string, token = this.#token): QueryError {
    const got = token.kind === "end" ? token.text : `"${token.text}"`;
    return new QueryError(`here should be ${what}, not ${got}`, token.start);
  }

  /** Steps over a sign if it is the next. */
  #take(sign: string): boolean {
    if (this.#token.kind !== "sign" || this.#token.text !== sign) return false;
    this.#at++;
    return true;
  }

  #need(sign: string): void {
    if (!this.#take(sign)) throw this.#expected(`"${sign}"`);
  }

  #value(what: string): QueryToken {
    const token = this.#token;
    if (token.kind !== "value") throw this.#expected(what);
    this.#at++;
    return token;
  }

  #either(): Query {
    const parts = [this.#both()];
    while (this.#take("or")) parts.push(this.#both());
    return parts.length === 1 ? (parts[0] as Query) : (group) => parts.some((part) => part(group));
  }

  #both(): Query {
    const parts = [this.#not()];
    while (this.#take("and")) parts.push(this.#not());
    return parts.length === 1 ? (parts[0] as Query) : (group) => parts.every((part) => part(group));
  }

  #not(): Query {
    if (!this.#take("not")) return this.#group();
    const inner = this.#group();
    return (group) => !inner(group);
  }

  #group(): Query {
    const { start } = this.#token;
    if (!this.#take("(")) return this.#condition();
    if (++this.#depth > deepest)
      throw new QueryError(`more than ${deepest} parentheses within each other`, start);
    const inner = this.#either();
    this.#need(")");
    this.#depth--;
    return inner;
  }

  #condition(): Query {
    if (this.#take("vxid")) return this.#numberOfTransaction();
    const { atLevel, tags, prefix, field } = this.#selection();
    const test = this.#test();
    return (group) =>
      group.some(
        ({ level, records }) =>
          atLevel(level) &&
          records.some(({ tag, text }) => {
            if (!tags.has(tag)) return false;
            const rest = prefix === undefined ? text : behindPrefix(text, prefix);
            const part = rest === undefined || field === undefined ? rest : fieldOf(rest, field);
            return part !== undefined && test(part);
          }),
      );
  }

  #numberOfTransaction(): Query {
    const { text: operator } = this.#token;
    const compare = numberOperators.get(operator);
    if (!compare || this.#token.kind !== "sign") throw this.#expected("==, !=, <, <=, > or >= behind vxid");
    this.#at++;
    const token = this.#value("a whole number");
    const operand = readInteger(token.text);
    if (operand === undefined) throw this.#expected("a whole number", token);
    return (group) => group.some(({ xid }) => compare(xid, operand));
  }

  #selection(): Selection {
    const atLevel = this.#take("{") ? this.#level() : () => true;
    const tags = new Set<string>();
    do {
      const token = this.#value("a tag");
      const found = tagsOf(token.text);
      if (typeof found === "string") throw new QueryError(found, token.start);
      for (const tag of found) tags.add(tag);
    } while (this.#take(","));
    const prefix = this.#take(":") ? this.#value("the name behind the colon").text : undefined;
    if (!this.#take("[")) return { atLevel, tags, prefix, field: undefined };
    const token = this.#value("the number of a field");
    const field = readInteger(token.text);
    if (field === undefined || field < 1) throw this.#expected("the number of a field, from 1", token);
    this.#need("]");
    return { atLevel, tags, prefix, field };
  }

  #level(): (level: number) => boolean {
    const token = this.#value("a level");
    const [, digits, sign] = /^(\d+)([+-]?)$/.exec(token.text) ?? [];
    if (digits === undefined) throw this.#expected("a level: 2, 2+ or 2-", token);
    this.#need("}");
    const wanted = Number(digits);
    if (sign === "+") return (level) => level >= wanted;
    return sign === "-" ? (level) => level <= wanted : (level) => level === wanted;
  }

  /** What a record has to be like; where nothing is said, it has to be there. */
  #test(): TextTest {
    const { kind, text } = this.#token;
    if (kind === "end" || (kind === "sign" && ["and", "or", ")"].includes(text))) return () => true;
    if (kind !== "sign") throw this.#expected("an operator");
    if (numberOperators.has(text)) return this.#numberTest(text);
    if (text === "eq" || text === "ne") {
      this.#at++;
      return stringTest(text === "eq", this.#value("a string").text, this.#caseless);
    }
    if (text !== "~" && text !== "!~") throw this.#expected("an operator");
    this.#at++;
    const token = this.#value("a regular expression");
    try {
      return regexTest(text === "~", token.text, this.#caseless);
    } catch (error) {
      throw new QueryError(error instanceof Error ? error.message : String(error), token.start);
    }
  }

  #numberTest(operator: string): TextTest {
    this.#at++;
    const token = this.#value("a number");
    const whole = readInteger(token.text);
    const operand = whole ?? readReal(token.text);
    if (operand === undefined) throw this.#expected("a number", token);
    return numberTest(operator, operand, whole !== undefined);
  }
}
