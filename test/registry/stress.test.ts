import { expect, test } from "vitest";
import { stress } from "../support/stress/stress.js";

test(
  "S4-09 S4-24 S4-40 S4-55 S4-90: random operations under traffic agree with a model at every step, and leave nothing behind",
  {
    timeout: 120_000,
  },
  async () => {
    const seed = Number(process.env.STRESS_SEED ?? Date.now() % 1_000_000);
    console.log(`stress: STRESS_SEED=${seed} repeats it`);
    const { steps, answered, wrong } = await stress({
      seed,
      seconds: 10,
      directors: 1000,
      vcls: 50,
      clients: 20,
    });
    expect(wrong, `seed ${seed}`).toEqual([]);
    expect(steps).toBeGreaterThan(1000);
    expect(answered.get(200)).toBeGreaterThan(0);
  },
);
