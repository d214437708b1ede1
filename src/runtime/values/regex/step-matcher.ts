import { VclFailure } from "../failure.js";
import { firstBytes, fixedLength, isNullable, isUnforeseeable } from "./checks.js";
import { anchors, tableOf } from "./anchors.js";
import type { CharSet } from "./char-set.js";
import {
  groupIndex,
  some,
  type AnchorNode,
  type BackreferenceNode,
  type CaptureNode,
  type LookNode,
  type ParsedRegex,
  type RegexNode,
  type RepeatNode,
} from "./nodes.js";

/** Matches from a place on, and what follows; answers with the end of the whole match, or -1. */
type Matcher = (at: number) => number;

/** What a match took: its ends, and those of each group by PCRE2's number (-1: it took no part). */
export interface StepMatch {
  readonly start: number;
  readonly end: number;
  /** Begin and end of each group, from the whole match on. */
  readonly spans: Int32Array;
}

/** Steps that a match may take: a few milliseconds. Varnish's limit, counted otherwise, is 10,000 (`pcre2_match_limit`). */
const stepLimit = 50_000;
const lineFeed = 0x0a;
const carriageReturn = 0x0d;

/**
 * Runs a pattern by backtracking, as PCRE2 does, and counts: a subject for which it takes too long fails the task, as Varnish's match limit does. For the
 * patterns and subjects that could keep the engine of JavaScript busy, which nobody can stop.
 */
export class StepMatcher {
  readonly #regex: ParsedRegex;
  readonly #start: Matcher;
  /** The bytes that a match can begin with; undefined where it can be empty. */
  readonly #first: Uint8Array | undefined;
  #subject = "";
  #steps = 0;
  /** Where an empty match must not be; -1 where it may. */
  #noEmptyAt = -1;
  #spans: Int32Array;
  /** Where groups have begun that are still open. */
  readonly #opened: Int32Array;
  /** Turns that a loop has taken, and where the last one began, by the loop's number. */
  readonly #turns: number[] = [];
  readonly #begun: number[] = [];
  #calls = 0;

  constructor(regex: ParsedRegex) {
    this.#regex = regex;
    this.#spans = new Int32Array(2 * regex.groups.length).fill(-1);
    this.#opened = new Int32Array(regex.groups.length);
    this.#start = this.#compile(regex.root, (at) => (at === this.#noEmptyAt ? -1 : at));
    const isKnown = !isNullable(regex, regex.root) && !some(regex.root, isUnforeseeable);
    this.#first = isKnown ? tableOf(firstBytes(regex, regex.root)) : undefined;
  }

  /**
   * The first match from a place on, an empty one only if it may be. Throws a VclFailure once it has taken too many steps, with those from the subject's
   * beginning on.
   */
  exec(subject: string, from = 0, mayBeEmpty = true): StepMatch | undefined {
    this.#subject = subject;
    // A long subject may have many matches, each within reach.
    if (from === 0) this.#steps = -2 * subject.length;
    const first = this.#first;
    try {
      for (let start = from; start <= subject.length; start++) {
        if (first && !first[subject.charCodeAt(start)]) continue;
        this.#step();
        this.#spans.fill(-1);
        this.#noEmptyAt = mayBeEmpty ? -1 : start;
        const end = this.#start(start);
        if (end < 0) continue;
        const spans = this.#spans.slice();
        spans[0] = start;
        spans[1] = end;
        return { start, end, spans };
      }
      return undefined;
    } catch (error) {
      if (!(error instanceof RangeError)) throw error;
      throw new VclFailure("Regexp matching failed: matching depth limit exceeded");
    }
  }

  #step(): void {
    if (++this.#steps > stepLimit) throw new VclFailure("Regexp matching failed: match limit exceeded");
  }

  #compile(node: RegexNode, next: Matcher): Matcher {
    switch (node.kind) {
      case "empty":
        return next;
      case "set":
        return this.#set(node.set, next);
      case "sequence":
        return node.items.reduceRight<Matcher>((behind, item) => this.#compile(item, behind), next);
      case "alternation":
        return this.#alternation(node.branches, next);
      case "capture":
        return this.#calls > 0 ? this.#compile(node.body, next) : this.#capture(node, next);
      case "repeat":
        if (node.mode === "possessive") return this.#atomic({ ...node, mode: "greedy" }, next);
        return node.body.kind === "set" ? this.#setLoop(node, node.body.set, next) : this.#loop(node, next);
      case "look":
        return this.#look(node, next);
      case "atomic":
        return this.#atomic(node.body, next);
      case "anchor":
        return this.#anchor(node, next);
      case "lineBreak":
        return (at) => {
          const end = this.#lineBreak(at);
          return end < 0 ? -1 : next(end);
        };
      case "backreference":
        return this.#backreference(node, next);
      case "call": {
        const group = this.#regex.groups[groupIndex(this.#regex, node.group)] as CaptureNode;
        this.#calls++;
        const matcher = this.#compile(group.body, next);
        this.#calls--;
        return matcher;
      }
      case "condition": {
        const holds = this.#assertion(node.condition);
        const [yes, no] = [this.#compile(node.yes, next), this.#compile(node.no, next)];
        return (at) => (holds(at) ? yes(at) : no(at));
      }
    }
  }

  #set(set: CharSet, next: Matcher): Matcher {
    const table = tableOf(set);
    return (at) => {
      this.#step();
      return table[this.#subject.charCodeAt(at)] ? next(at + 1) : -1;
    };
  }

  #alternation(branches: readonly RegexNode[], next: Matcher): Matcher {
    const matchers = branches.map((branch) => this.#compile(branch, next));
    return (at) => {
      this.#step();
      for (const matcher of matchers) {
        const end = matcher(at);
        if (end >= 0) return end;
      }
      return -1;
    };
  }

  #capture({ index, body }: CaptureNode, next: Matcher): Matcher {
    const opened = this.#opened;
    const close: Matcher = (at) => {
      const spans = this.#spans;
      const [start, end] = [spans[2 * index] as number, spans[2 * index + 1] as number];
      spans[2 * index] = opened[index] as number;
      spans[2 * index + 1] = at;
      const result = next(at);
      if (result < 0) {
        spans[2 * index] = start;
        spans[2 * index + 1] = end;
      }
      return result;
    };
    const inner = this.#compile(body, close);
    return (at) => {
      const before = opened[index] as number;
      opened[index] = at;
      const result = inner(at);
      opened[index] = before;
      return result;
    };
  }

