import { tagNumbers } from "../tags.js";

const names: readonly string[] = [...tagNumbers(1).keys()];

/**
 * The tags that a name stands for (vsl(7)): a tag, any beginning that only one tag has, or a pattern with one `*`. Capitals do not
 * matter. Answers with what is wrong where it stands for none.
 */
export function tagsOf(name: string): ReadonlySet<string> | string {
  const wanted = name.toLowerCase();
  if (wanted.includes("*")) return globbed(wanted);
  const exact = names.find((tag) => tag.toLowerCase() === wanted);
  if (exact !== undefined) return new Set([exact]);
  const found = wanted === "" ? [] : names.filter((tag) => tag.toLowerCase().startsWith(wanted));
  if (found.length > 1) return `"${name}" may be any of ${found.slice(0, 4).join(", ")}`;
  return found.length === 0 ? `there is no tag "${name}"` : new Set(found);
}

/** The tags of a list with commas. */
export function tagsOfList(list: string): ReadonlySet<string> | string {
  const all = new Set<string>();
  for (const name of list.split(",").filter((part) => part !== "")) {
    const found = tagsOf(name);
    if (typeof found === "string") return found;
    for (const tag of found) all.add(tag);
  }
  return all.size === 0 ? `there is no tag "${list}"` : all;
}

function globbed(glob: string): ReadonlySet<string> | string {
  const [before = "", after = "", ...more] = glob.split("*");
  if (more.length > 0) return `"${glob}" has more than one *`;
  const least = before.length + after.length;
  const found = names.filter((tag) => {
    const name = tag.toLowerCase();
    return name.length >= least && name.startsWith(before) && name.endsWith(after);
  });
  return found.length === 0 ? `there is no tag "${glob}"` : new Set(found);
}
