import fc from "fast-check";
import { describe, expect, test } from "vitest";
import {
  formatAddress,
  ip,
  parseAddress,
  parseIp,
  parseLooseIpv4,
  socketIp,
} from "../../src/runtime/values/index.js";

describe("addresses", () => {
  test.each([
    ["0:0:0:0:0:0:0:0", "::"],
    ["0:0:0:0:0:0:0:1", "::1"],
    ["2001:0DB8:0:0:1:0:0:1", "2001:db8::1:0:0:1"],
    ["2001:db8:0:1:1:1:1:1", "2001:db8:0:1:1:1:1:1"],
    ["1::", "1::"],
    ["1:0:0:2::", "1:0:0:2::"],
    ["fe80::1", "fe80::1"],
    ["::1.2.3.4", "::1.2.3.4"],
    ["::ffff:1.2.3.4", "1.2.3.4"],
    ["64:ff9b::1.2.3.4", "64:ff9b::102:304"],
    ["127.0.0.1", "127.0.0.1"],
  ])("%s prints as %s", (text, printed) => {
    expect(parseIp(text)?.text).toBe(printed);
  });

  test.each([
    "",
    "1.2.3",
    "1.2.3.4.5",
    "01.2.3.4",
    "256.1.1.1",
    "1.2.3.x",
    ":::",
    "1::2::3",
    "1:2:3:4:5:6:7",
    "1:2:3:4:5:6:7:8:9",
    "1:2:3:4:5:6:7:8::",
    "::12345",
    "::1.2.3",
    "1.2.3.4::",
    ":1:2:3:4:5:6:7",
  ])("%j is no address", (text) => {
    expect(parseIp(text)).toBeUndefined();
    expect(() => ip(text)).toThrow(TypeError);
  });

  test.each([
    ["1.2.3", [1, 2, 0, 3]],
    ["1", [0, 0, 0, 1]],
    ["010.0x10.1.1", [8, 16, 1, 1]],
    ["1.65536", [1, 1, 0, 0]],
  ])("the C library also reads %s", (text, bytes) => {
    expect([...(parseLooseIpv4(text) ?? [])]).toEqual(bytes);
  });
  test.each(["1.2.3.256", "256.1", "1..2", "a", "1.2.3.4.5", "09.1.1.1"])("but not %s", (text) => {
    expect(parseLooseIpv4(text)).toBeUndefined();
  });

  test("printing and reading are inverse, except for what is IPv4 in IPv6", () => {
    const address = fc.oneof(
      fc.uint8Array({ minLength: 4, maxLength: 4 }),
      fc.uint8Array({ minLength: 16, maxLength: 16 }),
      fc
        .array(fc.constantFrom(0, 0, 1, 0xffff), { minLength: 8, maxLength: 8 })
        .map((groups) => Uint8Array.from(groups.flatMap((group) => [group >> 8, group & 255]))),
    );
    fc.assert(
      fc.property(address, (bytes) => {
        const text = formatAddress(bytes);
        const back = parseAddress(text);
        if (bytes.length === 16 && !text.includes(":")) expect(back).toEqual(bytes.slice(12));
        else expect(back).toEqual(bytes);
      }),
    );
  });

  test("IPv4 over an IPv6 socket is IPv4", () => {
    const address = socketIp("::ffff:192.0.2.7", 1234);
    expect(address.text).toBe("192.0.2.7");
    expect([...address.bytes]).toEqual([192, 0, 2, 7]);
    expect(address.port).toBe(1234);
  });
});
