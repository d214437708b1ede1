import { describe, expect, test } from "vitest";
import { regex, type Priv } from "../../src/runtime/index.js";
import { request } from "../../src/host/memory/index.js";
import * as cookie from "../../src/vmod/cookie/index.js";
import { makeTask } from "../support/vmod-task.js";
import { reasonOf, runVcl } from "../support/vmod-vcl.js";

const task = makeTask("client", "vcl_recv");

function parsed(header: string): Priv {
  const priv: Priv = { value: undefined };
  cookie.parse(task, priv, header);
  return priv;
}

const string = (priv: Priv) => cookie.get_string(task, priv);

describe("parse", () => {
  test.each([
    ["a=1; b=2", "a=1; b=2"],
    ["  a=1;b=2;\tc=3", "a=1; b=2; c=3"],
    ["a=1; b=2; a=3", "a=3; b=2"],
    ["a=; =2; b=3", "b=3"],
    ["a=1=2; b= 2 ", "a=1=2; b= 2 "],
    ["flag; b=2", "flag; b=2"],
    ["a=1; flag", "a=1"],
    ["a=1;;b=2", "a=1; ;b=2"],
    ["nothing", ""],
    ["a=1; ", "a=1"],
  ])("%j gives %j", (header, found) => {
    expect(string(parsed(header))).toBe(found);
  });

  test("a cookie without value becomes part of the next one's name", () => {
    expect(cookie.get(task, parsed("flag; b=2"), "flag; b")).toBe("2");
  });

  test("takes the place of the cookies there were, unless there is nothing to parse", () => {
    const priv = parsed("a=1");
    cookie.parse(task, priv, "b=2");
    expect(string(priv)).toBe("b=2");
    cookie.parse(task, priv, "");
    cookie.parse(task, priv, undefined);
    expect(string(priv)).toBe("b=2");
    cookie.parse(task, priv, "nothing");
    expect(string(priv)).toBe("");
  });

  test("a long header without any value takes no long time", () => {
    const start = performance.now();
    expect(string(parsed("a;".repeat(50_000)))).toBe("");
    expect(performance.now() - start).toBeLessThan(1000);
  });
});

describe("filter and keep", () => {
  test.each([
    ["a,c", "b=2; d=4", "a=1; c=3"],
    [" a, \tc ", "b=2; c=3; d=4", "a=1"],
    [",,b,", "a=1; c=3; d=4", "b=2"],
    ["x", "a=1; b=2; c=3; d=4", ""],
    ["", "a=1; b=2; c=3; d=4", ""],
    [undefined, "a=1; b=2; c=3; d=4", ""],
    ["A", "a=1; b=2; c=3; d=4", ""],
  ])("%j: filter leaves %j, keep leaves %j", (list, filtered, kept) => {
    const one = parsed("a=1; b=2; c=3; d=4");
    cookie.filter(task, one, list);
    expect(string(one)).toBe(filtered);
    const other = parsed("a=1; b=2; c=3; d=4");
    cookie.keep(task, other, list);
    expect(string(other)).toBe(kept);
  });

  test("filter_re and keep_re look at names", () => {
    const one = parsed("__utma=1; b=2; __utmz=3");
    cookie.filter_re(task, one, regex("^__utm."));
    expect(string(one)).toBe("b=2");
    const other = parsed("__utma=1; b=2; __utmz=3");
    cookie.keep_re(task, other, regex("^__utm."));
    expect(string(other)).toBe("__utma=1; __utmz=3");
  });
});

describe("single cookies", () => {
  test("get, isset and get_re; names are compared with case, and no name is the name of none", () => {
    const priv = parsed("ab=1; ac=2");
    expect(cookie.get(task, priv, "ac")).toBe("2");
    expect(cookie.get(task, priv, "AC")).toBeUndefined();
    expect(cookie.get(task, priv, undefined)).toBeUndefined();
    expect(cookie.isset(task, priv, "ab")).toBe(true);
    expect(cookie.isset(task, priv, "")).toBe(false);
    expect(cookie.isset(task, priv, undefined)).toBe(false);
    expect(cookie.get_re(task, priv, regex("^a"))).toBe("1");
    expect(cookie.get_re(task, priv, regex("c$"))).toBe("2");
    expect(cookie.get_re(task, priv, regex("x"))).toBeUndefined();
  });

  test("set changes a value where it stands and appends a new one; nothing empty is set", () => {
    const priv = parsed("a=1; b=2");
    cookie.set(task, priv, "a", "3");
    cookie.set(task, priv, "c", "4");
    cookie.set(task, priv, "b", "");
    cookie.set(task, priv, "b", undefined);
    cookie.set(task, priv, "", "x");
    cookie.set(task, priv, undefined, "x");
    expect(string(priv)).toBe("a=3; b=2; c=4");
  });

  test("delete and clean", () => {
    const priv = parsed("a=1; b=2; c=3");
    cookie.delete(task, priv, "b");
    cookie.delete(task, priv, "x");
    cookie.delete(task, priv, undefined);
    expect(string(priv)).toBe("a=1; c=3");
    cookie.clean(task, priv);
    expect(string(priv)).toBe("");
  });

  test("format_date is an HTTP date", () => {
    expect(cookie.format_date(task, 784_111_777, 300)).toBe("Sun, 06 Nov 1994 08:54:37 GMT");
  });
});

describe("in VCL", () => {
  test("delete and all others can be called", async () => {
    const statements = `
      cookie.parse(req.http.cookie); cookie.delete("a"); cookie.filter("b"); cookie.set("z", "26");
      set req.http.cookie = cookie.get_string();
      return (synth(200, req.http.cookie + "/" + cookie.get("c") + "/" + cookie.get("a") + "/" + cookie.isset("z")));`;
    expect(await reasonOf({ cookie }, statements, [["Cookie", "a=1; b=2; c=3"]])).toBe("c=3; z=26/3//true");
  });

  test("every task has cookies of its own: requests, and the fetches they cause", async () => {
    const { instance } = await runVcl(
      { cookie },
      `
      sub vcl_recv { set req.http.before = cookie.get_string(); cookie.parse(req.http.cookie); return (pass); }
      sub vcl_backend_fetch { set bereq.http.seen = cookie.get_string(); cookie.parse("fetch=1"); }
      sub vcl_backend_response { set beresp.http.fetch = bereq.http.seen + "," + cookie.get_string(); }
      sub vcl_deliver { set resp.http.client = req.http.before + "," + cookie.get_string(); }`,
    );
    for (const value of ["1", "2"]) {
      const { headers } = await request(instance, { url: "/", headers: [["Cookie", `a=${value}`]] });
      expect(headers).toContainEqual(["fetch", ",fetch=1"]);
      expect(headers).toContainEqual(["client", `,a=${value}`]);
    }
  });
});
