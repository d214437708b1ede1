import { isStableUnderFlagI } from "./char-set.js";
import { fixedLength, isDeterministic, isNullable, prefersEmpty } from "./checks.js";
import {
  groupIndex,
  some,
  type Anchor,
  type AtomicNode,
  type BackreferenceNode,
  type CallNode,
  type CaptureNode,
  type LookNode,
  type ParsedRegex,
  type RegexNode,
  type RepeatNode,
} from "./nodes.js";
import { PatternProblem } from "./pattern-reader.js";

/** JavaScript source, and what came of the pattern's groups. */
export interface Emitted {
  readonly source: string;
  readonly flags: string;
  /** Group number in JavaScript by group number in PCRE2. */
  readonly groups: readonly number[];
  /** Groups (0: the whole match) whose text may differ from PCRE2's. */
  readonly unstableGroups: readonly number[];
}

/** Nothing of JavaScript is longer than this on purpose; subroutine calls can double at every level. */
const longestSource = 50_000;

const anchorSource: Readonly<Record<Anchor, string>> = {
  start: "^",
  end: "$",
  endOrFinalNewline: "(?=\\n?$)",
  lineStart: "(?:^|(?<=\\n)(?=[^]))",
  lineEnd: "(?=\\n|$)",
  wordBoundary: "\\b",
  noWordBoundary: "\\B",
  wordStart: "\\b(?=\\w)",
  wordEnd: "\\b(?<=\\w)",
  never: "[]",
};

/**
 * Writes a pattern as JavaScript source. `forTest`: only whether it matches counts, so a `$` at the end may swallow the final newline, which
 * saves a look-ahead; V8 can run patterns without look-around in linear time.
 */
export function emitRegex(regex: ParsedRegex, forTest: boolean): Emitted {
  return new Emitter(regex, forTest).run();
}

class Emitter {
  private readonly regex: ParsedRegex;
  private readonly forTest: boolean;
  /** JavaScript's groups so far. */
  private groupCount = 0;
  private readonly groups: number[] = [0];
  private readonly unstable = new Set<number>();
  /** Groups that have taken part in the match for certain, at the place being written. */
  private certain = new Set<number>();
  /** Groups being written, from the outside in. */
  private readonly open: number[] = [];
  /** How many subroutine calls deep: groups do not capture there. */
  private calls = 0;
  private behind = 0;
  private atomics = 0;
  private caselessReference: boolean | undefined;
  private written = 0;

  constructor(regex: ParsedRegex, forTest: boolean) {
    this.regex = regex;
    this.forTest = forTest;
  }

  run(): Emitted {
    const source = this.emit(this.regex.root, true);
    const flags = this.caselessReference ? "i" : "";
    // Letters carry their case in the sets; the flag is for references, and must not change the sets.
    const unstable = (node: RegexNode): boolean => node.kind === "set" && !isStableUnderFlagI(node.set);
    if (flags === "i" && some(this.regex.root, unstable)) {
      this.refuse("a back-reference without case in a pattern with case", 0);
    }
    return { source, flags, groups: this.groups, unstableGroups: [...this.unstable].sort((a, b) => a - b) };
  }

  private refuse(what: string, offset: number): never {
    throw new PatternProblem("unsupported", offset, what);
  }

  /** `last`: nothing of the pattern follows. */
  private emit(node: RegexNode, last: boolean): string {
    switch (node.kind) {
      case "empty":
        return "";
      case "set":
        return this.checked(node.source);
      case "sequence":
        return this.sequence(node.items, last);
      case "alternation":
        return this.branches(node.branches, last);
      case "capture":
        return this.capture(node, last);
      case "repeat":
        return this.repeat(node, last, undefined);
      case "look":
        return this.look(node);
      case "atomic":
        return this.atomic(node, last);
      case "anchor":
        return this.forTest && last && node.anchor === "endOrFinalNewline"
          ? "\\n?$"
          : anchorSource[node.anchor];
      case "lineBreak":
        return "(?:\\r\\n|(?!\\r\\n)[\\n-\\r\\x85])";
      case "backreference":
        return this.backreference(node);
      case "call":
        return this.call(node, last);
      case "condition": {
        const otherwise: LookNode = { ...node.condition, negated: !node.condition.negated };
        if (some(node.condition, (part) => part.kind === "capture")) {
          this.refuse("groups in a condition", node.condition.offset);
        }
        const branches = [
          { kind: "sequence", items: [node.condition, node.yes] },
          { kind: "sequence", items: [otherwise, node.no] },
        ] as const satisfies RegexNode[];
        return this.branches(branches, last);
      }
    }
  }

  private checked(source: string): string {
    this.written += source.length;
    if (this.written > longestSource) this.refuse("it is too large", 0);
    return source;
  }

  private sequence(items: readonly RegexNode[], last: boolean): string {
    return items
      .map((item, index) => {
        const isLast = last && index === items.length - 1;
        if (item.kind === "repeat") return this.repeat(item, isLast, items[index + 1]);
        const source = this.emit(item, isLast);
        return hasBranches(item) ? `(?:${source})` : source;
      })
      .join("");
  }

  private branches(branches: readonly RegexNode[], last: boolean): string {
    const before = this.certain;
    let common: Set<number> | undefined;
    const sources = branches.map((branch) => {
      this.certain = new Set(before);
      const source = this.emit(branch, last);
      const after = this.certain;
      common = common ? new Set([...common].filter((group) => after.has(group))) : after;
      return source;
    });
    this.certain = common ?? before;
    return sources.join("|");
  }

