import { expect, test } from "vitest";
import { groupText } from "../../src/runtime/vsl/group-text.js";
import { TransactionGroups, type Grouping } from "../../src/runtime/vsl/transaction-groups.js";

/** Groups that a log of `xid tag text` lines makes. */
function groupsOf(
  grouping: Exclude<Grouping, "raw">,
  options: { readonly patience?: number; readonly most?: number } = {},
): {
  readonly texts: string[];
  readonly clock: { now: number };
  readonly groups: TransactionGroups;
  readonly add: (...lines: readonly string[]) => void;
} {
  const texts: string[] = [];
  const clock = { now: 0 };
  const groups = new TransactionGroups({
    grouping,
    now: () => clock.now,
    report: (group) => void texts.push(groupText(group, { shows: () => true }).replaceAll(/ +/g, " ")),
    ...options,
  });
  const add = (...lines: readonly string[]): void => {
    for (const line of lines) {
      const [, xid = "", tag = "", text = ""] = /^(\d+) (\w+) ?(.*)$/.exec(line) ?? [];
      groups.add({ xid: Number(xid), tag, text, side: "c" });
    }
  };
  return { texts, clock, groups, add };
}

const request = ["2 Begin req 1 rxreq", "2 Link bereq 3 fetch", "2 End"];
const fetch = ["3 Begin bereq 2 fetch", "3 End"];

test("a request is reported with its fetch, whichever ends first, and no session", () => {
  const first = groupsOf("request");
  first.add("1 Begin sess 0 HTTP/1", "1 Link req 2 rxreq", ...request);
  expect(first.texts).toEqual([]);
  first.add(...fetch, "1 End");
  const second = groupsOf("request");
  second.add(...fetch, ...request);
  const expected =
    "* << Request >> 2 \n- Begin req 1 rxreq\n- Link bereq 3 fetch\n- End \n** << BeReq >> 3 \n-- Begin bereq 2 fetch\n-- End \n\n";
  expect(first.texts).toEqual([expected]);
  expect(second.texts).toEqual([expected]);
});

test("a restart is at the level of its request, what it fetches one below", () => {
  const { texts, add } = groupsOf("request");
  add("2 Begin req 1 rxreq", "2 Link req 4 restart", "2 End");
  add("4 Begin req 2 restart", "4 Link bereq 5 fetch", "4 End", "5 Begin bereq 4 fetch", "5 End");
  expect(texts.join("").match(/^\*.*$/gm)).toEqual([
    "* << Request >> 2 ",
    "* << Request >> 4 ",
    "** << BeReq >> 5 ",
  ]);
});

test("a session is reported when it ends, with all of it", () => {
  const { texts, add } = groupsOf("session");
  add("1 Begin sess 0 HTTP/1", "1 Link req 2 rxreq", ...request, ...fetch);
  expect(texts).toEqual([]);
  add("1 End");
  expect(texts.join("").match(/^\*.*$/gm)).toEqual([
    "* << Session >> 1 ",
    "** << Request >> 2 ",
    "*** << BeReq >> 3 ",
  ]);
});

test("what does not end in time, or is too much, is reported with the reason", () => {
  const slow = groupsOf("request", { patience: 1000 });
  slow.add("2 Begin req 1 rxreq", "2 Link bereq 3 fetch", "2 End");
  slow.clock.now = 999;
  slow.groups.expire();
  expect(slow.texts).toEqual([]);
  slow.clock.now = 1001;
  slow.groups.expire();
  expect(slow.texts.join("")).toContain("-- Begin bereq 0 synth\n-- VSL timeout\n-- End synth\n");
  const many = groupsOf("vxid", { most: 2 });
  many.add("2 Begin req 1 rxreq", "3 Begin req 1 rxreq", "4 Begin req 1 rxreq");
  expect(many.texts).toEqual([
    "* << Request >> 2 \n- Begin req 1 rxreq\n- VSL store overflow\n- End synth\n\n",
  ]);
});

test("records whose beginning was not seen, and those of no transaction, are not reported", () => {
  const { texts, groups, add } = groupsOf("request");
  add("0 CLI Rd ping", "9 ReqURL /a", "9 End");
  groups.flush();
  expect(texts).toEqual([]);
});

test("a child that comes after its parent was reported says so", () => {
  const { texts, add } = groupsOf("session");
  add("1 Begin sess 0 HTTP/1", "1 End", "2 Begin req 1 rxreq", "2 End");
  expect(texts.join("").match(/^\*.*$/gm)).toEqual(["* << Session >> 1 "]);
});
