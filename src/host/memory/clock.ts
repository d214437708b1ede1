interface Timer {
  readonly at: number;
  readonly callback: () => void;
}

/** A clock that only moves when it is told to. Seconds since the epoch. */
export class VirtualClock {
  /** Wednesday, 1 January 2025, 00:00:00 GMT */
  now = 1_735_689_600;
  private readonly timers = new Set<Timer>();

  /** How many timers there are. */
  get pending(): number {
    return this.timers.size;
  }

  set(seconds: number, callback: () => void): Timer {
    const timer = { at: this.now + seconds, callback };
    this.timers.add(timer);
    return timer;
  }

  clear(timer: unknown): void {
    this.timers.delete(timer as Timer);
  }

  /** Lets time pass up to the next timer, which fires. */
  next(): Promise<void> {
    const due = this.earliest();
    return this.advance(due ? Math.max(0, due.at - this.now) : 0);
  }

  /** Lets time pass: timers fire in their order, and what waits for them goes on before the next one. */
  async advance(seconds: number): Promise<void> {
    const end = this.now + seconds;
    for (;;) {
      await settled();
      const due = this.earliest();
      if (!due || due.at > end) break;
      this.timers.delete(due);
      this.now = Math.max(this.now, due.at);
      due.callback();
    }
    this.now = end;
    await settled();
  }

  /** The timer that fires next: of those at one time the one that was set first. */
  private earliest(): Timer | undefined {
    let found: Timer | undefined;
    for (const timer of this.timers) if (!found || timer.at < found.at) found = timer;
    return found;
  }
}

/** Resolves when everything that could go on without time passing has gone on. */
export async function settled(turns = 200): Promise<void> {
  for (let i = 0; i < turns; i++) await Promise.resolve();
}