  private capture(node: CaptureNode, last: boolean): string {
    const captures = this.calls === 0;
    if (captures) this.groups[node.index] = ++this.groupCount;
    this.open.push(node.index);
    const body = this.emit(node.body, last);
    this.open.pop();
    if (captures) this.certain.add(node.index);
    return captures ? `(${body})` : `(?:${body})`;
  }

  private repeat(node: RepeatNode, last: boolean, next: RegexNode | undefined): string {
    if (node.mode === "possessive") {
      const greedy: RepeatNode = { ...node, mode: "greedy" };
      const free = (last && isDeterministic(node.body)) || cannotGiveBack(node, next);
      return free
        ? this.repeat(greedy, last, next)
        : this.atomic({ kind: "atomic", body: greedy, offset: 0 }, last);
    }
    const before = new Set(this.certain);
    const source = this.atom(node.body);
    const nullable = isNullable(this.regex, node.body);
    if (node.max > 1) this.noteUnstable(node.body, nullable);
    if (node.min === 0) this.certain = before;
    // JavaScript would refuse to take the one turn if it matches nothing.
    if (nullable && node.min === 0 && node.max === 1)
      return node.mode === "lazy" ? `(?:|${source})` : `(?:${source}|)`;
    return source + quantifierSource(node) + (node.mode === "lazy" ? "?" : "");
  }

  /**
   * JavaScript forgets the groups of a loop's body at each turn and refuses turns that match nothing; PCRE2 keeps them, and takes such a
   * turn as the last one.
   */
  private noteUnstable(body: RegexNode, nullable: boolean): void {
    const shifty = nullable && prefersEmpty(this.regex, body);
    if (shifty && this.atomics > 0) this.refuse("loops that may stop early inside an atomic group", 0);
    if (shifty) this.unstable.add(0);
    if (this.calls > 0) return;
    for (const group of this.regex.groups.slice(1)) {
      const inside = some(body, (part) => part === group);
      if (shifty || (inside && (nullable || !this.certain.has(group.index)))) {
        this.unstable.add(group.index);
      }
    }
  }

  /** Source that a quantifier can follow. */
  private atom(node: RegexNode): string {
    const source = this.emit(node, false);
    return node.kind === "set" || (node.kind === "capture" && this.calls === 0) ? source : `(?:${source})`;
  }

  private look(node: LookNode): string {
    const before = new Set(this.certain);
    if (node.behind) {
      const branches = node.body.kind === "alternation" ? node.body.branches : [node.body];
      if (branches.some((branch) => fixedLength(this.regex, branch) === undefined)) {
        throw new PatternProblem("error", node.offset, "lookbehind assertion is not fixed length");
      }
      this.behind++;
    }
    const body = this.emit(node.body, false);
    if (node.behind) this.behind--;
    if (node.negated) this.certain = before;
    return `(?${node.behind ? "<" : ""}${node.negated ? "!" : "="}${body})`;
  }

  /** A look-ahead never tries its second choice: what it captured is then matched as it is. */
  private atomic(node: AtomicNode, last: boolean): string {
    if (isDeterministic(node.body)) return `(?:${this.emit(node.body, last)})`;
    if (this.behind > 0) this.refuse("atomic groups in a look-behind", node.offset);
    if (this.calls > 0) this.refuse("atomic groups in a subroutine call", node.offset);
    const group = ++this.groupCount;
    this.atomics++;
    const body = this.emit(node.body, false);
    this.atomics--;
    return `(?:(?=(${body}))\\${group})`;
  }

  private backreference(node: BackreferenceNode): string {
    const group = groupIndex(this.regex, node.group);
    if (this.behind > 0) this.refuse("back-references in a look-behind", node.offset);
    if (this.calls > 0) this.refuse("back-references in a subroutine call", node.offset);
    // A reference to a group that took no part fails in PCRE2 and matches nothing in JavaScript.
    if (!this.certain.has(group))
      this.refuse("back-references to a group that may not have matched", node.offset);
    if (this.caselessReference === !node.caseless) {
      this.refuse("back-references with and without case in one pattern", node.offset);
    }
    this.caselessReference = node.caseless;
    return `(?:\\${this.groups[group]})`;
  }

  private call(node: CallNode, last: boolean): string {
    const index = groupIndex(this.regex, node.group);
    const group = this.regex.groups[index];
    if (!group || index === 0 || this.open.includes(index)) this.refuse("recursion", node.offset);
    this.calls++;
    const source = this.emit(group, last);
    this.calls--;
    return source;
  }
}

/** Whether the node's source is branches that need a group around them where other items stand beside it. */
function hasBranches(node: RegexNode): boolean {
  return node.kind === "alternation" || node.kind === "condition";
}

/** Whether a possessive loop is followed by something that none of its bytes can be: giving back would never help. */
function cannotGiveBack(node: RepeatNode, next: RegexNode | undefined): boolean {
  if (node.body.kind !== "set") return false;
  const follower = next?.kind === "repeat" && next.min > 0 ? next.body : next;
  return follower?.kind === "set" && (follower.set & node.body.set) === 0n;
}

function quantifierSource({ min, max }: RepeatNode): string {
  if (max === Number.POSITIVE_INFINITY) return min === 0 ? "*" : min === 1 ? "+" : `{${min},}`;
  if (min === 0 && max === 1) return "?";
  return min === max ? `{${min}}` : `{${min},${max}}`;
}
