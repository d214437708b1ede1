import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { LogRing } from "../../src/host/node/vsm/log-ring.js";
import { temporaryFolder } from "../support/cli.js";
import { recordBytes } from "../support/log-bytes.js";

const headSize = 88;
const endMarker = 0xfe454545;
const wrapMarker = 0xfe575757;

/** The texts of a ring from its beginning, as a reader walks it. */
function texts(ring: Buffer): string[] {
  const found: string[] = [];
  let at = headSize;
  for (;;) {
    const word = ring.readUInt32LE(at);
    if (word === endMarker || word === wrapMarker) return found;
    const length = word & 0xffff;
    expect(word, "no word is 0 where a record begins").not.toBe(0);
    found.push(ring.toString("latin1", at + 8, at + 8 + length - 1));
    at += 8 + Math.ceil(length / 4) * 4;
  }
}

function openRing(space: number): { readonly ring: LogRing; readonly content: () => Buffer } {
  const path = join(temporaryFolder(), "log");
  const ring = new LogRing(path, space, 1);
  onTestFinished(() => ring.close());
  return { ring, content: () => readFileSync(path) };
}

function record(text: string): Uint8Array {
  return recordBytes(1, { xid: 0, side: "-", tag: 1, text }, 1000);
}

test("an empty ring has its marker, its size and an end", () => {
  const { content } = openRing(1024);
  const bytes = content();
  expect(bytes.toString("latin1", 0, 8)).toBe("VSLHEAD1");
  expect(Number(bytes.readBigUInt64LE(8))).toBe(Math.floor((1024 - headSize) / 4 / 8));
  expect(texts(bytes)).toEqual([]);
});

test("pieces of even and odd numbers of words follow each other", () => {
  const { ring, content } = openRing(4096);
  const all = ["", "abc", "abcd", "abcdefgh", "x".repeat(50)];
  all.forEach((text, at) => {
    ring.write(record(text));
    expect(texts(content())).toEqual(all.slice(0, at + 1));
  });
});

test("each part has the place of a record, and the counter of parts goes on when the ring goes round", () => {
  const { ring, content } = openRing(1024);
  const partWords = Math.floor((1024 - headSize) / 4 / 8);
  for (let i = 0; ring.cycles < 2; i++) ring.write(record(String(i)));
  const bytes = content();
  const counter = bytes.readUInt32LE(16);
  expect(counter % 8).toBe(0);
  for (let part = 1; part < 8; part++) {
    const word = Number(bytes.readBigInt64LE(24 + part * 8));
    expect(Math.floor(word / partWords)).toBe(part);
    expect(bytes.readUInt32LE(headSize + word * 4)).not.toBe(0);
  }
});
