import { describe, expect, test } from "vitest";
import { blob as blobOf, blobToString } from "../../src/runtime/index.js";
import * as blob from "../../src/vmod/blob/index.js";
import type { Encoding } from "../../src/vmod/blob/encodings.js";
import { makeTask } from "../support/vmod-task.js";
import { request } from "../../src/host/memory/index.js";
import { runVcl } from "../support/vmod-vcl.js";

const task = makeTask("client", "vcl_recv");
const decode = (decoding: Encoding, text: string | undefined, length = 0) =>
  blob.decode(task, decoding, length, text);
const hex = (value: ReturnType<typeof decode>) => blob.encode(task, "HEX", "DEFAULT", value);
const allBytes = blobOf(Array.from({ length: 256 }, (_, code) => String.fromCharCode(code)).join(""));

describe("encodings", () => {
  test.each<[Encoding, string, string]>([
    ["IDENTITY", "foo\xff", "foo\xff"],
    ["BASE64", "\xfb\xff\xfe\x00", "+//+AA=="],
    ["BASE64URL", "\xfb\xff\xfe\x00", "-__-AA=="],
    ["BASE64URLNOPAD", "\xfb\xff\xfe\x00", "-__-AA"],
    ["BASE64CF", "\xfb\xff\xfe\x00", "-~~-AA__"],
    ["HEX", "\xfb\xff\xfe\x00", "fbfffe00"],
    ["URL", "a-z.A_Z~09 /%\xfe\x00+", "a-z.A_Z~09%20%2f%25%fe%00%2b"],
  ])("%s writes and reads", (encoding, bytes, text) => {
    expect(blob.encode(task, encoding, "DEFAULT", blobOf(bytes))).toBe(text);
    expect(blob.equal(task, decode(encoding, text), blobOf(bytes))).toBe(true);
  });

  test.each<Encoding>(["BASE64", "BASE64URL", "BASE64URLNOPAD", "BASE64CF", "HEX", "URL"])(
    "%s keeps every byte",
    (encoding) => {
      for (const length of [255, 254, 253]) {
        const bytes = blob.sub(task, allBytes, length, 1);
        expect(blob.equal(task, decode(encoding, blob.encode(task, encoding, "DEFAULT", bytes)), bytes)).toBe(
          true,
        );
      }
    },
  );

  test("a string ends at the first NUL that IDENTITY meets", () => {
    expect(blob.encode(task, "IDENTITY", "DEFAULT", decode("HEX", "666f6f00626172"))).toBe("foo");
  });

  test("nothing is an empty blob, an empty blob an empty string, and no blob no string", () => {
    for (const encoding of ["IDENTITY", "BASE64", "BASE64URLNOPAD", "HEX", "URL"] as const) {
      expect(decode(encoding, "").bytes).toHaveLength(0);
      expect(decode(encoding, undefined).bytes).toHaveLength(0);
      expect(blob.encode(task, encoding, "DEFAULT", decode("HEX", ""))).toBe("");
      expect(blob.encode(task, encoding, "DEFAULT", undefined)).toBeUndefined();
    }
  });

  test("the case of digits can be chosen for HEX and URL only", () => {
    const value = blobOf("a\xabZ");
    expect(blob.encode(task, "HEX", "UPPER", value)).toBe("61AB5A");
    expect(blob.encode(task, "URL", "UPPER", value)).toBe("a%ABZ");
    expect(blob.encode(task, "URL", "LOWER", value)).toBe("a%abZ");
    expect(() => blob.encode(task, "BASE64", "UPPER", value)).toThrow(
      "vmod blob error: case UPPER is illegal with encoding BASE64",
    );
    expect(() => blob.transcode(task, "HEX", "IDENTITY", "LOWER", 0, "61")).toThrow("case LOWER is illegal");
  });
});

describe("decoding", () => {
  test.each<[Encoding, string, string]>([
    ["BASE64", "Zg==", "66"],
    ["BASE64", "Zg=", "66"],
    ["BASE64", "Zg", "66"],
    ["BASE64", "Zm8", "666f"],
    ["BASE64", "Zm9v", "666f6f"],
    ["BASE64URLNOPAD", "Zg", "66"],
    ["HEX", "abcdef0", "0abcdef0"],
    ["HEX", "aBcDeF", "abcdef"],
    ["URL", "a%2Fb%2fc+d", "612f622f632b64"],
  ])("%s takes %j", (encoding, text, bytes) => {
    expect(hex(decode(encoding, text))).toBe(bytes);
  });

  test.each<[Encoding, string]>([
    ["BASE64", "Z"],
    ["BASE64", "="],
    ["BASE64", "Zm9v="],
    ["BASE64", "Zm9v===="],
    ["BASE64", "Zg==="],
    ["BASE64", "Zm8=="],
    ["BASE64", "Zg==Zg=="],
    ["BASE64", "Zm 8"],
    ["BASE64", "-_-_"],
    ["BASE64URL", "+/+/"],
    ["BASE64URLNOPAD", "Zg=="],
    ["BASE64CF", "Zg=="],
    ["HEX", "0x12"],
    ["HEX", "1g"],
    ["URL", "100%"],
    ["URL", "%1"],
    ["URL", "%zz"],
  ])("%s does not take %j", (encoding, text) => {
    expect(() => decode(encoding, text)).toThrow(
      `vmod blob error: cannot decode, illegal encoding beginning with "${text}"`,
    );
  });

  test("with a length, only that many characters are decoded", () => {
    expect(hex(decode("IDENTITY", "foobar", 3))).toBe("666f6f");
    expect(hex(decode("BASE64", "Zm9v!!!", 4))).toBe("666f6f");
    expect(hex(decode("HEX", "abcdef", 3))).toBe("0abc");
    expect(() => decode("HEX", "abc!", 3)).toThrow("illegal encoding");
    expect(hex(decode("URL", "%41%4", 3))).toBe("41");
    expect(() => decode("URL", "%41", 2)).toThrow("illegal encoding");
    expect(hex(decode("HEX", "abcd", 99))).toBe("abcd");
    expect(hex(decode("HEX", "abcd", -1))).toBe("abcd");
  });
});

