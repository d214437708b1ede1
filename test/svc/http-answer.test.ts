import { expect, test } from "vitest";
import { MemoryHost } from "vclc/host/memory";
import type { BodySink, BodySource } from "../../src/runtime/body/body.js";
import { latin1Bytes, latin1Text } from "../../src/runtime/values/blob.js";
import { ReceivedAnswer } from "../../src/vmod/svc/remote/http-answer.js";

/** An answer whose body comes in these pieces. */
function answer(pieces: readonly string[]) {
  let givenUp = 0;
  const body = {
    async pipe(sink: BodySink) {
      for (const piece of pieces) await sink.write(latin1Bytes(piece));
    },
  } as BodySource;
  const stream = { text: (chunk: Uint8Array) => latin1Text(chunk) };
  const received = new ReceivedAnswer(new MemoryHost(), {} as never, body, stream as never, () => givenUp++);
  return { received, givenUp: () => givenUp };
}

test("lines are whole however they are cut up; empty ones are none, and the last needs no end", async () => {
  const seen: (number | undefined)[] = [];
  const { received } = answer(['{"a"', ":1", '}\r\n\n{"a":2}\n{"a":', '3}\n  \n{"a":4}']);
  await received.lines((line) => seen.push(line.field("a").number()));
  expect(seen).toEqual([1, 2, 3, 4]);
});

test("lines and bodies of more than 16 MiB are given up", async () => {
  const piece = " ".repeat(1024 * 1024);
  const long = answer(Array.from({ length: 17 }, () => piece));
  const words = "longer than 16777216 bytes";
  await expect(long.received.lines(() => undefined)).rejects.toThrow(words);
  await expect(long.received.json()).rejects.toThrow(words);
  expect(long.givenUp()).toBe(2);
});
