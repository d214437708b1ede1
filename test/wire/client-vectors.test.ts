import { describe, expect, test } from "vitest";
import { clientVectors, expectedOfClient, runClientVector } from "../support/client-vectors.js";

describe("what clients send, as Varnish takes it", () => {
  test.each(clientVectors)("S3-13 $id $what", async (vector) => {
    expect(await runClientVector(vector)).toEqual(expectedOfClient(vector));
  });
});
