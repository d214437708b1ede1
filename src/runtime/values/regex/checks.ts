import { allBytes, type CharSet } from "./char-set.js";
import { childrenOf, groupIndex, some, type ParsedRegex, type RegexNode } from "./nodes.js";

/** Whether the node can match the empty text. */
export function isNullable(regex: ParsedRegex, node: RegexNode): boolean {
  switch (node.kind) {
    case "set":
    case "lineBreak":
      return false;
    case "sequence":
      return node.items.every((item) => isNullable(regex, item));
    case "alternation":
      return node.branches.some((branch) => isNullable(regex, branch));
    case "repeat":
      return node.min === 0 || isNullable(regex, node.body);
    case "capture":
    case "atomic":
      return isNullable(regex, node.body);
    default:
      // References and calls: it is safe to think so.
      return true;
  }
}

/** How many bytes the node matches, if always the same number. A call of an enclosing group has no such number. */
export function fixedLength(regex: ParsedRegex, node: RegexNode, depth = 0): number | undefined {
  const length = (child: RegexNode): number | undefined => fixedLength(regex, child, depth + 1);
  if (depth > 300) return undefined;
  switch (node.kind) {
    case "empty":
    case "anchor":
    case "look":
      return 0;
    case "set":
      return 1;
    case "sequence":
      return node.items.reduce<number | undefined>((sum, item) => {
        const own = sum === undefined ? undefined : length(item);
        return own === undefined || sum === undefined ? undefined : sum + own;
      }, 0);
    case "alternation": {
      const [first, ...others] = node.branches.map(length);
      return others.every((other) => other === first) ? first : undefined;
    }
    case "capture":
    case "atomic":
      return length(node.body);
    case "repeat": {
      const body = node.min === node.max ? length(node.body) : undefined;
      return body === undefined ? undefined : body * node.min;
    }
    case "backreference":
    case "call": {
      const group = regex.groups[groupIndex(regex, node.group)];
      return group && length(group);
    }
    case "condition": {
      const yes = length(node.yes);
      return yes === length(node.no) ? yes : undefined;
    }
    case "lineBreak":
      return undefined;
  }
}

/** Whether there is only one way to match the node at a place, so that atomic changes nothing. */
export function isDeterministic(node: RegexNode): boolean {
  return !some(
    node,
    (part) =>
      part.kind === "alternation" ||
      part.kind === "condition" ||
      part.kind === "call" ||
      part.kind === "lineBreak" ||
      (part.kind === "repeat" && part.min !== part.max),
  );
}

/** Whether the node, as the body of a loop, can choose to match nothing although it could match something. */
export function prefersEmpty(regex: ParsedRegex, body: RegexNode): boolean {
  return some(
    body,
    (part) =>
      (part.kind === "repeat" && part.mode === "lazy") ||
      (part.kind === "alternation" && part.branches.slice(0, -1).some((branch) => isNullable(regex, branch))),
  );
}

/** Nodes of which it is not known what a match begins with. */
export function isUnforeseeable({ kind }: RegexNode): boolean {
  return kind === "backreference" || kind === "call" || kind === "condition" || kind === "lineBreak";
}

/** The bytes that a match of the node can begin with, where everything in it is foreseeable. */
export function firstBytes(regex: ParsedRegex, node: RegexNode): CharSet {
  switch (node.kind) {
    case "set":
      return node.set;
    case "sequence": {
      let set = 0n;
      for (const item of node.items) {
        set |= firstBytes(regex, item);
        if (!isNullable(regex, item)) break;
      }
      return set;
    }
    case "alternation":
      return node.branches.reduce((set, branch) => set | firstBytes(regex, branch), 0n);
    case "capture":
    case "atomic":
    case "repeat":
      return firstBytes(regex, node.body);
    default:
      return 0n;
  }
}

/** The bytes of which one alone, as often as need be, is something that the node matches. */
function loneBytes(node: RegexNode): CharSet {
  switch (node.kind) {
    case "empty":
      return allBytes;
    case "set":
      return node.set;
    case "sequence":
      return node.items.reduce((set, item) => set & loneBytes(item), allBytes);
    case "alternation":
      return node.branches.reduce((set, branch) => set | loneBytes(branch), 0n);
    case "capture":
    case "atomic":
      return loneBytes(node.body);
    case "repeat":
      return node.min === 0 ? allBytes : loneBytes(node.body);
    default:
      // What looks around may forbid it.
      return 0n;
  }
}

/** Those of them which an endless loop within the node takes as many of as there are. */
function loopedBytes(regex: ParsedRegex, node: RegexNode): CharSet {
  switch (node.kind) {
    case "sequence":
      return node.items.reduce((set, item, index) => {
        const own = loopedBytes(regex, item);
        if (own === 0n) return set;
        const others = node.items.filter((_, other) => other !== index).map(loneBytes);
        return set | others.reduce((common, other) => common & other, own);
      }, 0n);
    case "alternation":
      return node.branches.reduce((set, branch) => set | loopedBytes(regex, branch), 0n);
    case "capture":
      return loopedBytes(regex, node.body);
    case "repeat": {
      if (node.mode === "possessive") return 0n;
      const inner = loopedBytes(regex, node.body);
      return node.max === Number.POSITIVE_INFINITY
        ? inner | (loneBytes(node.body) & firstBytes(regex, node.body))
        : inner;
    }
    default:
      return 0n;
  }
}

/**
 * Whether a loop holds a loop which can take over what the turns of the outer one match, as in `(a+)+`: a subject of one byte, many times, then takes
 * time that doubles with each of them. It knows the common forms, not all.
 */
export function hasAmbiguousLoop(regex: ParsedRegex): boolean {
  return some(
    regex.root,
    (node) =>
      node.kind === "repeat" &&
      node.max >= 16 &&
      node.mode !== "possessive" &&
      loopedBytes(regex, node.body) !== 0n,
  );
}

/** What PCRE2's compiled patterns can take at most, in bytes. */
export const largestProgram = 65_535;

/**
 * About how many bytes PCRE2 needs for the node. It writes the body of a counted group once for each turn, so a few nested counts are
 * enough to be refused.
 */
export function programSize(node: RegexNode): number {
  const inner = childrenOf(node).reduce((sum, child) => sum + programSize(child), 0);
  if (node.kind === "set") return 2;
  if (node.kind !== "repeat" || node.body.kind === "set") return inner + 6;
  return (inner + 6) * Math.max(1, node.min, Number.isFinite(node.max) ? node.max : 0);
}
