import { range, setSource, withBothCases, type CharSet } from "./char-set.js";

/** What a group is called by. Numbers are PCRE2's. */
export type GroupName = number | string;

/** A parsed PCRE2 pattern. Options are gone: sets carry their case, anchors and repeats their mode. */
export type RegexNode =
  | EmptyNode
  | SetNode
  | SequenceNode
  | AlternationNode
  | CaptureNode
  | RepeatNode
  | LookNode
  | AtomicNode
  | AnchorNode
  | LineBreakNode
  | BackreferenceNode
  | CallNode
  | ConditionNode;

export interface EmptyNode {
  readonly kind: "empty";
}

export interface SetNode {
  readonly kind: "set";
  readonly set: CharSet;
  /** The set as JavaScript source. */
  readonly source: string;
}

export function setNode(set: CharSet): SetNode {
  return { kind: "set", set, source: setSource(set) };
}

/** Most of a pattern is single letters: their nodes are made once. */
const literals: { readonly [Case in "exact" | "caseless"]: SetNode[] } = { exact: [], caseless: [] };

/** The node of one byte, or of a letter in both its cases. */
export function byteNode(byte: number, caseless: boolean): SetNode {
  const nodes = caseless ? literals.caseless : literals.exact;
  return (nodes[byte] ??= setNode(caseless ? withBothCases(range(byte)) : range(byte)));
}

export interface SequenceNode {
  readonly kind: "sequence";
  readonly items: readonly RegexNode[];
}

export interface AlternationNode {
  readonly kind: "alternation";
  readonly branches: readonly RegexNode[];
}

export interface CaptureNode {
  readonly kind: "capture";
  readonly index: number;
  readonly body: RegexNode;
}

export interface RepeatNode {
  readonly kind: "repeat";
  readonly body: RegexNode;
  readonly min: number;
  /** Infinity: no limit. */
  readonly max: number;
  readonly mode: "greedy" | "lazy" | "possessive";
}

/** Look-ahead or look-behind. */
export interface LookNode {
  readonly kind: "look";
  readonly behind: boolean;
  readonly negated: boolean;
  readonly body: RegexNode;
  readonly offset: number;
}

export interface AtomicNode {
  readonly kind: "atomic";
  readonly body: RegexNode;
  readonly offset: number;
}

export type Anchor =
  | "start"
  | "end"
  /** `$`, `\Z`: the end, or before a line feed that ends the subject. */
  | "endOrFinalNewline"
  | "lineStart"
  | "lineEnd"
  | "wordBoundary"
  | "noWordBoundary"
  | "wordStart"
  | "wordEnd"
  /** Matches nowhere: `(*FAIL)`. */
  | "never";

export interface AnchorNode {
  readonly kind: "anchor";
  readonly anchor: Anchor;
}

/** `\R` */
export interface LineBreakNode {
  readonly kind: "lineBreak";
}

export interface BackreferenceNode {
  readonly kind: "backreference";
  readonly group: GroupName;
  readonly caseless: boolean;
  readonly offset: number;
}

/** A group's pattern used as a subroutine: `(?1)`. */
export interface CallNode {
  readonly kind: "call";
  readonly group: GroupName;
  readonly offset: number;
}

/** `(?(?=…)yes|no)` */
export interface ConditionNode {
  readonly kind: "condition";
  readonly condition: LookNode;
  readonly yes: RegexNode;
  readonly no: RegexNode;
}

/** A pattern and its groups. */
export interface ParsedRegex {
  readonly root: RegexNode;
  /** Capturing groups by number; index 0 is the whole pattern. */
  readonly groups: readonly CaptureNode[];
  readonly names: ReadonlyMap<string, number>;
}

/** The group a reference means. */
export function groupIndex(regex: ParsedRegex, name: GroupName): number {
  return typeof name === "number" ? name : (regex.names.get(name) ?? -1);
}

export function childrenOf(node: RegexNode): readonly RegexNode[] {
  switch (node.kind) {
    case "sequence":
      return node.items;
    case "alternation":
      return node.branches;
    case "capture":
    case "repeat":
    case "look":
    case "atomic":
      return [node.body];
    case "condition":
      return [node.condition, node.yes, node.no];
    default:
      return [];
  }
}

/** Whether a condition holds for the node or anything in it. */
export function some(node: RegexNode, condition: (node: RegexNode) => boolean): boolean {
  return condition(node) || childrenOf(node).some((child) => some(child, condition));
}