test("transcode: from one encoding to another; to the same one it only checks", () => {
  const transcode = (from: Encoding, to: Encoding, text: string | undefined, length = 0) =>
    blob.transcode(task, from, to, "DEFAULT", length, text);
  expect(transcode("HEX", "BASE64", "666f6f")).toBe("Zm9v");
  expect(transcode("URL", "IDENTITY", "foo%20bar")).toBe("foo bar");
  expect(transcode("IDENTITY", "URL", "foo bar")).toBe("foo%20bar");
  expect(transcode("BASE64", "BASE64", "Zg")).toBe("Zg");
  expect(transcode("BASE64", "BASE64", "Zm9vZg", 6)).toBe("Zm9vZg==");
  expect(transcode("HEX", "HEX", "ABC")).toBe("0abc");
  expect(transcode("URL", "URL", "%2Fa%61")).toBe("%2faa");
  expect(transcode("HEX", "URL", undefined)).toBe("");
  expect(() => transcode("BASE64", "BASE64", "Z!")).toThrow("illegal encoding");
});

test("same, equal, length and sub", () => {
  const one = blobOf("foobar");
  const other = blobOf("foobar");
  const empty = decode("HEX", "");
  expect([blob.same(task, one, one), blob.same(task, one, other), blob.equal(task, one, other)]).toEqual([
    true,
    false,
    true,
  ]);
  expect([blob.same(task, empty, blobOf("")), blob.equal(task, empty, blobOf(""))]).toEqual([true, true]);
  expect([blob.same(task, empty, one), blob.equal(task, empty, one)]).toEqual([false, false]);
  expect([blob.same(task, undefined, undefined), blob.equal(task, undefined, empty)]).toEqual([true, false]);
  expect([blob.length(task, one), blob.length(task, empty), blob.length(task, undefined)]).toEqual([6, 0, 0]);
  expect(blobToString(blob.sub(task, one, 3, 3))).toBe(blobToString(blobOf("bar")));
  expect(blob.same(task, one, blob.sub(task, one, 6, 0))).toBe(true);
  expect(() => blob.sub(task, one, 4, 3)).toThrow(
    "vmod blob error: size 4 from offset 3 requires more bytes than blob length 6 in blob.sub()",
  );
  expect(() => blob.sub(task, empty, 0, 0)).toThrow("vmod blob error: blob is empty in blob.sub()");
  expect(() => blob.sub(task, one, -1, 0)).toThrow("size or offset negative");
});

describe("in VCL", () => {
  test("functions and objects, with positional and named arguments", async () => {
    const { instance } = await runVcl(
      { blob },
      `
      sub vcl_init { new one = blob.blob(BASE64, "Zm9vYmFy"); new two = blob.blob(encoded = "666F" + "6F", decoding = HEX); }
      sub vcl_recv {
        set req.http.a = blob.encode(blob = one.get(), encoding = HEX) + " " + two.encode(BASE64) + " " + two.encode(HEX, UPPER);
        set req.http.b = blob.transcode(decoding = BASE64, encoding = HEX, case = UPPER, encoded = "YmF" + "6");
        set req.http.c = blob.encode(BASE64, blob = blob.decode(HEX, encoded = "666f6f")) + blob.length(one.get());
        set req.http.d = blob.same(one.get(), one.get()) + blob.encode(blob = blob.sub(one.get(), 3B, 3B)) + blob.encode(blob = :Zm9v:);
        return (synth(200, req.http.a + "|" + req.http.b + "|" + req.http.c + "|" + req.http.d));
      }`,
    );
    const { reason } = await request(instance, { url: "/" });
    expect(reason).toBe("666f6f626172 Zm9v 666F6F|62617A|Zm9v6|truebarfoo");
  });

  test("an object from a wrong string refuses the load", async () => {
    const vcl = `
      sub vcl_init { new b = blob.blob(HEX, "xy"); }
      sub vcl_recv { set req.http.x = b.encode(HEX); }`;
    await expect(runVcl({ blob }, vcl)).rejects.toThrow(
      'vmod blob error: cannot create blob b, illegal encoding beginning with "xy"',
    );
  });
});
