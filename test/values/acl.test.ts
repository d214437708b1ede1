import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { aclEntry, ip, ipFromBytes, makeAcl, readAclEntry } from "../../src/runtime/values/index.js";
import type { Task } from "../../src/runtime/task.js";
import type { AclEntryDefinition } from "../../src/runtime/vcl/vpi.js";

const records: string[] = [];
const task = { log: (tag: string, text: string) => records.push(`${tag} ${text}`) } as unknown as Task;

const acl = (entries: AclEntryDefinition[], options = {}) =>
  makeAcl(
    "a",
    options,
    entries.map((definition) => aclEntry(readAclEntry(definition))),
  );

describe("ACL", () => {
  test("the most specific entry wins, whatever the order", () => {
    for (const entries of [
      [["10.0.0.0", 8], ["!10.1.0.0", 16], ["10.1.2.3"]],
      [["10.1.2.3"], ["!10.1.0.0", 16], ["10.0.0.0", 8]],
    ] as AclEntryDefinition[][]) {
      const a = acl(entries);
      const verdict = (text: string) => a.matches(task, ip(text));
      expect(["10.0.0.0", "10.255.255.255", "10.1.2.3", "10.2.0.0"].map(verdict)).toEqual([
        true,
        true,
        true,
        true,
      ]);
      expect(["10.1.0.0", "10.1.2.2", "10.1.2.4", "10.1.255.255"].map(verdict)).toEqual([
        false,
        false,
        false,
        false,
      ]);
      expect(["9.255.255.255", "11.0.0.0", "::1"].map(verdict)).toEqual([false, false, false]);
    }
  });

  test("an empty ACL matches nothing", () => {
    expect(acl([]).matches(task, ip("1.2.3.4"))).toBe(false);
    expect(acl([]).matches(task, ip("::"))).toBe(false);
  });

  test("0.0.0.0/0 covers every IPv4 address and no IPv6 address, mapped ones neither", () => {
    const a = acl([["0.0.0.0", 0]]);
    expect(a.matches(task, ip("255.255.255.255"))).toBe(true);
    expect(a.matches(task, ip("0.0.0.0"))).toBe(true);
    expect(a.matches(task, ip("::ffff:1.2.3.4"))).toBe(false);
  });

  test("net notation gives the mask by its octets", () => {
    const a = acl([["192.168"], ["10"]]);
    expect(a.matches(task, ip("192.168.200.1"))).toBe(true);
    expect(a.matches(task, ip("192.169.0.1"))).toBe(false);
    expect(a.matches(task, ip("10.99.1.1"))).toBe(true);
  });

  test("bits behind the mask do not count", () => {
    expect(acl([["10.1.2.3", 8]]).matches(task, ip("10.9.9.9"))).toBe(true);
  });

  test("+log writes one record for each match", () => {
    records.length = 0;
    const a = acl([["10.0.0.0", 8], ["!10.1.0.0/16"], ["?::1"]], { log: true });
    for (const text of ["10.2.2.2", "10.1.2.2", "::1", "1.1.1.1"]) a.matches(task, ip(text));
    expect(records).toEqual([
      'VCL_acl MATCH a "10.0.0.0"/8',
      'VCL_acl NEG_MATCH a "10.1.0.0/16"',
      'VCL_acl MATCH a "::1"',
      "VCL_acl NO_MATCH a",
    ]);
  });

  test("a NULL address fails the task", () => {
    expect(() => acl([]).matches(task, undefined)).toThrow("Cannot match a null IP");
  });

  test("a host name is left to the look-up, with its flags and mask", () => {
    expect(readAclEntry(["!?example.com", 24])).toMatchObject({
      negated: true,
      optional: true,
      address: "example.com",
      mask: 24,
      text: '"example.com"/24',
      bytes: undefined,
    });
    const entry = aclEntry(readAclEntry(["example.com"]), "192.0.2.1");
    expect(makeAcl("h", {}, [entry]).matches(task, ip("192.0.2.1"))).toBe(true);
  });

  test("agrees with a search through all entries", () => {
    const byte = fc.constantFrom(0, 1, 127, 128, 254, 255);
    const address = (width: number) => fc.array(byte, { minLength: width, maxLength: width });
    const entry = (width: number) =>
      fc.record({
        bytes: address(width),
        mask: fc.integer({ min: 0, max: width * 8 }),
        negated: fc.boolean(),
      });
    for (const width of [4, 16]) {
      fc.assert(
        fc.property(
          fc.uniqueArray(entry(width), {
            maxLength: 12,
            selector: (e) => bits(e.bytes).slice(0, e.mask) + "/",
          }),
          fc.array(address(width), { minLength: 5, maxLength: 20 }),
          (entries, subjects) => {
            const a = makeAcl(
              "a",
              {},
              entries.map((e) => ({ ...e, bytes: Uint8Array.from(e.bytes), text: "" })),
            );
            // Every border is a subject too.
            for (const subject of [...subjects, ...entries.map((e) => e.bytes)]) {
              const best = entries
                .filter((e) => bits(subject).startsWith(bits(e.bytes).slice(0, e.mask)))
                .sort((x, y) => y.mask - x.mask)[0];
              expect(a.matches(task, ipFromBytes(Uint8Array.from(subject)))).toBe(
                best !== undefined && !best.negated,
              );
            }
          },
        ),
      );
    }
  });
});

function bits(bytes: readonly number[]): string {
  return bytes.map((byte) => byte.toString(2).padStart(8, "0")).join("");
}
