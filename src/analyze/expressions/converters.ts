import type { VclType } from "../../language/types.js";

/** The functions of std that read a type from a text, and what they answer with where it is none. */
const converters: Readonly<Partial<Record<VclType, readonly [name: string, fallback: string]>>> = {
  BYTES: ["bytes", "0B"],
  DURATION: ["duration", "0s"],
  INT: ["integer", "0"],
  REAL: ["real", "0.0"],
  TIME: ["time", "now"],
};

/** The call that reads a type from a text: `std.integer(req.http.X, 0)`; undefined where std has none. */
export function converterFor(type: VclType, text: string): string | undefined {
  const found = converters[type];
  return found && `std.${found[0]}(${text}, ${found[1]})`;
}
