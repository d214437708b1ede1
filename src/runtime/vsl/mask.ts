import { tagNumbers } from "./tags.js";

/** Every tag that can be masked, by its name in small letters. */
const tags: ReadonlyMap<string, string> = new Map(
  [...tagNumbers(1).keys()].map((name) => [name.toLowerCase(), name]),
);

/** A mask as `vsl_mask` has it: each masked tag with - in front, in the order of the tags. */
export function maskText(masked: Iterable<string>): string {
  const set = new Set(masked);
  const names = [...tags.values()].filter((name) => set.has(name));
  return names.length === 0 ? "none" : names.map((name) => `-${name}`).join(",");
}

/** The masked tags of a text that `maskText` made. */
export function maskedTags(mask: string): ReadonlySet<string> {
  return new Set(mask.split(",").map((word) => word.slice(1)));
}

/** What `+Tag,-Tag` makes of a mask, from left to right; `none` masks nothing, `all` everything. */
export function maskOf(text: string, mask: string): { readonly value: string } | { readonly wrong: string } {
  const masked = new Set(maskedTags(mask));
  for (const word of text.split(/[ ,]+/).filter((part) => part !== "")) {
    if (word === "none") masked.clear();
    else if (word === "all") for (const name of tags.values()) masked.add(name);
    else {
      const tag = tags.get(word.slice(1).toLowerCase());
      if (!/^[+-]/.test(word)) return { wrong: `Missing '+' or '-' (${word})\n` };
      if (tag === undefined) return { wrong: `Unknown VSL tag (${word})\n` };
      if (word.startsWith("+")) masked.delete(tag);
      else masked.add(tag);
    }
  }
  return { value: maskText(masked) };
}
