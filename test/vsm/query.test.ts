import { describe, expect, test } from "vitest";
import type { LogTransaction } from "../../src/runtime/vsl/log-transaction.js";
import { parseQuery } from "../../src/runtime/vsl/query/parse-query.js";
import { QueryError } from "../../src/runtime/vsl/query/tokens.js";

function transaction(xid: number, level: number, records: Readonly<Record<string, string>>): LogTransaction {
  return {
    xid,
    level,
    parent: 0,
    type: "req",
    reason: "rxreq",
    records: Object.entries(records).map(([tag, text]) => ({ xid, tag, text, side: "c" as const })),
  };
}

const group = [
  transaction(7, 1, {
    ReqURL: "/shop?x=1",
    ReqHeader: "Host: shop.example",
    RespStatus: "404",
    Timestamp: "Resp: 1795825232.290695 1.500000 0.250000",
    VCL_Log: 'say "two words" then 0x10',
    Length: "",
  }),
  transaction(8, 2, { BerespStatus: "200", BereqURL: "/back" }),
];

describe("queries (vsl-query(7))", () => {
  test.each([
    ["ReqURL", true],
    ["respstatus", true],
    ["Resp*", true],
    ["*Status == 200", true],
    ["HitMiss", false],
    ['ReqURL eq "/shop?x=1"', true],
    ["ReqURL ne '/shop?x=1'", false],
    ['ReqURL ~ "^/shop[?]"', true],
    ['ReqURL !~ "^/shop"', false],
    ["RespStatus == 404", true],
    ["RespStatus > 404", false],
    ["RespStatus >= 0x194 and RespStatus != 405", true],
    ["RespStatus == 404.0", true],
    ["RespStatus < 4.1e2", true],
    ["ReqURL == 1", false],
    ["Timestamp:Resp[2] == 1", true],
    ["Timestamp:resp[2] > 1.4", true],
    ["Timestamp:Resp[2] > 1.5", false],
    ["Timestamp:Resp[4]", false],
    ["Timestamp:Start", false],
    ['ReqHeader:host ~ "shop"', true],
    ["ReqHeader:hos", false],
    ["VCL_Log[2] eq 'two words'", true],
    ["VCL_Log[4] == 16", true],
    ["Length", true],
    ["Length == 0", false],
    ["{1}BerespStatus", false],
    ["{2}BerespStatus", true],
    ["{1+}BerespStatus and {2-}ReqURL", true],
    ["vxid == 8", true],
    ["vxid > 8", false],
    ["RespStatus == 200 or BerespStatus == 200 and not HitMiss", true],
    ["not (RespStatus == 404 or RespStatus == 405)", false],
    ['ReqURL,BereqURL eq "/back" # behind it a comment', true],
    ["HitMiss\n\n# or\nRespStatus == 404", true],
    ["RespStatus \\\n == 404", true],
  ])("%s: %s", (query, expected) => {
    expect(parseQuery(query)(group)).toBe(expected);
  });

  test("ten thousand conditions, and patterns that reach the match limit, end nothing", () => {
    expect(parseQuery(Array.from({ length: 10_000 }, () => "RespStatus == 1").join(" or "))(group)).toBe(
      false,
    );
    const slow = transaction(9, 1, { ReqURL: `/${"a".repeat(30)}b` });
    expect(parseQuery('ReqURL ~ "^/(a+)+$"')([slow])).toBe(false);
  });

  test("capitals do not matter where that is asked for", () => {
    const query = 'ReqHeader:Host ~ "SHOP" and ReqHeader:Host eq "Shop.Example"';
    expect(parseQuery(query)(group)).toBe(false);
    expect(parseQuery(query, { caseless: true })(group)).toBe(true);
  });

  test.each([
    ["", 0, "empty"],
    ["ReqFoo", 0, 'no tag "ReqFoo"'],
    ["Resp", 0, "may be any of RespMethod"],
    ["R*q*", 0, "more than one *"],
    ["ReqURL foo", 7, "an operator"],
    ["ReqURL eq", 9, "a string, not the end"],
    ["RespStatus == many", 14, 'a number, not "many"'],
    ["ReqURL[0]", 7, "from 1"],
    ["{x}ReqURL", 1, "a level"],
    ["ReqURL ~ '('", 9, "missing closing parenthesis"],
    ["(ReqURL", 7, '")"'],
    ["ReqURL 'open", 7, "the string has no end"],
    ["ReqURL ~ /a", 9, '"/" means nothing'],
    ["vxid eq 2", 5, "behind vxid"],
    ["ReqURL ReqURL", 7, "an operator"],
    ["not not ReqURL", 4, "a tag"],
    [`${"(".repeat(5000)}ReqURL`, 100, "more than 100 parentheses"],
  ])("%s is refused, with the place", (query, position, text) => {
    let error: unknown;
    try {
      parseQuery(query);
    } catch (caught) {
      error = caught;
    }
    expect(error).toBeInstanceOf(QueryError);
    expect(error).toMatchObject({ position, message: expect.stringContaining(text) as string });
  });
});
