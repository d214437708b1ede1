import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import fc from "fast-check";
import { VclFailure } from "../../src/runtime/values/failure.js";
import { parseRegex } from "../../src/runtime/values/regex/parse.js";
import { StepMatcher } from "../../src/runtime/values/regex/step-matcher.js";
import { Regex, regex } from "../../src/runtime/values/regex.js";
import { translateRegex, type TranslatedRegex } from "../../src/runtime/values/regex-translate.js";

/** What PCRE2 10.42 itself makes of a pattern: its message, or matches with their groups and a regsuball of `<\0,\1>`. */
interface Case {
  readonly pattern: string;
  readonly error?: string;
  readonly matches: Readonly<Record<string, { groups: (string | null)[]; at: number; all: string }>>;
  readonly misses: readonly string[];
}

const cases = readFileSync("fixtures/regex/pcre2.jsonl", "utf8")
  .trim()
  .split("\n")
  .map((line) => JSON.parse(line) as Case);

/** Patterns that PCRE2 takes and that have no equal in JavaScript. */
const untranslatable = new Set([
  "(?R)",
  "(a(?1)?b)",
  "(?|(a)|(b))",
  "a\\Kb",
  "\\Ga",
  "\\X",
  "\\p{L}",
  "(*UTF)a",
  "(a)?(?(1)b|c)",
  "(a)|\\1",
  "a(*COMMIT)b",
  "(?J)a",
  "(?i)(a)(?-i)\\1(?i)\\1",
  "(?i)([a-\\xe9])\\1",
  "(?>(?:|a)*)a",
]);

describe("patterns PCRE2 refuses are refused with its message", () => {
  test.each(cases.filter((c) => c.error !== undefined).map((c) => [c.pattern, c.error]))(
    "%j: %s",
    (pattern, error) => {
      const result = translateRegex(pattern ?? "");
      expect("error" in result ? result.error.message : result).toBe(error);
    },
  );
});

describe("patterns without an equal in JavaScript are refused, not misread", () => {
  test.each([...untranslatable])("%j", (pattern) => {
    expect(translateRegex(pattern)).toHaveProperty("unsupported.message");
    expect(() => regex(pattern)).toThrow(SyntaxError);
  });
});

describe("patterns match what they match in PCRE2", () => {
  const translatable = cases.filter((c) => c.error === undefined && !untranslatable.has(c.pattern));
  test.each(translatable.map((c) => [c.pattern, c] as const))("%j", (pattern, { matches, misses }) => {
    const translation = translateRegex(pattern) as TranslatedRegex;
    expect(translation).toHaveProperty("source");
    const compiled = new Regex(pattern, translation);
    const exact = new RegExp(translation.exactSource, translation.flags);
    for (const subject of misses) {
      expect(compiled.matches(subject), subject).toBe(false);
      expect(exact.test(subject), subject).toBe(false);
      expect(compiled.replaceAll(subject, "-"), subject).toBe(subject);
    }
    for (const [subject, { groups, at, all }] of Object.entries(matches)) {
      expect(compiled.matches(subject), subject).toBe(true);
      if (translation.unstableGroups.length > 0) continue;
      const match = exact.exec(subject);
      expect(match?.index, subject).toBe(at);
      // An unset group and an empty one cannot be told apart in VCL.
      const mine = groups.map((_, group) => match?.[translation.groups[group] ?? -1] ?? "");
      expect(mine, subject).toEqual(groups.map((group) => group ?? ""));
      expect(compiled.replaceAll(subject, "<\\0,\\1>"), subject).toBe(all);
    }
  });
});

