/** A replacement text of regsub, taken apart. */
export interface Replacement {
  readonly text: string;
  /** Literal texts and group numbers. */
  readonly parts: readonly (string | number)[];
}

/** `\0` to `\9` are groups, `\` before anything else stands for that character, and a lone one at the end for itself. */
export function parseReplacement(text: string): Replacement {
  const parts: (string | number)[] = [];
  let literal = "";
  for (let i = 0; i < text.length; i++) {
    const char = text.charAt(i);
    const next = text.charAt(i + 1);
    if (char !== "\\" || next === "") {
      literal += char;
      continue;
    }
    i++;
    if (next >= "0" && next <= "9") {
      parts.push(literal, Number(next));
      literal = "";
    } else {
      literal += next;
    }
  }
  parts.push(literal);
  return { text, parts: parts.filter((part) => part !== "") };
}
