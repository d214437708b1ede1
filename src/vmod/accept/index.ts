import type { HousekeepingTask, Task } from "../../runtime/index.js";
import { readAccept } from "./read-accept.js";

const lower = (text: string) => text.replace(/[A-Z]+/g, (letters) => letters.toLowerCase());

/** `new rule = accept.rule("…")`; accept.vcc says what it does. */
export class Rule {
  readonly #fallback: string;
  /** Choices as they were added, by their lower-case form. */
  readonly #choices = new Map<string, string>();

  private constructor(fallback: string) {
    this.#fallback = fallback;
  }

  static create(this: void, _task: HousekeepingTask, _vclName: string, fallback: string | undefined): Rule {
    return new Rule(fallback ?? "");
  }

  add(_task: Task, string: string | undefined): void {
    if (string === undefined || string === "") return;
    const key = lower(string);
    if (!this.#choices.has(key)) this.#choices.set(key, string);
  }

  remove(_task: Task, string: string | undefined): void {
    this.#choices.delete(lower(string ?? ""));
  }

  filter(_task: Task, string: string | undefined): string {
    const wanted = string === undefined ? undefined : readAccept(string);
    let best = this.#fallback;
    let bestWeight = 0;
    for (const { value, weight } of wanted ?? []) {
      if (weight <= bestWeight) continue;
      const choice = this.#choices.get(lower(value));
      if (choice === undefined) continue;
      best = choice;
      bestWeight = weight;
    }
    return best;
  }
}
