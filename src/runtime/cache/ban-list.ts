import { HttpHeaders } from "../http/index.js";
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
  /** It asks something of the request that comes across an object. */
  readonly ofRequests: boolean;
}

/** A row of `ban.list`. */
export interface BanListing extends Pick<Ban, "time" | "text" | "completed"> {
  /** How many objects were tested up to it and not beyond. */
  readonly refs: number;
}

/** One round of bans over all objects, in the background. */
export interface LurkRound {
  /** Oldest first. */
  readonly due: readonly Ban[];
  /** Bans that the round does not test, oldest first, each with the one before it. No object gets past one of those. */
  readonly stops: readonly { readonly at: number; readonly before: number }[];
  /** The oldest ban that an object still refers to, of those that have been seen. */
  oldest: number;
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
    bans_lurker_tested: 0,
    bans_lurker_tests_tested: 0,
    bans_lurker_obj_killed: 0,
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
    this.bans.push({
      ...parsed,
      number: ++this.newest,
      time,
      completed: false,
      ofRequests: isAbout("req", parsed.text),
    });
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
      bans_obj: count(({ text }) => isAbout("obj", text)),
      bans_req: count(({ ofRequests }) => ofRequests),
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

  /** A round over all objects with the bans made until then that can be tested without a request; undefined where there are none. */
  lurkable(madeUntil: number): LurkRound | undefined {
    const isDue = ({ time, completed, ofRequests }: Ban): boolean =>
      !completed && !ofRequests && time <= madeUntil;
    const due = this.bans.filter(isDue);
    if (due.length === 0) return undefined;
    const stops = this.bans.flatMap((ban, at) =>
      ban.completed || isDue(ban) ? [] : [{ at: ban.number, before: this.bans[at - 1]?.number ?? 0 }],
    );
    return { due, stops: [...stops, { at: this.newest + 1, before: this.newest }], oldest: this.newest };
  }

  /** Seconds until there is the next such ban; undefined where there is none. */
  lurkableIn(madeUntil: number): number | undefined {
    const next = this.bans.find(({ completed, ofRequests }) => !completed && !ofRequests);
    return next && Math.max(0, next.time - madeUntil);
  }

  /** Whether a ban of the round covers an object; if not, it refers then to the newest one up to which every ban has been tested. */
  lurk(object: CachedObject, round: LurkRound, time: number): boolean {
    const { due, stops } = round;
    for (let i = due.length - 1; i >= 0; i--) {
      const ban = due[i] as Ban;
      if (ban.number <= object.bansTested) break;
      this.counts.bans_lurker_tested++;
      const isCovered = ban.tests.every((test) => {
        this.counts.bans_lurker_tests_tested++;
        return test(object, { time, url: "", http: noFields });
      });
      if (!isCovered) continue;
      this.counts.bans_lurker_obj_killed++;
      return true;
    }
    const stop = stops.find(({ at }) => at > object.bansTested);
    object.bansTested = Math.max(object.bansTested, stop?.before ?? 0);
    round.oldest = Math.min(round.oldest, object.bansTested);
    return false;
  }

  /** The round is over: its bans cover nothing more, and those go that are older than any that an object refers to. */
  lurked({ due, oldest }: LurkRound): void {
    const done = new Set(due.map(({ number }) => number));
    const bans = this.bans.map((ban) => (done.has(ban.number) ? completed(ban) : ban));
    this.keep(bans.filter(({ number }) => number >= oldest || number === this.newest));
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

function isAbout(what: "obj" | "req", text: string): boolean {
  return new RegExp(`(^|&& )${what}\\.`).test(text);
}

/** Bans that are tested without a request ask for no field. */
const noFields = new HttpHeaders();

function completed({ number, time }: Pick<Ban, "number" | "time">): Ban {
  return { number, time, text: "", tests: [], completed: true, ofRequests: false };
}
