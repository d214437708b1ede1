import { banWords, parseBan } from "./ban-expression.js";
import type { BanLurker } from "./ban-lurker.js";
import type { BanList, BanListing } from "./ban-list.js";
import type { ObjHeads } from "./objheads.js";
import type { Persistence } from "./persistence.js";

/** Making and listing bans, over all objects and all processes that share some. */
export class Bans {
  private readonly list: BanList;
  private readonly heads: ObjHeads;
  private readonly persistence: Persistence;
  private readonly lurker: BanLurker | undefined;

  constructor(list: BanList, heads: ObjHeads, persistence: Persistence, lurker?: BanLurker) {
    this.lurker = lurker;
    this.list = list;
    this.heads = heads;
    this.persistence = persistence;
  }

  /** Adds one; answers with what is wrong with it. */
  add(expression: string | readonly string[], time?: number): string | undefined {
    if (this.persistence.inUse) return this.share(expression, time);
    const problem = this.list.add(expression, time);
    if (problem === undefined) this.lurker?.wake();
    if (problem === undefined && this.list.due) this.list.forgetUpTo(this.oldestTested());
    return problem;
  }

  /** No ban is forgotten: which objects have not been tested against it is not known here. */
  private share(expression: string | readonly string[], time = 0): string | undefined {
    const words = typeof expression === "string" ? banWords(expression) : expression;
    const parsed = parseBan(words);
    if (typeof parsed === "string") return parsed;
    this.persistence.ban(words, time);
    return undefined;
  }

  /** Those that objects or requests may still meet, newest first. */
  listing(): readonly BanListing[] {
    const refs = new Map<number, number>(this.persistence.inUse ? [[0, 0]] : []);
    for (const { bansTested } of this.heads.objects()) refs.set(bansTested, (refs.get(bansTested) ?? 0) + 1);
    return this.list.listing(refs);
  }

  private oldestTested(): number {
    let oldest = this.list.newest;
    for (const { bansTested } of this.heads.objects()) oldest = Math.min(oldest, bansTested);
    return oldest;
  }
}
