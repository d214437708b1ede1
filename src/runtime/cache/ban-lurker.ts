import type { Host, TimerHandle } from "../host.js";
import type { Parameters } from "../parameters.js";
import type { BanList, LurkRound } from "./ban-list.js";
import type { CachedObject } from "./cached-object.js";
import type { ObjHeads } from "./objheads.js";

/** What the lurker needs of the instance. */
export interface LurkerWorld {
  readonly host: Pick<Host, "now" | "setTimer" | "clearTimer" | "log">;
  readonly params: Readonly<Parameters>;
}

/** Seconds after which it looks again at the latest: the age that bans must have may be changed meanwhile. */
const longestSleep = 1;
/** Tests of bans in one turn: many bans must not keep requests waiting. */
const mostTests = 5000;

/**
 * Tests objects in the background against bans that ask nothing of a request, as Varnish's ban lurker does: what is banned gives its memory back, and bans are
 * forgotten, also where no request comes. A walk goes over all objects, some at a time. It has no timer while there is nothing to do.
 */
export class BanLurker {
  private readonly world: LurkerWorld;
  private readonly bans: BanList;
  private readonly heads: ObjHeads;
  private readonly kill: (object: CachedObject) => void;
  private timer: TimerHandle;
  private walk: Walk | undefined;

  constructor(world: LurkerWorld, bans: BanList, heads: ObjHeads, kill: (object: CachedObject) => void) {
    this.world = world;
    this.bans = bans;
    this.heads = heads;
    this.kill = kill;
  }

  /** A ban has been made. */
  wake(): void {
    this.timer ??= this.sleep(Math.min(this.world.params.ban_lurker_age, longestSleep));
  }

  stop(): void {
    this.world.host.clearTimer(this.timer);
    this.timer = undefined;
    this.walk = undefined;
  }

  private sleep(longest: number): TimerHandle {
    const { params, host } = this.world;
    const isWalking = this.walk !== undefined && params.ban_lurker_sleep > 0;
    return host.setTimer(isWalking ? params.ban_lurker_sleep : longest, () => {
      this.timer = undefined;
      if (params.ban_lurker_sleep > 0) this.work();
      else this.timer = this.sleep(longestSleep);
    });
  }

  private work(): void {
    const { host, params } = this.world;
    this.walk ??= this.begin(host.now() - params.ban_lurker_age);
    if (this.walk) this.step(this.walk, params.ban_lurker_batch);
    const wait = this.walk ? 0 : this.bans.lurkableIn(host.now() - params.ban_lurker_age);
    if (wait !== undefined) this.timer = this.sleep(Math.min(wait, longestSleep));
  }

  private begin(madeBefore: number): Walk | undefined {
    const round = this.bans.lurkable(madeBefore);
    return round && { round, objects: this.heads.current() };
  }

  private step(walk: Walk, count: number): void {
    const { host } = this.world;
    const { counts } = this.bans;
    const last = counts.bans_lurker_tested + mostTests;
    for (let done = 0; done < count && counts.bans_lurker_tested < last; done++) {
      const { value: object, done: isOver } = walk.objects.next();
      if (isOver) {
        this.bans.lurked(walk.round);
        this.walk = undefined;
        return;
      }
      if (!this.bans.lurk(object, walk.round, host.now())) continue;
      host.log.record(0, "ExpBan", `${object.xid} banned by lurker`);
      this.kill(object);
    }
  }
}

/** One round over all objects. */
interface Walk {
  readonly round: LurkRound;
  readonly objects: Iterator<CachedObject, undefined>;
}
