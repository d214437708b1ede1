import { describe, expect, test } from "vitest";
import {
  expectedOfOrigin,
  notOfTheWire,
  originVectors,
  race,
  runOriginVector,
} from "../support/origin-vectors.js";

describe("what origins send, as Varnish takes it", () => {
  for (const vector of originVectors) {
    if (notOfTheWire.has(vector.id)) continue;
    test(`S3-13 ${vector.id} ${vector.what}`, async () => {
      const seen = await runOriginVector(vector);
      const wanted = expectedOfOrigin(vector);
      if (race.has(vector.id) || vector.truncated) {
        expect({ ...seen, status: 0, body: "" }).toEqual({ ...wanted, status: 0, body: "" });
      } else expect(seen).toEqual(wanted);
    });
  }
});
