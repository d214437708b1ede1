import { describe, expect, test } from "vitest";
import { loadJavaScript } from "../../src/codegen/load.js";
import * as runtime from "../../src/runtime/index.js";
import type { ClientTask, Vpi } from "../../src/runtime/index.js";
import * as std from "../../src/vmod/std/index.js";
import { compiledToLoad } from "../support/compile.js";

const vpi = {
  noBackend: () => undefined,
  useDefaultBackend: () => undefined,
  defaultBackend: () => undefined,
  fail: () => "fail",
} as unknown as Vpi;

/** Runs statements in vcl_recv of a request with the headers A = "a", Empty = "" and Ten = "10"; answers with the header R and the action. */
function run(statements: string): { readonly R: string | undefined; readonly action: unknown } {
  const output = compiledToLoad(
    `vcl 4.1; import std; backend default none; sub vcl_recv { std.log(""); ${statements} }`,
  );
  const body = loadJavaScript(output, { runtime, vmods: new Map([["std", std]]) }).load(vpi);
  const http = new runtime.HttpHeaders([
    ["A", "a"],
    ["Empty", ""],
    ["Ten", "10"],
  ]);
  const req = {
    http,
    url: "/url",
    method: "GET",
    restarts: 7,
    ttl: 1.5,
    grace: -1,
    time: 0,
    hash_always_miss: false,
  };
  const client = { ip: runtime.ip("192.0.2.1"), identity: undefined };
  const task = { req, client, now: 0, log: () => undefined } as unknown as ClientTask;
  const action = body.vcl_recv?.(task);
  return { R: http.get("r"), action };
}

/** What an expression is as text. */
function text(expression: string): string | undefined {
  return run(`set req.http.R = ${expression};`).R;
}

/** Whether a condition holds. */
function holds(condition: string): boolean {
  return run(`if (${condition}) { set req.http.R = "1"; }`).R === "1";
}

describe("an unset string (language facts, 7.1)", () => {
  test.each([
    ['req.http.None == "a"', false],
    ["req.http.None == req.http.None", false],
    ["req.http.None != req.http.None", true],
    ['req.http.None != "a"', true],
    ['req.http.None < "a"', false],
    ['req.http.None <= "a"', false],
    ['req.http.None > "a"', true],
    ['"a" > req.http.None', true],
    ['req.http.None + "a" == "a"', true],
    ['req.http.None + "" == req.http.Nothing', true],
    ['req.http.None ~ "^$"', true],
    ["req.http.None", false],
    ["!req.http.None", true],
    ["req.http.Empty", true],
    ['req.http.None + ""', true],
    ["req.http.None + req.http.Nothing", false],
    ["req.http.None + req.http.A", true],
  ] as const)("%s is %s", (condition, expected) => {
    expect(holds(condition)).toBe(expected);
  });

  test("is an empty header when set, and nothing inside a concatenation", () => {
    expect(text("req.http.None")).toBe("");
    expect(text('"x" + req.http.None + "y"')).toBe("xy");
    expect(run('set req.http.R = "x"; set req.http.R += req.http.None;').R).toBe("x");
  });

  test("substitutes as an empty string", () => {
    expect(text('regsub(req.http.None, "^", "x")')).toBe("x");
  });
});

describe("values as text", () => {
  test.each([
    ["1+1", "2"],
    ['"a"+1+1', "a11"],
    ['1+1+"a"', "2a"],
    ['"a" + (1 + 1)', "a2"],
    ["1s + 1", "1.0001"],
    ["1.5", "1.500"],
    ["10s", "10.000"],
    ["req.ttl", "1.500"],
    ["true", "true"],
    ["client.ip", "192.0.2.1"],
    ["-req.restarts + 1", "-8"],
    ["-7 / 2", "-3"],
    ["-7 % 3", "-1"],
    ["req.restarts / 2 * 2", "6"],
    ["now", "Thu, 01 Jan 1970 00:00:00 GMT"],
    ["req.backend_hint", ""],
    ['"ä"', "\u00c3\u00a4"],
    ['{"a"b"}', 'a"b'],
    ["req.http.A.upper() + req.method.lower()", "Aget"],
    ['regsuball("abc", "[ac]", "\\0\\0")', "aabcc"],
  ])("%s is %j", (expression, expected) => {
    expect(text(expression)).toBe(expected);
  });
});

