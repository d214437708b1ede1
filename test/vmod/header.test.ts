import { describe, expect, test } from "vitest";
import { header as headerOf, HttpHeaders, regex, type Req } from "../../src/runtime/index.js";
import { request } from "../../src/host/memory/index.js";
import * as header from "../../src/vmod/header/index.js";
import { makeTask } from "../support/vmod-task.js";
import { runVcl } from "../support/vmod-vcl.js";

const task = makeTask("client", "vcl_recv");

const cookies = () =>
  new HttpHeaders([
    ["Set-Cookie", "a=1"],
    ["X-Other", "x"],
    ["set-cookie", "b=2"],
    ["Set-Cookie", ""],
  ]);

const lines = (list: HttpHeaders) => list.toRaw().map(([name, value]) => `${name}: ${value}`);

describe("fields of one name", () => {
  test("append adds a field and leaves the others", () => {
    const list = cookies();
    header.append(task, headerOf(list, "Set-Cookie"), "c=3");
    header.append(task, headerOf(list, "Set-Cookie"), undefined);
    expect(list.all("set-cookie")).toEqual(["a=1", "b=2", "", "c=3", ""]);
  });

  test("append fails for what is no header field", () => {
    const list = cookies();
    expect(() => header.append(task, headerOf(list, "X"), "1\r\nEvil: 1")).toThrow("Bad header X: 1");
    expect(() => header.append(task, headerOf(list, "X Y"), "1")).toThrow("Bad header X Y: 1");
  });

  test("copy appends every value to another header, of another message too, or of the same name", () => {
    const list = cookies();
    const other = new HttpHeaders([["Old", "0"]]);
    header.copy(task, headerOf(list, "Set-Cookie"), headerOf(other, "Old"));
    expect(lines(other)).toEqual(["Old: 0", "Old: a=1", "Old: b=2", "Old: "]);
    header.copy(task, headerOf(other, "Old"), headerOf(other, "Old"));
    expect(other.size).toBe(8);
  });

  test("get finds the first value that matches, never an empty one", () => {
    const list = cookies();
    expect(header.get(task, headerOf(list, "Set-Cookie"), regex("^b="))).toBe("b=2");
    expect(header.get(task, headerOf(list, "Set-Cookie"), regex("="))).toBe("a=1");
    expect(header.get(task, headerOf(list, "Set-Cookie"), regex("^$"))).toBeUndefined();
    expect(header.get(task, headerOf(list, "Nothing"), regex("."))).toBeUndefined();
  });

  test("remove takes out those that match, never an empty one", () => {
    const list = cookies();
    header.remove(task, headerOf(list, "Set-Cookie"), regex("^(?!b=)"));
    expect(lines(list)).toEqual(["X-Other: x", "set-cookie: b=2", "Set-Cookie: "]);
    header.remove(task, headerOf(list, "Nothing"), regex(""));
    expect(list.size).toBe(3);
  });

  test("headers of a stored object cannot be changed", () => {
    const list = cookies();
    list.readOnly = true;
    expect(() => header.append(task, headerOf(list, "Set-Cookie"), "x")).toThrow("cannot be used here");
    expect(() => header.remove(task, headerOf(list, "Set-Cookie"), regex("."))).toThrow(
      "cannot be used here",
    );
  });
});

describe("regsub", () => {
  const regsub = (list: HttpHeaders, pattern: string, sub: string | undefined, all = false) => {
    header.regsub(task, { http: list } as unknown as Req, regex(pattern), sub, all);
    return lines(list);
  };

  test("works on whole lines, names included", () => {
    const list = new HttpHeaders([
      ["Foo1", "bar=x"],
      ["foo2", "BAR=x"],
      ["Other", "Foo3: bar=x"],
    ]);
    expect(regsub(list, "^(?i)Foo(\\d): (?-i)bar=(.*)$", "Bar\\1: \\2")).toEqual([
      "Bar1: x",
      "foo2: BAR=x",
      "Other: Foo3: bar=x",
    ]);
    expect(list.get("bar1")).toBe("x");
    expect(list.get("foo1")).toBeUndefined();
  });

  test("replaces the first match, or all of them", () => {
    expect(regsub(new HttpHeaders([["X", "aaa"]]), "a", "b")).toEqual(["X: baa"]);
    expect(regsub(new HttpHeaders([["X", "aaa"]]), "a", "b", true)).toEqual(["X: bbb"]);
    expect(regsub(new HttpHeaders([["X", "aaa"]]), "a+", undefined)).toEqual(["X: "]);
  });

  test("a line that is no header field any more fails", () => {
    expect(() => regsub(cookies(), ":", "")).toThrow("Bad header Set-Cookie a=1");
    expect(() => regsub(cookies(), "Set-", "Set ")).toThrow("Bad header Set Cookie: a=1");
    expect(() => regsub(cookies(), "=", "\n")).toThrow("Bad header");
  });
});

test("dyn: a header by a computed name; without a name it is never set", () => {
  const list = cookies();
  const message = { http: list } as unknown as Req;
  expect(header.get(task, header.dyn(task, message, "SET-COOKIE"), regex("b"))).toBe("b=2");
  header.append(task, header.dyn(task, message, "X-42: more"), "answer");
  expect(list.get("x-42")).toBe("answer");
  header.append(task, header.dyn(task, message, undefined), "x");
  header.append(task, header.dyn(task, message, ""), "x");
  expect(list.size).toBe(5);
});

test("in VCL: headers, messages and computed headers as arguments", async () => {
  const { instance } = await runVcl(
    { header },
    `
    sub vcl_recv {
      header.append(header.dyn(req, "X-" + 42), "one " + req.url);
      header.append(req.http.x-42, "two");
      header.regsub(req, "^(?i)x-42: o", "X-43: O");
      header.copy(req.http.x-42, req.http.copied);
      return (synth(200, req.http.x-42 + "/" + req.http.x-43 + "/" + header.get(req.http.copied, "w") + "/" + header.dyn(req, "X-43")));
    }
    sub vcl_synth {
      header.append(resp.http.Set-Cookie, "a=1"); header.append(resp.http.Set-Cookie, "b=2"); header.remove(resp.http.set-cookie, "^a=");
      header.append(resp.http.Set-Cookie, "c=3");
      return (deliver);
    }`,
  );
  const { reason, headers } = await request(instance, { url: "/u" });
  expect(reason).toBe("two/One /u/two/One /u");
  expect(headers.filter(([name]) => name === "Set-Cookie").map(([, value]) => value)).toEqual(["b=2", "c=3"]);
});
