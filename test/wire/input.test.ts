import { expect, test } from "vitest";
import { latin1Bytes, latin1Text } from "../../src/runtime/values/blob.js";
import { Input } from "../../src/runtime/wire/input.js";

test("S3-35 S3-42 what was read and not used is kept for the next message, and nothing else of it", () => {
  const input = new Input();
  input.append(latin1Bytes(`${"x".repeat(60_000)}GET`));
  input.at = 60_000;
  expect(input.length).toBe(3);
  input.append(latin1Bytes(" /next"));
  expect([latin1Text(input.bytes), input.at]).toEqual(["GET /next", 0]);
  input.at = 4;
  expect(latin1Text(input.take())).toBe("/next");
  expect([input.length, input.bytes.length]).toEqual([0, 0]);
});

test("S3-35 a chunk behind nothing is taken as it is, without a copy", () => {
  const input = new Input();
  const chunk = latin1Bytes("GET / HTTP/1.1\r\n\r\n");
  input.append(chunk);
  expect(input.bytes).toBe(chunk);
  input.at = chunk.length;
  const next = latin1Bytes("POST");
  input.append(next);
  expect([input.bytes, input.at]).toEqual([next, 0]);
});