describe("REGEX", () => {
  test("NULL is matched as the empty string", () => {
    expect(regex("^$").matches(undefined)).toBe(true);
    expect(regex("a").matches(undefined)).toBe(false);
  });

  test("case folding stays within ASCII", () => {
    expect(regex("(?i)\\xe9").matches("\xc9")).toBe(false);
    expect(regex("(?i)K").matches("k")).toBe(true);
    expect(regex("(?i)[^k]").matches("K")).toBe(false);
  });

  test("groups whose text PCRE2 keeps through a loop are told", () => {
    expect(translateRegex("(?:(a)|b)*")).toMatchObject({ unstableGroups: [1] });
    expect(translateRegex("(?:(a)b)*(c)")).toMatchObject({ unstableGroups: [] });
  });

  test("nested loops that can trade turns are told", () => {
    const backtracks = (pattern: string) => (translateRegex(pattern) as TranslatedRegex).backtracks;
    expect(backtracks("(?=x)(a+)+b")).toBe(true);
    expect(backtracks("^(a+)+$")).toBe(true);
    expect(backtracks("^(a+)+\\1$")).toBe(true);
    expect(backtracks("(?=x)([a-z]+\\.)+com")).toBe(false);
    expect(backtracks("(/?[a-z]+)+$")).toBe(true);
    expect(backtracks("(\\w+\\s?)*$")).toBe(true);
    expect(backtracks("(x+x+)+y")).toBe(true);
    expect(backtracks("(?i:(?:\\A|[^\\d])0x720[a-f\\d]{3,}[a-f\\d]*)+")).toBe(false);
    expect(backtracks("(?:\\b\\w+\\s*)+")).toBe(false);
    expect(backtracks("((?>a+))+b")).toBe(false);
  });

  test("the end of the subject needs no look-ahead to be tested", () => {
    expect(translateRegex("^(a+)+$")).toMatchObject({ source: "^(a+)+\\n?$" });
    expect(translateRegex("(?:a$|b)")).toMatchObject({ source: "(?:a\\n?$|b)" });
    expect(translateRegex("a$b")).toMatchObject({ source: "a(?=\\n?$)b" });
  });

  test("nested counts that would make a huge program are refused", () => {
    expect(translateRegex("(?:(?:a{1000}){1000}){1000}")).toHaveProperty(
      "error.message",
      "regular expression is too large",
    );
    expect(translateRegex("(?:[a-f\\d]{2}:){1000}")).toHaveProperty("source");
  });

  test("no text makes the translation throw or stall, and what it makes is a regular expression", () => {
    const token = fc.constantFrom(
      ..."abAB019 \n()[]{}^$.*+?|,-\\:=!<>#&'QERxgkoncdwsvhNbBAzZiuUP_\xe9",
      "(?",
      "(?:",
      "(?<",
      "[[:alpha:]]",
      "\\Q",
      "{1,2}",
      "(?i)",
      "(*",
    );
    fc.assert(
      fc.property(fc.array(token, { maxLength: 12 }), (tokens) => {
        const result = translateRegex(tokens.join(""));
        if ("source" in result) new RegExp(result.exactSource, result.flags).test("ab");
      }),
      { numRuns: 2000 },
    );
  });
});

describe("regsub", () => {
  const sub = (subject: string | undefined, pattern: string, replacement: string | undefined) =>
    regex(pattern).replace(subject, replacement);

  test("replaces the first match only", () => {
    expect(sub("aXbXc", "X", "-")).toBe("a-bXc");
    expect(sub("abc", "X", "-")).toBe("abc");
  });
  test("NULL subject is empty and never NULL, NULL replacement is empty", () => {
    expect(sub(undefined, "a", "b")).toBe("");
    expect(sub(undefined, "^", "b")).toBe("b");
    expect(sub("abc", "b", undefined)).toBe("ac");
  });
  test.each([
    ["\\0", "b"],
    ["\\1", ""],
    ["\\9", ""],
    ["\\\\", "\\"],
    ["\\&", "&"],
    ["$1$&", "$1$&"],
    ["\\10", "0"],
  ])("a replacement %j becomes %j", (replacement, expected) => {
    expect(sub("abc", "b", `[${replacement}]`)).toBe(`a[${expected}]c`);
  });
  test("a lone backslash at the end is kept", () => {
    expect(sub("abc", "b", "\\")).toBe("a\\c");
  });
  test("groups are numbered as in the pattern, also behind possessive loops", () => {
    expect(sub("foo=1", "([a-z]*+[a-z0-9]?)=(\\d)", "\\2,\\1")).toBe("1,foo");
    expect(sub("aab", "(a)\\1(b)", "\\2\\1")).toBe("ba");
  });
  test("a $ does not swallow the final newline", () => {
    expect(sub("foo\n", "foo$", "bar")).toBe("bar\n");
  });
});

describe("regsuball", () => {
  const all = (subject: string, pattern: string, replacement: string) =>
    regex(pattern).replaceAll(subject, replacement);
  test("replaces every match", () => {
    expect(all("a.b.c", "\\.", "-")).toBe("a-b-c");
    expect(all("/a//b", "/+([^/])", "<\\1>")).toBe("<a><b>");
  });
  test("after the first match, matches must not be empty", () => {
    expect(all("abc", "x*", "-")).toBe("-abc");
    expect(all("abxa", "x*", "-")).toBe("-ab-a");
    expect(all("baaac", "a*?", "-")).toBe("-b---c");
  });
  test("^ matches only at the very start", () => {
    expect(all("aaa", "^a", "-")).toBe("-aa");
  });
  test("agrees with a loop over single matches for patterns that match something", () => {
    const subject = fc.stringMatching(/^[ab.]{0,8}$/);
    const pattern = fc.constantFrom("a", "a+", "(a)b", "a|b", "[^a]", "ab?", "b$", "\\b[ab]+");
    fc.assert(
      fc.property(subject, pattern, (text, source) => {
        const finder = new RegExp(source.replace("$", "(?=\\n?$)"), "g");
        const model = text.replace(
          finder,
          (match, group: unknown) => `<${match}${typeof group === "string" ? group : ""}>`,
        );
        expect(all(text, source, "<\\0\\1>")).toBe(model);
      }),
    );
  });
});

