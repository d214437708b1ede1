import { describe, expect, test } from "vitest";
import {
  comparable,
  expectedOfOrigin,
  notOfTheWire,
  originVectors,
  runOriginVector,
} from "../support/origin-vectors.js";

describe("what origins send, as Varnish takes it", () => {
  for (const vector of originVectors) {
    if (notOfTheWire.has(vector.id)) continue;
    test(`S3-13 ${vector.id} ${vector.what}`, async () => {
      const seen = await runOriginVector(vector);
      expect(comparable(vector, seen)).toEqual(comparable(vector, expectedOfOrigin(vector)));
    });
  }
});
