import { plainLine, plainTable } from "./plain-line.js";

export const indent = 2;
export const printWidth = 110;

/** Statements or members; the head of an `if`, or of one that is in an `else`. */
type DeferredKind = "statement" | "member" | "if" | "else";

/** Lines that are not in final form, and how far they will be indented. */
export interface Deferred {
  readonly kind: DeferredKind;
  readonly depth: number;
  readonly text: string;
}

/** A line in final form, or what prettier has to lay out. */
export type Laid = string | Deferred;

/** Lays out lines of emitted code, each of which begins where its code does: statements, or the members of an object. */
export function layOutLines(lines: readonly string[], level: "statement" | "member", depth: number): Laid[] {
  const layout = new LineLayout(level, depth);
  for (const line of lines) layout.take(line);
  return layout.laid;
}

class LineLayout {
  readonly laid: Laid[] = [];
  readonly #level: "statement" | "member";
  readonly #outermost: number;
  #depth: number;
  /** An empty line was met, and nothing after it. */
  #isApart = false;
  /** What was written last opens a block. */
  #isOpen = true;
  /** Lines of a statement that prettier gets as a whole, and the brackets that are open in it. */
  #collected: string[] = [];
  #brackets = 0;

  constructor(level: "statement" | "member", depth: number) {
    this.#level = level;
    this.#outermost = this.#depth = depth;
  }

  take(line: string): void {
    if (this.#collected.length > 0) this.#collect(line);
    else if (line === "") this.#isApart = true;
    else if (line.startsWith("//")) this.#write(line);
    else if (line === "}" || line === "},") this.#close(line);
    else if (line.startsWith("} else ")) this.#continue(line);
    else this.#begin(line);
  }

  #close(line: string): void {
    this.#depth--;
    const last = this.laid.at(-1);
    this.#isApart = false;
    if (this.#isOpen && typeof last === "string" && functionHead.test(last))
      this.laid.splice(-1, 1, `${last}${line}`);
    else this.#write(line);
    this.#isOpen = false;
  }

  /** One arm of an `if` ends, another begins. */
  #continue(line: string): void {
    this.#depth--;
    this.#isApart = false;
    this.#write(this.#fitting(line) ?? this.#deferred("else", line));
    this.#open();
  }

  #begin(line: string): void {
    const fitting = this.#fitting(line);
    const table = fitting === undefined ? this.#fittingTable(line) : undefined;
    if (fitting !== undefined) this.#write(fitting);
    else if (table) for (const row of table) this.#write(row);
    else if (line.startsWith("if (") && line.endsWith(") {")) this.#write(this.#deferred("if", line));
    else return this.#collect(line);
    if (line.endsWith("{")) this.#open();
  }

  #collect(line: string): void {
    this.#collected.push(line);
    this.#brackets += openedBy(line);
    if (this.#brackets > 0) return;
    const kind = this.#depth === this.#outermost ? this.#level : "statement";
    this.#write(this.#deferred(kind, this.#collected.join("\n")));
    this.#collected = [];
  }

  #open(): void {
    this.#depth++;
    this.#isOpen = true;
  }

  #write(laid: Laid): void {
    if (this.#isApart && !this.#isOpen) this.laid.push("");
    this.#isApart = this.#isOpen = false;
    this.laid.push(typeof laid === "string" ? `${" ".repeat(this.#depth * indent)}${laid}` : laid);
  }

  #deferred(kind: DeferredKind, text: string): Deferred {
    return { kind, depth: this.#depth, text };
  }

  #fitting(line: string): string | undefined {
    const text = plainLine(line);
    return text !== undefined && this.#fits(text) ? text : undefined;
  }

  #fittingTable(line: string): readonly string[] | undefined {
    const table = plainTable(line);
    return table?.every((row) => this.#fits(row)) ? table : undefined;
  }

  #fits(text: string): boolean {
    return this.#depth * indent + text.length <= printWidth;
  }
}

/** Of a function without a body, both braces stand on one line. */
const functionHead = /^ *(?:async )?(?:function )?\w+\((?:task.*)?\).* \{$/;

/** Emitted text has no template strings and no block comments, which keeps this simple. */
const quietParts = /"(?:[^"\\]|\\.)*"|\/\/.*/g;

/** How many more brackets a line opens than it closes. */
function openedBy(line: string): number {
  let count = 0;
  for (const letter of line.replace(quietParts, "")) {
    if (letter === "{" || letter === "(" || letter === "[") count += 1;
    else if (letter === "}" || letter === ")" || letter === "]") count -= 1;
  }
  return count;
}
