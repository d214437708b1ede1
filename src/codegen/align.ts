/**
 * Prettier keeps no source maps. But formatting only moves and re-punctuates: the word tokens (identifiers, keywords, literals) of the text
 * before and after correspond one to one, so that a position of one text can be carried over to the other.
 */

/** The word tokens of a text: where each begins and ends. */
export interface WordTokens {
  readonly starts: readonly number[];
  readonly ends: readonly number[];
}

/** Formatting and the list of word tokens disagree: a bug of the code generator, never the user's fault. */
export class AlignmentError extends Error {
  override readonly name = "AlignmentError";
}

// Emitted text is ASCII and has no template strings, regular expression literals or block comments, which keeps its tokens this simple.
const word =
  /"(?:[^"\\\n]|\\.)*"|'(?:[^'\\\n]|\\.)*'|[A-Za-z_$][\w$]*|\d(?:[\w.]|(?<=[eE])[+-])*|\/\/[^\n]*/g;

/** Lists the word tokens of emitted text, skipping comments. */
export function wordTokens(text: string): WordTokens {
  const starts: number[] = [];
  const ends: number[] = [];
  for (const { 0: token, index } of text.matchAll(word)) {
    if (token.startsWith("//")) continue;
    starts.push(index);
    ends.push(index + token.length);
  }
  return { starts, ends };
}

/** The word tokens of both texts, checked to be the same words in the same order. */
export function align(
  before: string,
  after: string,
): { readonly before: WordTokens; readonly after: WordTokens } {
  const tokens = { before: wordTokens(before), after: wordTokens(after) };
  const count = Math.max(tokens.before.starts.length, tokens.after.starts.length);
  for (let index = 0; index < count; index += 1) {
    const left = textOf(before, tokens.before, index);
    const right = textOf(after, tokens.after, index);
    if (left !== right && normalized(left) !== normalized(right)) {
      throw new AlignmentError(
        `formatting changed token ${index}: ${left ?? "(end)"} became ${right ?? "(end)"}`,
      );
    }
  }
  return tokens;
}

function textOf(text: string, tokens: WordTokens, index: number): string | undefined {
  const start = tokens.starts[index];
  return start === undefined ? undefined : text.slice(start, tokens.ends[index]);
}

/** Formatting may choose other quotes and print a number another way; the value stays. */
function normalized(token: string | undefined): string | number | undefined {
  if (token === undefined) return undefined;
  if (/^["']/.test(token))
    return token
      .slice(1, -1)
      .replace(/\\(.)/g, (pair, sign) => (/["']/.test(sign as string) ? (sign as string) : pair));
  return /^\d/.test(token) ? Number(token) : token;
}
