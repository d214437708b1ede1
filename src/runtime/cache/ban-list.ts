import type { CachedObject } from "./cached-object.js";
import { banWords, parseBan, type BanRequest, type BanTest } from "./ban-expression.js";

interface Ban {
  readonly number: number;
  /** When it was made, seconds since the epoch. */
  readonly time: number;
  /** Empty, like the tests, once it is completed: a newer ban covers whatever it does. */
  readonly text: string;
  readonly tests: readonly BanTest[];
  readonly completed: boolean;
}

/** A row of `ban.list`. */
export interface BanListing extends Pick<Ban, "time" | "text" | "completed"> {
  /** How many objects were tested up to it and not beyond. */
  readonly refs: number;
}

/** The bans in force, oldest first. An object is tested against a ban once, by the first request that comes across it afterwards. */
export class BanList {
  /** Number of the newest ban; objects made from now on are not covered by it. */
  newest = 0;
  /** Bans made, the first one that covers nothing among them; those that a newer one made needless; those that are forgotten. */
  readonly counts = {
    bans_added: 1,
    bans_dups: 0,
    bans_deleted: 0,
    bans_tested: 0,
    bans_tests_tested: 0,
    bans_obj_killed: 0,
  };
  private bans: Ban[];
  private tidyAt = 64;

  /** `time` is that of the first ban, which covers nothing: objects that are made before any other refer to it. */
  constructor(time = 0) {
    this.bans = [completed({ number: 0, time })];
  }

  /** How many there are. */
  get length(): number {
    return this.bans.length;
  }

  /** Forgets the oldest bans to which no object refers, and lists the others, newest first; `refs` counts objects by the ban they refer to. */
  listing(refs: ReadonlyMap<number, number>): readonly BanListing[] {
    const first = this.bans.findIndex(({ number }) => refs.has(number));
    this.keep(this.bans.slice(first < 0 ? -1 : first));
    return this.bans.map(({ number, ...ban }) => ({ ...ban, refs: refs.get(number) ?? 0 })).reverse();
  }

  /** Adds a ban, at that time, as text of VCL or as the words of a command; answers with what is wrong with it. */
  add(expression: string | readonly string[], time = 0): string | undefined {
    const parsed = parseBan(typeof expression === "string" ? banWords(expression) : expression);
    if (typeof parsed === "string") return parsed;
    // The same ban again makes the older one needless: whatever it covers, the new one covers.
    this.counts.bans_added++;
    this.bans = this.bans.map((ban) => {
      if (ban.text !== parsed.text) return ban;
      this.counts.bans_dups++;
      return completed(ban);
    });
    this.bans.push({ ...parsed, number: ++this.newest, time, completed: false });
    return undefined;
  }

  /** Whether the list has grown enough for `forgetUpTo` to be worth a walk over all objects. */
  get due(): boolean {
    return this.bans.length >= this.tidyAt;
  }

  private keep(bans: Ban[]): void {
    this.counts.bans_deleted += this.bans.length - bans.length;
    this.bans = bans;
  }

  /** Bans that cover nothing any more, and those with tests of objects and of requests. */
  get kinds(): { readonly bans_completed: number; readonly bans_obj: number; readonly bans_req: number } {
    const count = (test: (ban: Ban) => boolean): number => this.bans.filter(test).length;
    return {
      bans_completed: count(({ completed }) => completed),
      bans_obj: count(({ text }) => /(^|&& )obj\./.test(text)),
      bans_req: count(({ text }) => /(^|&& )req\./.test(text)),
    };
  }

  newerThan(object: CachedObject): boolean {
    return object.bansTested < this.newest;
  }

  /** Whether a ban that the object has not passed yet covers it; notes how far it was tested. */
  covers(object: CachedObject, request: BanRequest): boolean {
    for (let i = this.bans.length - 1; i >= 0; i--) {
      const ban = this.bans[i] as Ban;
      if (ban.number <= object.bansTested) break;
      if (ban.completed || !this.test(ban, object, request)) continue;
      this.counts.bans_obj_killed++;
      return true;
    }
    object.bansTested = this.newest;
    return false;
  }

  private test(ban: Ban, object: CachedObject, request: BanRequest): boolean {
    this.counts.bans_tested++;
    return ban.tests.every((test) => {
      this.counts.bans_tests_tested++;
      return test(object, request);
    });
  }

  /** Forgets bans that every object has passed, and those that newer ones cover. */
  forgetUpTo(oldestTested: number): void {
    this.keep(
      this.bans.filter(
        ({ number, completed }) => number === this.newest || (number > oldestTested && !completed),
      ),
    );
    this.tidyAt = Math.max(64, 2 * this.bans.length);
  }
}

function completed({ number, time }: Pick<Ban, "number" | "time">): Ban {
  return { number, time, text: "", tests: [], completed: true };
}
