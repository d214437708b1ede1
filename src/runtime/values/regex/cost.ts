import type { CharSet } from "./char-set.js";
import { firstBytes, isNullable, isUnforeseeable } from "./checks.js";
import { childrenOf, groupIndex, some, type ParsedRegex, type RegexNode } from "./nodes.js";

/** How the time that backtracking takes grows with the length of the subject: its exponent. Infinity: it may double with each byte. */
export interface Cost {
  /** In how many ways, as a power of the length, the node can match from one place. */
  readonly ways: number;
  /** Time until all of them have been tried, as a power of the length. */
  readonly time: number;
}

/** A counted loop with more turns than that is one without end. */
const countsAsEndless = 16;

const free: Cost = { ways: 0, time: 0 };

/** The exponent for looking through a whole subject. An upper bound, for patterns whose loops leave one way to match what they match. */
export function searchCost(regex: ParsedRegex): number {
  const { time } = costOf(regex, regex.root, 0);
  return time + (isAnchored(regex.root) ? 0 : 1);
}

/** Branches of which each place costs about as much as one loop does. */
const cheapBranches = 8;

/** About how many loops, or as much as that, may be tried at one place, in all the ways that the pattern itself writes down; 1 at least. */
export function placeCost(regex: ParsedRegex): number {
  return Math.max(1, loopsIn(regex.root)) * waysWritten(regex, regex.root);
}

/** In how many ways a node can match at one place that do not depend on the subject's length: `a?a?a?` has eight. */
function waysWritten(regex: ParsedRegex, node: RegexNode): number {
  const ways = (child: RegexNode): number => waysWritten(regex, child);
  switch (node.kind) {
    case "sequence": {
      const isKnown = !some(node, isUnforeseeable);
      return node.items.reduce((product, item, index) => {
        const own = ways(item);
        return product * (own > 1 && isKnown && endsWhereNextBegins(regex, node.items, index) ? 1 : own);
      }, 1);
    }
    case "alternation": {
      const sum = node.branches.reduce((all, branch) => all + ways(branch), 0);
      return isDeterministic(regex, node, 0n) ? Math.max(...node.branches.map(ways)) : sum;
    }
    case "repeat":
      if (node.max >= countsAsEndless) return ways(node.body);
      return node.max - node.min + ways(node.body);
    default:
      return childrenOf(node).reduce((product, child) => product * ways(child), 1);
  }
}

function loopsIn(node: RegexNode): number {
  const inner = childrenOf(node).reduce((sum, child) => sum + loopsIn(child), 0);
  if (node.kind === "alternation") return inner + (node.branches.length - 1) / cheapBranches;
  return node.kind === "repeat" && node.max >= countsAsEndless ? inner + 1 : inner;
}

function costOf(regex: ParsedRegex, node: RegexNode, depth: number): Cost {
  // Calls of groups within groups go no deeper than groups stand within each other.
  if (depth > 300) return { ways: Infinity, time: Infinity };
  const cost = (child: RegexNode): Cost => costOf(regex, child, depth + 1);
  switch (node.kind) {
    case "sequence": {
      const isKnown = !some(node, isUnforeseeable);
      return node.items.reduce((sum, item, index) => {
        const own = cost(item);
        const ways = own.ways > 0 && isKnown && endsWhereNextBegins(regex, node.items, index) ? 0 : own.ways;
        return { ways: sum.ways + ways, time: Math.max(sum.time, sum.ways + Math.max(own.ways, own.time)) };
      }, free);
    }
    case "alternation":
      return greatest(node.branches.map(cost));
    case "condition":
      return greatest([cost(node.condition), cost(node.yes), cost(node.no)]);
    case "capture":
      return cost(node.body);
    case "look":
    case "atomic":
      return { ways: 0, time: cost(node.body).time };
    case "repeat": {
      const own = repeatCost(regex, node, depth);
      return node.mode === "possessive" ? { ways: 0, time: own.time } : own;
    }
    case "backreference":
      return { ways: 0, time: 1 };
    case "call": {
      const group = regex.groups[groupIndex(regex, node.group)];
      return group ? cost(group) : free;
    }
    default:
      return free;
  }
}

/** Whether only one of the ways in which an item of a sequence can match lets the next one begin: giving back never helps. Everything in it is foreseeable. */
function endsWhereNextBegins(regex: ParsedRegex, items: readonly RegexNode[], index: number): boolean {
  const rest: RegexNode = { kind: "sequence", items: items.slice(index + 1) };
  if (isNullable(regex, rest)) return false;
  return isDeterministic(regex, items[index] as RegexNode, firstBytes(regex, rest));
}

function repeatCost(regex: ParsedRegex, node: Extract<RegexNode, { kind: "repeat" }>, depth: number): Cost {
  const { body, max } = node;
  const inner = costOf(regex, body, depth + 1);
  if (max <= 1) return inner;
  if (!isDeterministic(regex, body, firstBytes(regex, body))) return { ways: Infinity, time: Infinity };
  const isEndless = max >= countsAsEndless;
  // There is one way to read what has been read, so that all turns together read each byte once; what looks around does so at each.
  const looks = looksWithin(regex, body, depth + 1);
  const isLong = isEndless || inner.ways > 0;
  return { ways: isLong ? 1 : 0, time: isLong ? 1 + looks : looks };
}

function looksWithin(regex: ParsedRegex, node: RegexNode, depth: number): number {
  const own =
    node.kind === "look" || node.kind === "atomic" || node.kind === "backreference"
      ? costOf(regex, node, depth).time
      : 0;
  return childrenOf(node).reduce((most, child) => Math.max(most, looksWithin(regex, child, depth + 1)), own);
}

/** Whether the next byte alone decides every choice within the node, when `follow` is what can come behind it. */
function isDeterministic(regex: ParsedRegex, node: RegexNode, follow: CharSet): boolean {
  switch (node.kind) {
    case "empty":
    case "set":
    case "anchor":
    case "look":
      return true;
    case "capture":
      return isDeterministic(regex, node.body, follow);
    case "sequence": {
      let behind = follow;
      for (const item of node.items.toReversed()) {
        if (!isDeterministic(regex, item, behind)) return false;
        behind = firstBytes(regex, item) | (isNullable(regex, item) ? behind : 0n);
      }
      return true;
    }
    case "alternation": {
      let taken = 0n;
      for (const branch of node.branches) {
        const first = firstBytes(regex, branch) | (isNullable(regex, branch) ? follow : 0n);
        if ((first & taken) !== 0n || !isDeterministic(regex, branch, follow)) return false;
        taken |= first;
      }
      return true;
    }
    case "repeat": {
      const first = firstBytes(regex, node.body);
      if (node.min !== node.max && (first & follow) !== 0n) return false;
      return isDeterministic(regex, node.body, node.max > 1 ? first | follow : follow);
    }
    default:
      return false;
  }
}

/** Whether a match can only begin where the subject does. */
function isAnchored(node: RegexNode): boolean {
  switch (node.kind) {
    case "anchor":
      return node.anchor === "start";
    case "sequence":
      return node.items.length > 0 && isAnchored(node.items[0] as RegexNode);
    case "alternation":
      return node.branches.every(isAnchored);
    case "capture":
    case "atomic":
      return isAnchored(node.body);
    default:
      return false;
  }
}

function greatest(costs: readonly Cost[]): Cost {
  return costs.reduce(
    (most, cost) => ({ ways: Math.max(most.ways, cost.ways), time: Math.max(most.time, cost.time) }),
    free,
  );
}
