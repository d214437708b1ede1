import { VclFailure } from "../../runtime/values/failure.js";
import type { Task } from "../../runtime/index.js";

interface Rules {
  /** A slash matches only a slash. */
  readonly pathname: boolean;
  /** A backslash is an ordinary byte. */
  readonly noescape: boolean;
  /** A leading dot matches only a dot. */
  readonly period: boolean;
}

export function fnmatch(
  _task: Task,
  pattern: string | undefined,
  subject: string | undefined,
  pathname: boolean,
  noescape: boolean,
  period: boolean,
): boolean {
  if (pattern === undefined) throw new VclFailure("std.fnmatch(): pattern is NULL");
  if (subject === undefined) throw new VclFailure("std.fnmatch(): subject is NULL");
  return matchGlob(pattern, subject, { pathname, noescape, period });
}

/** One step of a pattern: a star, or what one byte must satisfy. */
type Step = "star" | ((byte: string) => boolean);

/**
 * POSIX fnmatch(3). Steps back to the last star only, which is enough: a star that matches as little as possible leaves the most to the
 * ones after it, and with `pathname` both sides must meet at every slash. So it takes at most pattern × subject steps.
 */
export function matchGlob(pattern: string, subject: string, rules: Rules): boolean {
  const steps = compileGlob(pattern, rules);
  let step = 0;
  let at = 0;
  let star: { step: number; at: number } | undefined;
  for (;;) {
    const current = steps[step];
    if (current === undefined && at === subject.length) return true;
    if (current?.match === "star") {
      if (isLeadingDot(subject, at, rules)) return false;
      star = { step: step + 1, at };
      step++;
    } else if (at < subject.length && current && accepts(current, subject, at, rules)) {
      step++;
      at++;
    } else {
      if (!star || star.at >= subject.length) return false;
      if (rules.pathname && subject[star.at] === "/") return false;
      star.at++;
      ({ step, at } = star);
    }
  }
}

interface CompiledStep {
  readonly match: Step;
  /** The byte stands in the pattern itself, so it may match a slash or a leading dot. */
  readonly literal: boolean;
}

function accepts({ match, literal }: CompiledStep, subject: string, at: number, rules: Rules): boolean {
  const byte = subject.charAt(at);
  if (match === "star" || (!literal && rules.pathname && byte === "/")) return false;
  if (!literal && isLeadingDot(subject, at, rules)) return false;
  return match(byte);
}

function isLeadingDot(subject: string, at: number, { period, pathname }: Rules): boolean {
  return period && subject[at] === "." && (at === 0 || (pathname && subject[at - 1] === "/"));
}

function compileGlob(pattern: string, { noescape }: Rules): readonly CompiledStep[] {
  const steps: CompiledStep[] = [];
  const bracket = noescape
    ? /\[[!^]?\]?(?:\[:\w+:\]|[^\]])*\]/y
    : /\[[!^]?\]?(?:\[:\w+:\]|\\[^]|[^\]\\])*\]/y;
  for (let i = 0; i < pattern.length; i++) {
    const byte = pattern.charAt(i);
    bracket.lastIndex = i;
    const group = byte === "[" ? bracket.exec(pattern)?.[0] : undefined;
    if (byte === "*") {
      if (steps.at(-1)?.match !== "star") steps.push({ match: "star", literal: false });
    } else if (byte === "?") {
      steps.push({ match: () => true, literal: false });
    } else if (group !== undefined) {
      steps.push({ match: bracketTest(group, noescape), literal: false });
      i += group.length - 1;
    } else {
      // A backslash at the end escapes nothing, and matches nothing.
      const wanted = byte === "\\" && !noescape ? pattern.charAt(++i) : byte;
      steps.push({ match: (found) => found === wanted, literal: true });
    }
  }
  return steps;
}

const classes: Readonly<Record<string, RegExp>> = {
  alnum: /[a-zA-Z0-9]/,
  alpha: /[a-zA-Z]/,
  blank: /[ \t]/,
  cntrl: /[\0-\x1f\x7f]/,
  digit: /[0-9]/,
  graph: /[!-~]/,
  lower: /[a-z]/,
  print: /[ -~]/,
  punct: /[!-/:-@[-`{-~]/,
  space: /[ \t\n\v\f\r]/,
  upper: /[A-Z]/,
  xdigit: /[0-9a-fA-F]/,
};

/** A bracket expression: single bytes, ranges, `[:class:]`, all negated by a leading `!` or `^`. */
function bracketTest(group: string, noescape: boolean): (byte: string) => boolean {
  const negated = /^\[[!^]/.test(group);
  const inner = group.slice(negated ? 2 : 1, -1);
  const part = noescape ? /\[:(\w+):\]|([^])(?:-([^]))?/g : /\[:(\w+):\]|(\\[^]|[^])(?:-(\\[^]|[^]))?/g;
  const plain = (text: string): string => (!noescape && text.length > 1 ? text.slice(1) : text);
  const tests = [...inner.matchAll(part)].map(([, name, from = "", to]) => {
    if (name !== undefined) return (byte: string) => classes[name]?.test(byte) ?? false;
    const [low, high] = [plain(from), plain(to ?? from)];
    return (byte: string) => low <= byte && byte <= high;
  });
  return (byte) => tests.some((test) => test(byte)) !== negated;
}
