/**
 * Emitted text in pieces that can be formatted one by one: statements of the module, those within the function that loads it, and members of
 * the object that this returns. Formatting takes memory in proportion to what it gets at once, so that a program of many megabytes must not
 * be one piece.
 */

/** Where a piece stands, which is how far it is indented. */
export type PieceLevel = "module" | "load" | "member";

export interface Piece {
  readonly level: PieceLevel;
  readonly text: string;
  /** An empty line stands before it. */
  readonly isApart: boolean;
}

/** The pieces of a module, and its frame: the lines around them, as they are. */
export interface Pieces {
  readonly pieces: readonly Piece[];
  /** The first line of the function that loads the module, and the module's last line. */
  readonly open: string;
  readonly close: string;
  /** An empty line stands before the members. */
  readonly membersApart: boolean;
}

/** Emitted text has no template strings and no block comments, which keeps this simple. */
const quietParts = /"(?:[^"\\]|\\.)*"|\/\/.*/g;

/** Cuts emitted text where statements and members end, once a piece has `length` characters. */
export function cutIntoPieces(text: string, length: number): Pieces {
  const cutter = new Cutter(length);
  for (const line of text.split("\n")) cutter.take(line);
  return cutter.finish();
}

class Cutter {
  readonly #length: number;
  readonly #pieces: Piece[] = [];
  #level: PieceLevel = "module";
  #lines: string[] = [];
  #size = 0;
  /** Brackets that are open within the statement or member. */
  #depth = 0;
  #isApart = false;
  #wasEmpty = false;
  #afterComment = false;
  #open = "";
  #close = "";
  #membersApart = false;

  constructor(length: number) {
    this.#length = length;
  }

  take(line: string): void {
    if (this.#depth === 0 && this.#isFrame(line)) return;
    const isEmpty = line === "";
    if (this.#depth === 0 && !this.#afterComment && this.#size >= this.#length && !isEmpty) this.#cut();
    if (this.#lines.length === 0) this.#isApart = this.#wasEmpty;
    if (!isEmpty || this.#lines.length > 0) this.#lines.push(line);
    this.#size += line.length;
    this.#wasEmpty = isEmpty;
    this.#afterComment = line.startsWith("//");
    this.#depth += openedBy(line);
  }

  finish(): Pieces {
    return {
      pieces: this.#pieces,
      open: this.#open,
      close: this.#close,
      membersApart: this.#membersApart,
    };
  }

  /** Whether the line belongs to the frame: what comes after it is on another level. */
  #isFrame(line: string): boolean {
    if (this.#close !== "") return line === "";
    if (this.#level === "module" && /^(?:export default|return) defineVcl\(/.test(line)) {
      this.#open = line;
      this.#enter("load");
    } else if (this.#level === "load" && line === "return {") {
      this.#membersApart = this.#wasEmpty;
      this.#enter("member");
    } else if (this.#level === "member" && line === "};") {
      this.#cut();
    } else if (this.#level === "member" && line.startsWith("}")) {
      this.#close = line;
    } else return false;
    return true;
  }

  #enter(level: PieceLevel): void {
    this.#cut();
    this.#level = level;
    this.#wasEmpty = false;
  }

  #cut(): void {
    while (this.#lines.at(-1) === "") this.#lines.pop();
    const text = this.#lines.join("\n");
    if (text !== "") this.#pieces.push({ level: this.#level, text, isApart: this.#isApart });
    this.#lines = [];
    this.#size = 0;
  }
}

/** How many more brackets a line opens than it closes. */
function openedBy(line: string): number {
  let count = 0;
  for (const letter of line.replace(quietParts, "")) {
    if (letter === "{" || letter === "(" || letter === "[") count += 1;
    else if (letter === "}" || letter === ")" || letter === "]") count -= 1;
  }
  return count;
}
