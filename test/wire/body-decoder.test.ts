import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { latin1Bytes, latin1Text } from "../../src/runtime/values/blob.js";
import {
  ChunkedDecoder,
  CloseDecoder,
  LengthDecoder,
  type BodyDecoder,
} from "../../src/runtime/wire/body-decoder.js";
import { Input } from "../../src/runtime/wire/input.js";

/** What a decoder makes of pieces: the body, what it left, and how it stands. */
function decode(decoder: BodyDecoder, pieces: readonly string[]) {
  const input = new Input();
  let body = "";
  for (const piece of pieces) {
    input.append(latin1Bytes(piece));
    for (let part = decoder.next(input); part; part = decoder.next(input)) body += latin1Text(part);
  }
  return { body, rest: latin1Text(input.take()), done: decoder.done, failure: decoder.failure };
}

describe("chunks", () => {
  test.each([
    ["5\r\nhello\r\n0\r\n\r\n", "hello"],
    ["5\nhello\n0\n\n", "hello"],
    ["  0005 \t\r\nhello\r\n000\r\n\r\n", "hello"],
    ["a\r\n0123456789\r\nA\r\n0123456789\r\n0\r\n\r\n", "01234567890123456789"],
    ["0\r\n\r\n", ""],
    [`${"0".repeat(40)}1\r\nx\r\n0\r\n\r\n`, "x"],
  ])("%j is whole", (text, body) => {
    expect(decode(new ChunkedDecoder(), [text])).toEqual({ body, rest: "", done: true, failure: undefined });
  });

  test.each([
    ["zz\r\n", "chunked header non-hex"],
    ["-5\r\nhello", "chunked header non-hex"],
    ["\r\n", "chunked header non-hex"],
    ["5;a=b\r\nhello\r\n0\r\n\r\n", "chunked header no NL"],
    ["0x5\r\nhello\r\n", "chunked header no NL"],
    ["5\rhello", "chunked header no NL"],
    [`${"1".repeat(20)}\r\n`, "chunked header too long"],
    ["8000000000000000\r\n", "bogusly large chunk size"],
    ["10000000000000000\r\n", "bogusly large chunk size"],
    ["3\r\nhello\r\n", "chunked tail no NL"],
    ["0\r\nX-T: 1\r\n\r\n", "chunked tail no NL"],
  ])("%j fails: %s", (text, failure) => {
    const got = decode(new ChunkedDecoder(), [text]);
    expect([got.failure, got.done]).toEqual([failure, false]);
  });

  test("the largest size of 63 bits is taken", () => {
    expect(decode(new ChunkedDecoder(), ["7fffffffffffffff\r\nabc"]).failure).toBeUndefined();
  });

  test("what is behind the last chunk is left for the next message", () => {
    expect(decode(new ChunkedDecoder(), ["1\r\nx\r\n0\r\n\r\nGET /"]).rest).toBe("GET /");
  });

  test("any split of the bytes gives the same", () => {
    const cut = fc.array(fc.nat(60), { maxLength: 8 });
    const text = fc.oneof(
      fc.constant("5\r\nhello\r\n1f\r\n0123456789012345678901234567890\r\n0\r\n\r\nrest"),
      fc.stringMatching(/^[0-9a-f \r\n;x]{0,40}$/),
    );
    fc.assert(
      fc.property(text, cut, (whole, cuts) => {
        const places = [0, ...cuts.filter((at) => at < whole.length).sort((a, b) => a - b), whole.length];
        const pieces = places.slice(1).map((end, i) => whole.slice(places[i], end));
        const [once, split] = [decode(new ChunkedDecoder(), [whole]), decode(new ChunkedDecoder(), pieces)];
        expect({ ...split, rest: "" }).toEqual({ ...once, rest: "" });
      }),
    );
  });

  test.each([
    ["5\r\nhel", "chunked insufficient bytes"],
    ["5\r\nhello\r\n", "chunked read err"],
    ["5", "chunked read err"],
    ["", "chunked read err"],
  ])("an end after %j is %s", (text, failure) => {
    const decoder = new ChunkedDecoder();
    decode(decoder, [text]);
    expect(decoder.cut()).toBe(failure);
  });
});

describe("bodies by length and until the end", () => {
  test("a length is taken to the byte", () => {
    expect(decode(new LengthDecoder(5), ["he", "llo", "GET"])).toEqual({
      body: "hello",
      rest: "GET",
      done: true,
      failure: undefined,
    });
    const short = new LengthDecoder(5);
    decode(short, ["hel"]);
    expect([short.done, short.cut()]).toEqual([false, "straight insufficient bytes"]);
  });

  test("the end of the connection is a good end, a reset is none", () => {
    const [good, bad] = [new CloseDecoder(), new CloseDecoder()];
    expect(decode(good, ["abc"]).body).toBe("abc");
    expect([good.cut(false), good.done]).toEqual([undefined, true]);
    expect([bad.cut(true), bad.done]).toEqual(["eof socket fail", false]);
  });
});
