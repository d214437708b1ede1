import type { VclType } from "./types.js";

type Operators = readonly string[];

/** `* / %`: what stands on the left decides what the right is read as and what comes out (language facts, 6.3). */
export const multiplication: Readonly<Partial<Record<VclType, { right: VclType; result: VclType }>>> = {
  INT: { right: "INT", result: "INT" },
  REAL: { right: "REAL", result: "REAL" },
  DURATION: { right: "REAL", result: "DURATION" },
  BYTES: { right: "REAL", result: "BYTES" },
};

/** `+ -` on other things than strings: left, operators, right, result (language facts, 6.4). */
export const addition: readonly {
  readonly left: VclType;
  readonly operators: Operators;
  readonly right: VclType;
  readonly result: VclType;
}[] = [
  { left: "BYTES", operators: ["+", "-"], right: "BYTES", result: "BYTES" },
  { left: "DURATION", operators: ["+", "-"], right: "DURATION", result: "DURATION" },
  { left: "INT", operators: ["+", "-"], right: "INT", result: "INT" },
  { left: "INT", operators: ["+", "-"], right: "REAL", result: "REAL" },
  { left: "REAL", operators: ["+", "-"], right: "INT", result: "REAL" },
  { left: "REAL", operators: ["+", "-"], right: "REAL", result: "REAL" },
  { left: "TIME", operators: ["-"], right: "TIME", result: "DURATION" },
  { left: "TIME", operators: ["+", "-"], right: "DURATION", result: "TIME" },
];

const ORDER: Operators = ["==", "!=", "<", "<=", ">", ">="];
const EQUALITY: Operators = ["==", "!="];
const MATCH: Operators = ["~", "!~"];

/** Comparisons: the type on the left, its operators, and the type that the right is read as (language facts, 6.5). */
export const comparison: readonly {
  readonly left: VclType;
  readonly operators: Operators;
  readonly right: VclType;
}[] = [
  { left: "INT", operators: ORDER, right: "INT" },
  { left: "DURATION", operators: ORDER, right: "DURATION" },
  { left: "BYTES", operators: ORDER, right: "BYTES" },
  { left: "REAL", operators: ORDER, right: "REAL" },
  { left: "TIME", operators: ORDER, right: "TIME" },
  { left: "BOOL", operators: EQUALITY, right: "BOOL" },
  { left: "STRING", operators: ORDER, right: "STRING" },
  { left: "STRING", operators: MATCH, right: "REGEX" },
  { left: "IP", operators: EQUALITY, right: "IP" },
  { left: "IP", operators: MATCH, right: "ACL" },
  { left: "BACKEND", operators: EQUALITY, right: "BACKEND" },
  { left: "ACL", operators: EQUALITY, right: "ACL" },
  { left: "PROBE", operators: EQUALITY, right: "PROBE" },
  { left: "STEVEDORE", operators: EQUALITY, right: "STEVEDORE" },
];

/** What `set` does beyond `=`: the operator and the type of its right side (language facts, 8.1). */
export const assignment: Readonly<Partial<Record<VclType, Readonly<Record<string, VclType>>>>> = {
  INT: { "+=": "INT", "-=": "INT", "*=": "INT", "/=": "INT" },
  DURATION: { "+=": "DURATION", "-=": "DURATION", "*=": "REAL", "/=": "REAL" },
  TIME: { "+=": "DURATION", "-=": "DURATION", "*=": "REAL", "/=": "REAL" },
  STRING: { "+=": "STRING" },
  HEADER: { "+=": "STRING" },
  BODY: { "+=": "BODY" },
};
