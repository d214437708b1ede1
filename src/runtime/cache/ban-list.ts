import type { CachedObject } from "./cached-object.js";
import { parseBan, type BanRequest, type BanTest } from "./ban-expression.js";

interface Ban {
  readonly number: number;
  /** When it was made, seconds since the epoch. */
  readonly time: number;
  readonly text: string;
  readonly tests: readonly BanTest[];
}

/** The bans in force, oldest first. An object is tested against a ban once, by the first request that comes across it afterwards. */
export class BanList {
  /** Number of the newest ban; objects made from now on are not covered by it. */
  newest = 0;
  private bans: Ban[] = [];
  private tidyAt = 64;

  /** The expressions in force, newest first. */
  get list(): readonly string[] {
    return this.bans.map((ban) => ban.text).reverse();
  }

  /** The bans in force, newest first. */
  get entries(): readonly Pick<Ban, "number" | "time" | "text">[] {
    return [...this.bans].reverse();
  }

  /** Adds a ban, at that time; answers with what is wrong with the expression. */
  add(expression: string, time = 0): string | undefined {
    const tests = parseBan(expression);
    if (typeof tests === "string") return tests;
    // The same ban again makes the older one needless: whatever it covers, the new one covers.
    this.bans = this.bans.filter((ban) => ban.text !== expression);
    this.bans.push({ number: ++this.newest, time, text: expression, tests });
    return undefined;
  }

  /** Whether the list has grown enough for `forgetUpTo` to be worth a walk over all objects. */
  get due(): boolean {
    return this.bans.length >= this.tidyAt;
  }

  newerThan(object: CachedObject): boolean {
    return object.bansTested < this.newest;
  }

  /** Whether a ban that the object has not passed yet covers it; notes how far it was tested. */
  covers(object: CachedObject, request: BanRequest): boolean {
    for (let i = this.bans.length - 1; i >= 0; i--) {
      const ban = this.bans[i] as Ban;
      if (ban.number <= object.bansTested) break;
      if (ban.tests.every((test) => test(object, request))) return true;
    }
    object.bansTested = this.newest;
    return false;
  }

  /** Forgets bans that every object has passed. */
  forgetUpTo(oldestTested: number): void {
    this.bans = this.bans.filter((ban) => ban.number > oldestTested);
    this.tidyAt = Math.max(64, 2 * this.bans.length);
  }
}
