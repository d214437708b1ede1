import { after } from "../after.js";
import type { EsiDelivery, EsiParent, IncludeOutcome } from "./esi-delivery.js";
import type { EsiSegment } from "./esi-program.js";

/** An include that was asked for before its turn. */
interface Asked {
  readonly outcome: IncludeOutcome | Promise<IncludeOutcome>;
  /** Its turn has come. */
  grant(): void;
  /** It will not come. */
  refuse(reason: Error): void;
}

/** Asks for the next includes of a page side by side, and delivers them in their order (the parameter esi_parallel). */
export class EsiAhead {
  private readonly esi: EsiDelivery;
  private readonly parent: EsiParent;
  private readonly segments: readonly EsiSegment[];
  /** By their places among the segments. */
  private readonly asked = new Map<number, Asked>();
  /** Segments before this one have been asked for. */
  private next = 0;

  constructor(esi: EsiDelivery, parent: EsiParent, segments: readonly EsiSegment[]) {
    this.esi = esi;
    this.parent = parent;
    this.segments = segments;
  }

  /** Delivers the include at a place, when the client has what came before. */
  deliver(place: number): IncludeOutcome | Promise<IncludeOutcome> {
    this.next = Math.max(this.next, place);
    while (this.asked.size < this.esi.ahead && this.next < this.segments.length) this.ask(this.next++);
    const asked = this.asked.get(place);
    if (!asked) throw new Error(`no include at ${place}`);
    return after(this.parent.sink.flush?.(), () => {
      asked.grant();
      return after(asked.outcome, (outcome) => {
        this.asked.delete(place);
        return outcome;
      });
    });
  }

  private ask(place: number): void {
    const segment = this.segments[place];
    if (segment?.kind !== "include") return;
    let grant: () => void = () => undefined;
    let refuse: (reason: Error) => void = () => undefined;
    const turn = new Promise<void>((resolve, reject) => {
      grant = resolve;
      refuse = reject;
    });
    // An include without a body does not wait for its turn.
    turn.catch(() => undefined);
    this.asked.set(place, { outcome: this.esi.include(segment, this.parent, turn), grant, refuse });
  }

  /** No more turns come. */
  end(): void {
    for (const { refuse } of this.asked.values()) refuse(new Error("the include is not wanted any more"));
    this.asked.clear();
  }
}
