/** What `vclc explain CODE` says of a code beyond its message. */
export interface Explanation {
  /** What the code means, why it is so, and what to do about it. */
  readonly meaning: string;
  /** A program that triggers the code, and the same put right. */
  readonly failing: Example;
  readonly fixed: Example;
  /** Other files that both examples need, by name. */
  readonly files?: Readonly<Record<string, string>>;
  /** The `--target` that the examples are checked for. */
  readonly target?: string;
  /** The examples are given to the compiler as text and not as files. */
  readonly inline?: true;
}

/** A program as shown; `program` where that is too long to show. `wholeProgram` adds what it leaves out. */
export type Example = string | { readonly shown: string; readonly program: string };

/** What examples that do not begin with a version declaration leave out. */
export const preamble = "vcl 4.1;\nbackend default none;\n";

const beginning = /^\uFEFF?(?:vcl |backend default none|\$)/;

/** The text of an example as people are shown it. */
export function shownExample(example: Example): string {
  return `${(typeof example === "string" ? example : example.shown).trimEnd()}\n`;
}

/** The text of an example as it is compiled: with the preamble, unless it has a beginning of its own or is no VCL. */
export function wholeProgram(example: Example): string {
  const text = typeof example === "string" ? example : example.program;
  return beginning.test(text) ? text : preamble + text;
}

/** Statements as the body of a sub. */
export function inSub(name: string, ...statements: readonly string[]): string {
  return `sub ${name} {\n${statements.map((line) => `  ${line}\n`).join("")}}\n`;
}

/** Statements as the body of vcl_recv. */
export function inRecv(...statements: readonly string[]): string {
  return inSub("vcl_recv", ...statements);
}