describe("patterns step by step", () => {
  const accepted = cases.filter((c) => c.error === undefined && !untranslatable.has(c.pattern));

  test.each(accepted.map((c) => [c.pattern, c] as const))("%j", (pattern, { matches, misses }) => {
    const matcher = new StepMatcher(parseRegex(pattern));
    for (const subject of misses) expect(matcher.exec(subject), subject).toBeUndefined();
    for (const [subject, { groups, at }] of Object.entries(matches)) {
      const match = matcher.exec(subject);
      const texts = groups.map((_, group) => {
        const start = match?.spans[2 * group] ?? -1;
        return start < 0 ? null : subject.slice(start, match?.spans[2 * group + 1]);
      });
      expect({ at: match?.start, texts }, subject).toEqual({ at, texts: groups });
    }
  });

  const replaced = accepted.filter(({ matches }) => Object.keys(matches).length > 0);
  test.each(replaced.map((c) => [c.pattern, c] as const))("regsuball: %j", (pattern, { matches }) => {
    const translation = translateRegex(pattern) as TranslatedRegex;
    const byStep = new Regex(pattern, { ...translation, longestSubject: -1 });
    for (const [subject, { all }] of Object.entries(matches)) {
      expect(byStep.replaceAll(subject, "<\\0,\\1>"), subject).toBe(all);
    }
  });

  const hostile = [
    "a".repeat(27),
    "a".repeat(1400),
    "a".repeat(32_000),
    "xyz".repeat(10_000),
    "1,".repeat(16_000),
  ];
  test.each([
    "^(a+)+$",
    "^(a+)+\\1$",
    "^(?=(a+)+$)",
    "(x+x+)+y",
    "^(([a-z])+.)+[A-Z]([a-z])+$",
    "(.*)*x",
    "(?:.*,){11}P",
    "x.*y.*z.*w",
    "(?!.*foo).*bar",
    "(?:a?){16}a{16}b",
    "^(?:a{1,30}){1,30}$",
    "((a{1,15}){1,15}){1,15}b",
    "(?:a|b|ab|ba)*?$",
    `^${"a?".repeat(27)}${"a".repeat(27)}$`,
    `^${"(?:a|aa)".repeat(25)}b`,
  ])("%j has an answer at any length, or fails the task: it never stalls", (pattern) => {
    const expression = regex(pattern);
    for (const subject of hostile) {
      for (const run of [
        () => expression.matches(`${subject}!`),
        () => expression.replace(`${subject}!`, ""),
        () => expression.replaceAll(`${subject}!`, ""),
      ]) {
        try {
          run();
        } catch (error) {
          expect(error).toBeInstanceOf(VclFailure);
          expect((error as Error).message).toMatch(
            /^(regsub: )?Regexp matching failed: match(ing depth)? limit exceeded$/,
          );
        }
      }
    }
  });

  test("what JavaScript's engine is given it is through with in steps that are known", () => {
    const longest = (pattern: string) => (translateRegex(pattern) as TranslatedRegex).longestSubject;
    expect(longest("^/(foo|bar)/[a-z]+$")).toBe(3_555_555);
    expect(longest("utm_[a-z]+=[^&]*&?")).toBe(1000);
    expect(longest("(^|;\\s*)(_[_a-z]+|has_js)=[^;]*")).toBeGreaterThan(1000);
    expect(longest("^(/[a-z]+)*/?$")).toBeGreaterThan(32_768);
    expect(longest("^(a+)+$")).toBe(0);
    expect(longest("(a|ab)*c")).toBe(0);
  });

  test("patterns that look through the subject more than once still have their answer on long ones", () => {
    const cookie = `${"name=value; ".repeat(2000)}wanted=1; last=2`;
    expect(regex("wanted=.*; last=").matches(cookie)).toBe(true);
    expect(regex("(^|; )wanted=[^;]*").replace(cookie, "")).toBe(cookie.replace("; wanted=1", ""));
    expect(regex("(?!name)\\bwanted=(\\d)").replace(cookie, "<\\1>")).toBe(cookie.replace("wanted=1", "<1>"));
    expect(regex("a*").replaceAll("xaay".repeat(1000), "-").length).toBe(3001);
  });
});
