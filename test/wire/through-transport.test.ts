import { expect, test } from "vitest";
import { outcome } from "../support/fuzz/client-wire.js";
import { changedMessage, pieces, responseSeeds } from "../support/fuzz/messages.js";
import { inverted } from "../support/inverted-transport.js";
import { Random } from "../support/random.js";

test("S3-13 S3-14 the same answers, right and wrong ones, are read alike over plain streams and through what a module puts between", async () => {
  const random = new Random(20);
  const readings = new Set<string>();
  for (let round = 0; round < 1000; round++) {
    const text =
      round < responseSeeds.length ? (responseSeeds[round] as string) : changedMessage(responseSeeds, random);
    const parts = pieces(text, random);
    const ends = random.below(2) === 0;
    const plain = await outcome(parts, "GET", ends);
    expect(await outcome(parts, "GET", ends, inverted)).toEqual(plain);
    expect(plain.problem).toBeUndefined();
    readings.add(plain.reading);
  }
  expect(readings.size).toBeGreaterThan(30);
});
