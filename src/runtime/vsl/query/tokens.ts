/** A query that cannot be read: what is wrong, and where, in characters from its beginning. */
export class QueryError extends Error {
  override readonly name = "QueryError";
  readonly position: number;

  constructor(message: string, position: number) {
    super(message);
    this.position = position;
  }
}

/** A word or sign of a query; `end` stands behind each line, as lines are queries of their own. */
export interface QueryToken {
  readonly kind: "value" | "sign" | "end";
  /** Of a quoted value, what is between the quotes. */
  readonly text: string;
  readonly start: number;
}

const keywords = new Set(["and", "or", "not", "eq", "ne", "vxid"]);
const blank = /(?:[ \t]|\\\n|#[^\n]*)+/y;
const sign = /[!=<>]=|!~|[(){}[\],:<>~]/y;
const word = /[A-Za-z0-9+\-_.*]+/y;
const quoted = /"((?:[^"\\\n]|\\[^\n])*)"|'((?:[^'\\\n]|\\[^\n])*)'/y;

/** The tokens of a query (vsl-query(7)). */
export function queryTokens(text: string): readonly QueryToken[] {
  const tokens: QueryToken[] = [];
  for (let at = 0; at < text.length;) {
    const match = (pattern: RegExp): RegExpExecArray | null => {
      pattern.lastIndex = at;
      return pattern.exec(text);
    };
    const start = at;
    const skipped = match(blank);
    const found = skipped ?? match(sign) ?? match(word) ?? match(quoted);
    at += found?.[0].length ?? 1;
    if (skipped) continue;
    if (found) tokens.push(tokenOf(found, start));
    else if (text[start] === "\n") tokens.push({ kind: "end", text: "the end of the line", start });
    else if (/["']/.test(text[start] as string)) throw new QueryError("the string has no end", start);
    else throw new QueryError(`"${text[start]}" means nothing in a query`, start);
  }
  tokens.push({ kind: "end", text: "the end", start: text.length });
  return tokens;
}

function tokenOf([all, double, single]: RegExpExecArray, start: number): QueryToken {
  const between = double ?? single;
  if (between !== undefined) return { kind: "value", text: between.replaceAll(/\\(.)/g, "$1"), start };
  const isValue = /^[A-Za-z0-9+\-_.*]/.test(all) && !keywords.has(all);
  return { kind: isValue ? "value" : "sign", text: all, start };
}
