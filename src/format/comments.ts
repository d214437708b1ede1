/** A comment as it stands between two tokens. */
export interface Comment {
  /** With its signs, without white space at the ends of its lines. */
  readonly text: string;
  /** It ends with its line: `#` or `//`. */
  readonly endsLine: boolean;
  /** It begins on the line of what is before it. */
  readonly isOnLine: boolean;
  /** There is an empty line before it. */
  readonly isApart: boolean;
}

/** What stands between two tokens: comments, and how the last of them, or the token before, is parted from the next. */
export interface Gap {
  readonly comments: readonly Comment[];
  /** Line ends before the next token. */
  readonly lines: number;
  /** Nothing is between the tokens. */
  readonly isEmpty: boolean;
}

const commentOrSpace = /(?:#|\/\/)[^\n]*|\/\*[^]*?\*\/|[^#/]+|./gy;

/** Reads the text between two tokens, which is white space and comments. `isFirst`: there is no token before it. */
export function readGap(text: string, isFirst = false): Gap {
  let lines = isFirst ? 1 : 0;
  // Most gaps: all tokens of a large file have one.
  if (!text.includes("#") && !text.includes("/")) return blankGap(text, lines);
  const comments: Comment[] = [];
  commentOrSpace.lastIndex = 0;
  for (const [part] of text.matchAll(commentOrSpace)) {
    if (!/^(?:#|\/[/*])/.test(part)) {
      lines += part.split("\n").length - 1;
      continue;
    }
    comments.push({
      text: part.replaceAll(/[ \t\r\v]+$/gm, ""),
      endsLine: !part.startsWith("/*"),
      isOnLine: lines === 0,
      isApart: lines > 1,
    });
    lines = 0;
  }
  return { comments, lines, isEmpty: text === "" };
}

function blankGap(text: string, first: number): Gap {
  let lines = first;
  for (let at = text.indexOf("\n"); at !== -1; at = text.indexOf("\n", at + 1)) lines++;
  return { comments: [], lines, isEmpty: text === "" };
}