  /** A loop over single bytes takes them without going deeper. */
  #setLoop({ min, max, mode }: RepeatNode, set: CharSet, next: Matcher): Matcher {
    const table = tableOf(set);
    const isLazy = mode === "lazy";
    return (at) => {
      const subject = this.#subject;
      const most = Math.min(subject.length, at + max);
      let end = at;
      if (isLazy) {
        for (; ; end++) {
          this.#step();
          if (end >= at + min) {
            const result = next(end);
            if (result >= 0) return result;
          }
          if (end >= most || !table[subject.charCodeAt(end)]) return -1;
        }
      }
      while (end < most && table[subject.charCodeAt(end)]) end++;
      this.#steps += (end - at) >> 3;
      for (; end >= at + min; end--) {
        this.#step();
        const result = next(end);
        if (result >= 0) return result;
      }
      return -1;
    };
  }

  #loop({ body, min, max, mode }: RepeatNode, next: Matcher): Matcher {
    const number = this.#turns.push(0) - 1;
    this.#begun.push(-1);
    const [turns, begun] = [this.#turns, this.#begun];
    const turn = (at: number, taken: number, last: number): number => {
      // A turn that has matched nothing is the last one.
      if (taken >= max || (taken >= min && at === last)) return -1;
      turns[number] = taken + 1;
      begun[number] = at;
      const result = inner(at);
      turns[number] = taken;
      begun[number] = last;
      return result;
    };
    const after: Matcher = (at) => {
      this.#step();
      const [taken, last] = [turns[number] as number, begun[number] as number];
      if (mode === "lazy") {
        const result = taken >= min ? next(at) : -1;
        return result >= 0 ? result : turn(at, taken, last);
      }
      const result = turn(at, taken, last);
      return result >= 0 || taken < min ? result : next(at);
    };
    const inner = this.#compile(body, after);
    return (at) => {
      const [taken, last] = [turns[number] as number, begun[number] as number];
      turns[number] = 0;
      begun[number] = -1;
      const result = after(at);
      turns[number] = taken;
      begun[number] = last;
      return result;
    };
  }

  #atomic(body: RegexNode, next: Matcher): Matcher {
    const inner = this.#compile(body, (at) => at);
    return (at) => {
      const before = this.#spans.slice();
      const end = inner(at);
      const result = end < 0 ? -1 : next(end);
      if (result < 0) this.#spans = before;
      return result;
    };
  }

  #look(node: LookNode, next: Matcher): Matcher {
    const holds = this.#assertion(node);
    return (at) => {
      const before = this.#spans.slice();
      const result = holds(at) ? next(at) : -1;
      if (result < 0) this.#spans = before;
      return result;
    };
  }

  #assertion({ behind, negated, body }: LookNode): (at: number) => boolean {
    const branches = behind && body.kind === "alternation" ? body.branches : [body];
    const matchers = branches.map((branch) => ({
      back: behind ? (fixedLength(this.#regex, branch) ?? 0) : 0,
      inner: this.#compile(branch, (at) => at),
    }));
    return (at) => {
      this.#step();
      const before = negated ? this.#spans.slice() : undefined;
      const found = matchers.some(({ back, inner }) => at >= back && inner(at - back) >= 0);
      if (before) this.#spans = before;
      return found !== negated;
    };
  }

  #anchor({ anchor }: AnchorNode, next: Matcher): Matcher {
    const holds = anchors[anchor];
    return (at) => (holds(this.#subject, at) ? next(at) : -1);
  }

  #lineBreak(at: number): number {
    const code = this.#subject.charCodeAt(at);
    if (code === carriageReturn && this.#subject.charCodeAt(at + 1) === lineFeed) return at + 2;
    return (code >= lineFeed && code <= carriageReturn) || code === 0x85 ? at + 1 : -1;
  }

  #backreference(node: BackreferenceNode, next: Matcher): Matcher {
    const group = groupIndex(this.#regex, node.group);
    const fold = (text: string): string =>
      node.caseless ? text.replaceAll(/[A-Z]/g, (letter) => letter.toLowerCase()) : text;
    return (at) => {
      const [start, end] = [this.#spans[2 * group] as number, this.#spans[2 * group + 1] as number];
      if (start < 0) return -1;
      const length = end - start;
      this.#steps += length;
      this.#step();
      const subject = this.#subject;
      const isSame = fold(subject.slice(start, end)) === fold(subject.slice(at, at + length));
      return isSame ? next(at + length) : -1;
    };
  }
}
