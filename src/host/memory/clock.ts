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
    const times = [...this.timers].map(({ at }) => at);
    return this.advance(times.length === 0 ? 0 : Math.max(0, Math.min(...times) - this.now));
  }

  /** Lets time pass: timers fire in their order, and what waits for them goes on before the next one. */
  async advance(seconds: number): Promise<void> {
    const end = this.now + seconds;
    for (;;) {
      await settled();
      const due = [...this.timers].filter((timer) => timer.at <= end).sort((a, b) => a.at - b.at)[0];
      if (!due) break;
      this.timers.delete(due);
      this.now = Math.max(this.now, due.at);
      due.callback();
    }
    this.now = end;
    await settled();
  }
}

/** Resolves when everything that could go on without time passing has gone on. */
export async function settled(turns = 200): Promise<void> {
  for (let i = 0; i < turns; i++) await Promise.resolve();
}