describe("conditions", () => {
  test.each([
    ["req.restarts", true],
    ["!req.restarts", false],
    ["req.grace", false],
    ["req.ttl", true],
    ["req.backend_hint", false],
    ["req.backend_hint == default", true],
    ['! req.method == "POST"', true],
    ["req.hash_always_miss || req.http.A && !req.http.None", true],
    ['client.ip == "192.0.2.1"', true],
    ['client.ip != "192.0.2.1"', false],
    ["0", false],
    ['""', true],
    ["1 < 2", true],
    ["std.integer(req.http.Ten, 0) * 2 == 20", true],
    ['(req.url == "/url") == (req.method == "GET")', true],
  ] as const)("%s is %s", (condition, expected) => {
    expect(holds(condition)).toBe(expected);
  });
});

describe("failures", () => {
  test("division by zero fails the task", () => {
    expect(() => run("if (1 / (req.restarts - 7) == 1) {}")).toThrow(runtime.VclFailure);
  });
});

describe("control flow", () => {
  test("the first arm that holds is taken, whatever its keyword", () => {
    const arms = (first: string, second: string) =>
      `if (${first}) { set req.http.R = "1"; } elsif (${second}) { set req.http.R = "2"; } else { set req.http.R = "3"; }`;
    expect(run(arms("true", "true")).R).toBe("1");
    expect(run(arms("false", "true")).R).toBe("2");
    expect(run(arms("false", "false")).R).toBe("3");
  });

  test("an action ends all bodies of the sub", () => {
    const { R, action } = run('return (pass); } sub vcl_recv { set req.http.R = "never";');
    expect({ R, action }).toEqual({ R: undefined, action: "pass" });
  });

  test("an action of a called sub ends its caller; a plain return does not", () => {
    const called = (body: string) => run(`call other; set req.http.R = "after"; } sub other { ${body}`);
    expect(called("return (pipe);")).toEqual({ R: undefined, action: "pipe" });
    expect(called("return;")).toEqual({ R: "after", action: undefined });
  });
});

describe("a chain of more arms than JavaScript's readers can nest", () => {
  const arms = (count: number, body: (index: number) => string, test = "req.http.A == ") =>
    Array.from({ length: count }, (_, index) => `if (${test}"${index}") { ${body(index)} }`).join(" else ");
  const chain = `${arms(500, (index) => (index % 2 === 0 ? `set req.http.R = "${index}";` : "return (hash);"))}
    elsif (req.http.A == "a") { ${arms(450, (index) => `set req.http.R = "inner ${index}";`, "req.http.B == ")} }
    else { set req.http.R = "else"; }
    set req.http.R = req.http.R + " end";`;
  const given = (a: string, b = "") => run(`set req.http.A = "${a}"; set req.http.B = "${b}"; ${chain}`);

  test("runs its one arm and goes on behind itself", () => {
    expect(given("0").R).toBe("0 end");
    expect(given("498").R).toBe("498 end");
    expect(given("x").R).toBe("else end");
  });

  test("may return from an arm, and stand in an arm of another one", () => {
    expect(given("499").action).toBe("hash");
    expect(given("a", "449").R).toBe("inner 449 end");
    expect(given("a", "none").R).toBe("end");
  });
});

describe("switching", () => {
  test("S4-89: return (dispatch(…)) calls the one function, return (vcl(…)) the other, each with the label that is bound once at load", () => {
    const output = compiledToLoad(`vcl 4.1; backend default none; sub vcl_recv {
      if (req.url == "/d") { return (dispatch(a)); }
      if (req.url == "/e") { return (dispatch(b)); }
      if (req.url == "/v") { return (vcl(a)); }
    }`);
    const calls: string[] = [];
    const recording = {
      ...vpi,
      label: (name: string) => (calls.push(`bind ${name}`), name),
      dispatch: (_: ClientTask, label: string) => (calls.push(`dispatch ${label}`), "dispatch"),
      select: (_: ClientTask, label: string) => (calls.push(`vcl ${label}`), "vcl"),
    } as unknown as Vpi;
    const body = loadJavaScript(output, { runtime, vmods: new Map() }).load(recording);
    expect(calls).toEqual(["bind a", "bind b"]);
    const actions = ["/d", "/e", "/v", "/"].map((url) =>
      body.vcl_recv?.({ kind: "client", req: { url } } as unknown as ClientTask),
    );
    expect(calls.slice(2)).toEqual(["dispatch a", "dispatch b", "vcl a"]);
    expect(actions).toEqual(["dispatch", "dispatch", "vcl", undefined]);
  });
});
