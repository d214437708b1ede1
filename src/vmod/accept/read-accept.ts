/** One element of an Accept header. */
export interface Wanted {
  readonly value: string;
  /** From 0 to 1. */
  readonly weight: number;
}

const blanks = "[ \\t-\\r]*";
const word = "[^ \\t-\\r,;=]+";
/** A value with its parameters, up to the comma behind it or the end. */
const element = new RegExp(
  `${blanks}(${word})((?:${blanks};${blanks}${word}=${word})*)${blanks}(?:,|$)`,
  "y",
);
const nothingMore = new RegExp(`${blanks}$`, "y");
/** The weight counts as the first parameter only: whatever follows other parameters belongs to them. */
const firstParameter = new RegExp(`^${blanks};${blanks}(${word})=(${word})`);
const weightText = /^[01]\d*(?:\.\d*)?(?:[eE][+-]?\d+)?$/;

/** Takes an Accept header apart; undefined when it is none. Blanks and a comma may stand at its end. */
export function readAccept(header: string): readonly Wanted[] | undefined {
  const found: Wanted[] = [];
  for (let at = 0; !isEnd(header, at); at = element.lastIndex) {
    element.lastIndex = at;
    const match = element.exec(header);
    if (!match) return undefined;
    const [, value = "", parameters = ""] = match;
    const weight = weightOf(parameters);
    if (weight === undefined) return undefined;
    found.push({ value, weight });
  }
  return found;
}

function isEnd(header: string, at: number): boolean {
  nothingMore.lastIndex = at;
  return nothingMore.test(header);
}

function weightOf(parameters: string): number | undefined {
  const [, name, text = ""] = firstParameter.exec(parameters) ?? [];
  if (name !== "q") return 1;
  const weight = weightText.test(text) ? Number(text) : Number.NaN;
  return weight >= 0 && weight <= 1 ? weight : undefined;
}
