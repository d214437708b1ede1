import { regexTest } from "./query/record-test.js";
import { tagsOfList } from "./query/tag-list.js";
import type { LogRecord } from "./log-transaction.js";
import { tagNumbers } from "./tags.js";

interface Pattern {
  /** Undefined: any tag. */
  readonly tags: ReadonlySet<string> | undefined;
  readonly matches: (text: string) => boolean;
}

/** Which records of a transaction are shown: what `-i`, `-I`, `-x` and `-X` say, one after the other. */
export class RecordSelection {
  readonly #hidden = new Set<string>();
  readonly #included: Pattern[] = [];
  readonly #excluded: Pattern[] = [];
  #begun = false;

  /** `-i`, `-x`: tags with commas between. Answers with what is wrong. */
  tags(option: "i" | "x", list: string): string | undefined {
    this.#begin(option === "i");
    const found = tagsOfList(list);
    if (typeof found === "string") return found;
    for (const tag of found) {
      if (option === "i") this.#hidden.delete(tag);
      else this.#hidden.add(tag);
    }
    return undefined;
  }

  /** `-I`, `-X`: `[tags:]regular expression`. Answers with what is wrong. */
  pattern(option: "I" | "X", text: string, caseless: boolean): string | undefined {
    this.#begin(option === "I");
    const [, list, pattern = ""] = /^(?:([^:]*):)?([^]*)$/.exec(text) ?? [];
    const tags = list === undefined ? undefined : tagsOfList(list);
    if (typeof tags === "string") return tags;
    try {
      const matches = regexTest(true, pattern, caseless);
      (option === "I" ? this.#included : this.#excluded).push({ tags, matches });
      return undefined;
    } catch (error) {
      return error instanceof Error ? error.message : String(error);
    }
  }

  readonly shows = (record: LogRecord): boolean => {
    if (this.#included.some((pattern) => fits(pattern, record))) return true;
    return !this.#excluded.some((pattern) => fits(pattern, record)) && !this.#hidden.has(record.tag);
  };

  /** Who begins with what is wanted wants nothing else. */
  #begin(isWish: boolean): void {
    if (isWish && !this.#begun) for (const tag of tagNumbers(1).keys()) this.#hidden.add(tag);
    this.#begun = true;
  }
}

function fits({ tags, matches }: Pattern, { tag, text }: LogRecord): boolean {
  return (tags === undefined || tags.has(tag)) && matches(text);
}
