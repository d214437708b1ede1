import type { Doc } from "prettier";
import { builders, utils } from "prettier/doc";
import * as t from "../lexer/tokens.js";
import type { Comment } from "./comments.js";
import type { FormatToken } from "./read-tokens.js";
import { separator, type Surroundings } from "./separators.js";
import type { Block, Part, Statement } from "./statements.js";

const { breakParent, group, hardline, indent, join, line, literalline, softline } = builders;

/** A whole file, its last line end included. */
export function fileDoc(block: Block): Doc {
  const lines = blockLines(block, false);
  return lines.length === 0 ? "" : [...lines, hardline];
}

/** Statements and closing comments, each on its lines. */
function blockLines({ statements, closing }: Block, inAcl: boolean): Doc[] {
  const docs: Doc[] = [];
  for (const [index, statement] of statements.entries()) {
    if (index > 0) docs.push(hardline, statement.isApart ? hardline : "");
    docs.push(statementDoc(statement, inAcl));
  }
  for (const [index, comment] of closing.entries()) {
    const isFirst = index === 0 && statements.length === 0;
    if (!isFirst) docs.push(hardline, comment.isApart ? hardline : "");
    docs.push(commentDoc(comment));
  }
  return docs;
}

function statementDoc({ leading, gap, parts, trailing }: Statement, inAcl: boolean): Doc {
  const before = leading.map((comment, index) => {
    const next = leading[index + 1];
    const stays = !comment.endsLine && (next ? next.isOnLine : gap.lines === 0);
    const apart = next ? next.isApart : gap.lines > 1;
    return [commentDoc(comment), stays ? " " : [hardline, apart ? hardline : ""]];
  });
  return [before, partsDoc(parts, inAcl), trailing.map(behind)];
}

function partsDoc(parts: readonly Part[], inAcl: boolean): Doc {
  return parts.map((part, index) => {
    const isCommented = part.before.length > 0;
    const glue = index === 0 ? "" : isCommented ? hardline : " ";
    const before = part.before.map((comment, at) =>
      at === 0 && comment.isOnLine ? behind(comment) : [hardline, commentDoc(comment)],
    );
    return [before, glue, partDoc(part, inAcl)];
  });
}

function partDoc({ words, block }: Part, inAcl: boolean): Doc {
  const [first] = words;
  const head = first ? group(wordsDoc(words, { inAcl, first })) : "";
  if (!block) return head;
  // A block of its own, or one whose brace is parted from its words by a comment that ends the line.
  const glue = !first || (words.at(-1)?.image === "" && endsInLine(words)) ? "" : " ";
  return [head, glue, blockDoc(block, first?.image === "acl")];
}

function blockDoc(block: Block, isAcl: boolean): Doc {
  const lines = blockLines(block, isAcl);
  const opening = block.opening.map(behind);
  if (lines.length === 0) return ["{", opening, opening.length > 0 ? hardline : "", "}"];
  return ["{", opening, indent([hardline, ...lines]), hardline, "}"];
}

/** Words of a statement: what is in parentheses are groups of their own, and what stands on lines after the first is indented. */
function wordsDoc(words: readonly FormatToken[], surroundings: Surroundings): Doc {
  const stack: Doc[][] = [[]];
  let firstLine: Doc[] | undefined;
  for (const [index, word] of words.entries()) {
    if (word.type === t.RParen && stack.length > 1) {
      const inner = stack.pop() as Doc[];
      stack
        .at(-1)
        ?.push(parenthesized(inner, commentsBefore(word, { opens: inner.length === 0, closes: true })));
      continue;
    }
    const opens = stack.length > 1 && stack.at(-1)?.length === 0;
    const comments = index === 0 ? "" : commentsBefore(word, { opens });
    const parting = comments === "" ? partingDoc(words, index, surroundings) : "";
    if (stack.length === 1 && !firstLine && (comments !== "" || parting === line || parting === hardline)) {
      firstLine = stack.pop();
      stack.push([]);
    }
    const docs = stack.at(-1) as Doc[];
    if (comments === "") docs.push(parting);
    else docs.push(comments, endsInLine([word]) || word.image === "" ? "" : " ");
    if (word.type === t.LParen) stack.push([]);
    else docs.push(imageDoc(word.image));
  }
  // A parenthesis that is never closed: nothing is lost.
  while (stack.length > 1) {
    const inner = stack.pop() as Doc[];
    stack.at(-1)?.push(["(", ...inner]);
  }
  const [last = []] = stack;
  return firstLine ? [...firstLine, indent(last)] : last;
}

function parenthesized(inner: readonly Doc[], comments: Doc): Doc {
  if (inner.length === 0 && comments === "") return "()";
  return group(["(", indent([softline, ...inner, comments]), softline, ")"]);
}

/** What is between a word and the one before, where there is no comment. */
function partingDoc(words: readonly FormatToken[], index: number, surroundings: Surroundings): Doc {
  const word = words[index] as FormatToken;
  const left = words[index - 1];
  if (keepsLine(left, word, words[index + 1], surroundings)) return hardline;
  const between = separator(left, word, words[index - 2], surroundings);
  return between === "line" ? line : between;
}

/** The strings that one after the other make up a request of a probe keep their lines. */
function keepsLine(
  left: FormatToken | undefined,
  word: FormatToken,
  right: FormatToken | undefined,
  { first }: Surroundings,
): boolean {
  const isString = (token: FormatToken | undefined): boolean => token?.image.startsWith('"') === true;
  const isListed = isString(left) || (left?.type === t.Assign && isString(right));
  return first.type === t.Dot && isListed && isString(word) && word.gap.lines > 0;
}

/** Comments between two words. `opens`: they come first in a line that is there; `closes`: such a line follows. */
function commentsBefore({ gap }: FormatToken, { opens = false, closes = false } = {}): Doc {
  const { comments } = gap;
  if (comments.length === 0) return "";
  return comments.map((comment, index) => {
    const after = comment.endsLine && !(closes && index === comments.length - 1) ? hardline : "";
    const isLed = index > 0 && comments[index - 1]?.endsLine === true;
    const before = (opens && index === 0) || isLed ? "" : comment.isOnLine ? " " : hardline;
    return [before, commentDoc(comment), after, comment.endsLine ? breakParent : ""];
  });
}

/** Whether the comments before the last word leave a new line. */
function endsInLine(words: readonly FormatToken[]): boolean {
  return words.at(-1)?.gap.comments.at(-1)?.endsLine === true;
}

/** A comment at the end of a line. */
function behind(comment: Comment): Doc {
  return [" ", commentDoc(comment), comment.endsLine ? breakParent : ""];
}

function commentDoc({ text }: Comment): Doc {
  const lines = text.split("\n");
  const isDrawn = lines.length > 1 && lines.slice(1).every((one) => /^\s*\*/.test(one));
  if (isDrawn) {
    return join(
      hardline,
      lines.map((one, index) => (index === 0 ? one : ` ${one.trimStart()}`)),
    );
  }
  return join(literalline, lines);
}

function imageDoc(image: string): Doc {
  return image.includes("\n") ? utils.replaceEndOfLine(image, literalline) : image;
}
