/**
 * The header fields of one message, in order, as VCL sees them. Names compare without case; `get` takes the name in lower case,
 * `set` the spelling that goes on the wire. Values are bytes, one per code unit.
 */
export interface HeaderList {
  /** The first field of that name (lower case), or undefined: unset. */
  get(name: string): string | undefined;
  /** Removes all fields of that name and appends one; undefined sets an empty value, as in VCL. A bad value fails the task. */
  set(name: string, value: string | undefined): void;
  /** `set x.http.NAME += value`: the first value followed by the text. */
  append(name: string, value: string | undefined): void;
  /** Removes every field of that name (lower case). */
  unset(name: string): void;
  /** Joins all fields of that name (lower case) into the first one, with `separator` (default `, `) between the values. */
  collect(name: string, separator?: string): void;
  /** Every value of that name (lower case), in order. */
  all(name: string): string[];
  /** Appends a field, whatever fields of that name there are. The caller answers for name and value. */
  add(name: string, value: string): void;
  /** Removes the fields of that name (lower case) whose values the condition holds for. */
  unsetValues(name: string, condition: (value: string) => boolean): void;
  /** Replaces every field by what `change` makes of its line, `Name: value`. A line that is no header field any more fails the task. */
  rewrite(change: (line: string) => string): void;
}

/** A HEADER argument of a VMOD function: one field of one message. */
export interface HeaderRef {
  readonly list: HeaderList;
  /** As written in VCL, the spelling for the wire. */
  readonly name: string;
  /** The name in lower case, for `get` and `unset`. */
  readonly lower: string;
}
