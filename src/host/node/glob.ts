import { existsSync, readdirSync } from "node:fs";

/** The paths that match a pattern of glob(3): `*`, `?` and `[…]` within one part of the path; a leading dot must be written. */
export function globPaths(pattern: string): string[] {
  const parts = pattern.split("/");
  const matches: string[] = [];
  expand(parts[0] === "" ? "/" : "", parts[0] === "" ? parts.slice(1) : parts, matches);
  return matches;
}

function expand(base: string, [part, ...rest]: readonly string[], matches: string[]): void {
  if (part === undefined) {
    matches.push(base);
    return;
  }
  const join = (name: string) => (base === "" || base.endsWith("/") ? base + name : `${base}/${name}`);
  if (!/[*?[\\]/.test(part)) {
    const path = join(part);
    if (rest.length > 0 || existsSync(path)) expand(path, rest, matches);
    return;
  }
  const wanted = partPattern(part);
  for (const entry of entriesOf(base || ".")) {
    if (wanted.test(entry) && (part.startsWith(".") || !entry.startsWith(".")))
      expand(join(entry), rest, matches);
  }
}

function entriesOf(folder: string): readonly string[] {
  try {
    return readdirSync(folder);
  } catch {
    return []; // As glob(3): what is no folder, or cannot be read, holds no match.
  }
}

function partPattern(part: string): RegExp {
  const source = part.replace(
    /\\(.)|\[([!^]?)(\]?[^\]]*)\]|[*?]|[^\\[*?]/gs,
    (text, escaped?: string, negation?: string, set?: string) => {
      if (escaped !== undefined) return literal(escaped);
      if (set !== undefined) return `[${negation ? "^" : ""}${set.replace(/[\\\]^]/g, "\\$&")}]`;
      if (text === "*") return "[^]*";
      return text === "?" ? "[^]" : literal(text);
    },
  );
  try {
    return new RegExp(`^${source}$`);
  } catch {
    return /(?!)/; // A range that ends before it begins matches nothing.
  }
}

function literal(text: string): string {
  return text.replace(/[.+^${}()|\\[\]/*?]/g, "\\$&");
}
