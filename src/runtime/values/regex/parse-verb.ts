import type { RegexNode } from "./nodes.js";
import type { PatternReader } from "./pattern-reader.js";

/** Settings at the start of a pattern that change how PCRE2 goes about it, not what matches. */
const harmless =
  /\(\*(?:NO_(?:AUTO_POSSESS|DOTSTAR_ANCHOR|JIT|START_OPT)|LIMIT_(?:DEPTH|HEAP|MATCH|RECURSION)=\d+|LF|BSR_UNICODE)\)/y;
const meaningful = /\(\*(?:UTF8?|UCP|CR|CRLF|ANY|ANYCRLF|NUL|BSR_ANYCRLF|NOTEMPTY|NOTEMPTY_ATSTART)\)/y;

/** Reads the `(*…)` settings that a pattern may begin with. */
export function startVerbs(reader: PatternReader): void {
  while (reader.match(harmless));
  const start = reader.position;
  const verb = reader.match(meaningful);
  if (verb) reader.unsupported(verb[0], start);
}

/** What the spelled-out groups stand for: `(*atomic:…)` is `(?>…)`. */
const spelledGroups: ReadonlyMap<string, string> = new Map([
  ["atomic", ">"],
  ["pla", "="],
  ["positive_lookahead", "="],
  ["nla", "!"],
  ["negative_lookahead", "!"],
  ["plb", "<="],
  ["positive_lookbehind", "<="],
  ["nlb", "<!"],
  ["negative_lookbehind", "<!"],
]);

const backtrackingVerb = /(?:ACCEPT|COMMIT|PRUNE|SKIP|THEN|MARK)?(?::[^)]*)?\)/y;

/** Reads a verb, the reader standing behind `(*`: a node, or the `(?` spelling of the group that begins here. */
export function parseVerb(reader: PatternReader): RegexNode | string {
  const start = reader.position - 2;
  if (reader.match(/F(?:AIL)?\)/y)) return { kind: "anchor", anchor: "never" };
  if (reader.match(backtrackingVerb)) return reader.unsupported("backtracking verbs", start);
  const group = reader.match(/([a-z_]+):/y)?.[1];
  if (group === undefined) {
    const spelled = reader.match(/[a-z]\w*/y);
    return reader.fail(spelled ? "(*alpha_assertion) not recognized" : "(*VERB) not recognized or malformed");
  }
  const spelling = spelledGroups.get(group);
  if (spelling !== undefined) return spelling;
  if (/^(?:napla|naplb|non_atomic_.*|sr|script_run|asr|atomic_script_run)$/.test(group)) {
    return reader.unsupported(`(*${group}:…)`, start);
  }
  return reader.fail("(*alpha_assertion) not recognized");
}
