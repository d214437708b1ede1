import type * as AssertVmod from "../../../vmod/assert/index.js";
import type { Unmet } from "../check-expectations.js";
import { shown } from "../shown.js";

type Text = string | undefined;

/** What an expectation has to say when it is not met; where it stands and what it is, who is told knows. */
export type Difference = Pick<Unmet, "expected" | "got"> & { readonly message: Text };

/**
 * The assert VMOD; assert.vcc says what each function does. `looked` is told of each expectation, `differs` of each that is not met.
 */
export function assertVmod(looked: () => void, differs: (difference: Difference) => void): typeof AssertVmod {
  const check = (met: boolean, expected: string, got: string, message: Text): void => {
    looked();
    if (!met) differs({ expected, got, message });
  };
  const expect = (met: boolean, expected: string, got: Text, message: Text): void =>
    check(met, expected, shown(plain(got)), message);
  const compare = (met: (a: number, b: number) => boolean, got: Text, other: Text): boolean =>
    met(numberOf(got), numberOf(other));
  return {
    true: (_, { value, message }) => check(value, "true", String(value), message),
    false: (_, { value, message }) => check(!value, "false", String(value), message),
    equal: (_, { got, expected, message }) => expect(got === expected, shown(plain(expected)), got, message),
    not_equal: (_, { got, unwanted, message }) =>
      expect(got !== unwanted, `something other than ${shown(plain(unwanted))}`, got, message),
    set: (_, { got, message }) => expect(got !== undefined, "a value", got, message),
    unset: (_, { got, message }) => expect(got === undefined, "none", got, message),
    match: (_, { got, pattern, message }) =>
      expect(pattern.matches(got), `a match of ${pattern.pattern}`, got, message),
    not_match: (_, { got, pattern, message }) =>
      expect(!pattern.matches(got), `no match of ${pattern.pattern}`, got, message),
    contains: (_, { got, part, message }) =>
      expect(got?.includes(part ?? "") === true, `something with ${shown(plain(part))}`, got, message),
    not_contains: (_, { got, part, message }) =>
      expect(got?.includes(part ?? "") !== true, `nothing with ${shown(plain(part))}`, got, message),
    starts_with: (_, { got, start, message }) =>
      expect(
        got?.startsWith(start ?? "") === true,
        `something that begins with ${shown(plain(start))}`,
        got,
        message,
      ),
    ends_with: (_, { got, end, message }) =>
      expect(
        got?.endsWith(end ?? "") === true,
        `something that ends with ${shown(plain(end))}`,
        got,
        message,
      ),
    less: (_, { got, limit, message }) =>
      expect(
        compare((a, b) => a < b, got, limit),
        `less than ${shown(plain(limit))}`,
        got,
        message,
      ),
    more: (_, { got, limit, message }) =>
      expect(
        compare((a, b) => a > b, got, limit),
        `more than ${shown(plain(limit))}`,
        got,
        message,
      ),
    about: (_, { got, expected, within, message }) =>
      expect(
        compare((a, b) => Math.abs(a - b) <= within, got, expected),
        `${shown(plain(expected))}, or ${within} more or less`,
        got,
        message,
      ),
    fail: (_, { message }) => differs({ expected: "not to come here", got: "came here", message }),
  };
}

/** For people: bytes as the text that they are, and a whole number, which VCL has made a text of, as that. */
function plain(text: Text): string | number | undefined {
  if (text === undefined) return undefined;
  return String(Number(text)) === text ? Number(text) : Buffer.from(text, "latin1").toString("utf8");
}

/** NaN, which is neither more nor less than anything, for what is no number. */
function numberOf(text: Text): number {
  return text === undefined || text.trim() === "" ? NaN : Number(text);
}
