import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { parseBackendPattern, selectBackends } from "../../src/runtime/backend/backend-pattern.js";
import { backend, probed, SharedWorld } from "../support/shared-world.js";

/** Shared backends as a pattern sees them, by the places of each. */
function backends(...forms: readonly string[]) {
  return forms.map((fullForm) => {
    const [, name = "", inside = ""] = /^(.*)\((.*)\)$/.exec(fullForm) ?? [];
    return { identity: { name, places: (inside.split(";")[0] as string).split(","), fullForm } };
  });
}

const b1s = [
  "b1(127.0.0.1:8080,[::1]:8080)",
  "b1(127.0.0.1:8080)",
  "b1(127.0.0.1:80)",
  "b1(192.168.60.1:8080)",
  "b1(192.168.60.2:81)",
  "b1([::1]:8080)",
  "b1([2001:db8::1]:80)",
  "b1(/run/b1.sock)",
  "b1(127.0.0.1:80;via=10.0.0.1:90)",
];
const all = backends(...b1s, "b2(127.0.0.1:8080)", "b11(127.0.0.1:8080)");

function selected(pattern: string): string[] {
  const parsed = parseBackendPattern(pattern);
  if (parsed.kind === "glob") throw new Error(`${pattern} is a glob`);
  return selectBackends(parsed, all).map(({ identity }) => identity.fullForm);
}

describe("selection by the forms of the essay", () => {
  test.each([
    ["S2-26: b1() is all backends named b1", "b1()", b1s],
    ["S2-27: an IPv4 address, on any port", "b1(127.0.0.1)", [b1s[0], b1s[1], b1s[2], b1s[8]]],
    ["S2-28: a port, IPv4 or IPv6", "b1(:8080)", [b1s[0], b1s[1], b1s[3], b1s[5]]],
    ["S2-29: any of the listed addresses", "b1(192.168.60.1,192.168.60.2)", [b1s[3], b1s[4]]],
    ["S2-29: a list of things of several kinds", "b1(:81,/run/b1.sock)", [b1s[4], b1s[7]]],
    ["S2-30: an IPv6 address, on any port", "b1([::1])", [b1s[0], b1s[5]]],
    ["S2-30: an IPv6 address however written", "b1([2001:DB8:0:0::1])", [b1s[6]]],
    ["S2-30: an address with its port", "b1(192.168.60.2:81)", [b1s[4]]],
    ["S2-30: an address with a port that it does not have", "b1(192.168.60.2:80)", []],
    ["S2-31: the full form of a pair is that pair, not any of its two", b1s[0], [b1s[0]]],
    ["S2-31: the same with the addresses the other way round", "b1([::1]:8080,127.0.0.1:8080)", [b1s[0]]],
    [
      "S2-31: the full form of one address is that backend, also when a pair has the address",
      b1s[1],
      [b1s[1]],
    ],
    ["S2-31: the same for IPv6", b1s[5], [b1s[5]]],
    ["S2-31: without the transport it is the one without", "b1(127.0.0.1:80)", [b1s[2]]],
    [
      "S2-31: a pair that nobody is means any of the two",
      "b1(127.0.0.1:8080,192.168.60.2:81)",
      [b1s[0], b1s[1], b1s[4]],
    ],
    ["S2-23: a full form with its transport", b1s[8], [b1s[8]]],
    ["S2-23: a transport that nobody has selects nothing", "b1(127.0.0.1:80;via=10.0.0.2:90)", []],
    ["S2-23: a socket", b1s[7], [b1s[7]]],
    ["another name selects nothing", "b3()", []],
  ] as const)("%s", (_, pattern, expected) => {
    expect(selected(pattern as string)).toEqual(expected);
  });

  test.each([
    ["b1(", "it does not end with )"],
    ["b1)", "there is a ) without a ("],
    ["b1(1.2.3.4))", "there is more than one pair of ( )"],
    ["b1((1.2.3.4)", "there is more than one pair of ( )"],
    ["b1(1.2.3.4)x", "it does not end with )"],
    ["(1.2.3.4)", "there is no name before the ("],
    ["b1(,)", "an item is empty"],
    ["b1(1.2.3.4,)", "an item is empty"],
    ["b1(300.1.1.1)", '"300.1.1.1" is no address'],
    ["b1(example.com)", '"example.com" is no address'],
    ["b1([1.2.3.4])", '"[1.2.3.4]" is no address'],
    ["b1([::zz])", '"[::zz]" is no address'],
    ["b1(::1)", '"::1" is no address, :PORT or path; IPv6 addresses stand in [ ]'],
    ["b1(:0)", "there is no port 0"],
    ["b1(:65536)", "there is no port 65536"],
    ["b1(:http)", '":http" is no address, :PORT or path; IPv6 addresses stand in [ ]'],
    ["b1( 1.2.3.4)", '" 1.2.3.4" is no address'],
  ])("S2-36: %s is refused: %s", async (pattern, why) => {
    expect(() => parseBackendPattern(pattern)).toThrow(`Bad backend pattern ${pattern}: ${why}`);
    const w = await twoOfThem();
    const before = await w.rows();
    expect(await w.run(`backend.set_health "${pattern}" sick`)).toEqual([
      106,
      `Bad backend pattern ${pattern}: ${why}`,
    ]);
    expect(await w.rows()).toEqual(before);
  });
});

/** VCL `a`, active, with b1 and b2; VCL `b` with another b1. */
async function twoOfThem(): Promise<SharedWorld> {
  const w = new SharedWorld();
  await w.load(
    "a",
    `${backend("b1", "192.0.2.1")} ${backend("b2", "192.0.2.1")} sub vcl_recv { set req.backend_hint = b2; }`,
  );
  await w.use("a");
  await w.load("b", backend("b1", "192.0.2.2"));
  return w;
}

describe("selection by commands", () => {
  const admin = async (w: SharedWorld): Promise<Record<string, string>> =>
    Object.fromEntries((await w.rows()).map((row) => [row[0] as string, row[1] as string]));

  test("S2-23: the full form selects exactly one of a thousand", async () => {
    const w = new SharedWorld();
    const declared = Array.from({ length: 1000 }, (_, i) => backend(`b${i}`, `10.0.${i >> 8}.${i & 255}`));
    const hints = declared.map((_, i) => `set req.backend_hint = b${i};`);
    await w.load("a", `${declared.join("\n")} sub vcl_recv { ${hints.join("")} }`);
    await w.use("a");
    const rows = await w.rows("b700(10.0.2.188:80)");
    expect(rows.map((row) => [row[0], row.at(-1)])).toEqual([["a.b700", "b700(10.0.2.188:80)"]]);
    await w.run("backend.set_health b700(10.0.2.188:80) sick");
    expect(
      [...w.instance.sharedBackends].filter((one) => one.admin === "sick").map((one) => one.fullForm),
    ).toEqual(["b700(10.0.2.188:80)"]);
  });

  test("S2-24: who has one backend need not write more than its name", async () => {
    const w = new SharedWorld();
    await w.load("boot", backend("default"));
    await w.use("boot");
    expect(await w.run("backend.set_health default sick")).toEqual([200, ""]);
    expect(await admin(w)).toEqual({ "boot.default": "sick" });
    expect((await w.rows("default")).map(([name]) => name)).toEqual(["boot.default"]);
  });

  test("S2-25: a name is the only backend of that name, in whatever VCL; two or none are refused, and nothing is done", async () => {
    const w = await twoOfThem();
    expect(await w.run("backend.set_health b2 sick")).toEqual([200, ""]);
    const refusal = [
      106,
      "More than one backend is called b1:\n\tb1(192.0.2.1:80)\n\tb1(192.0.2.2:80)\nSay which by its address, or b1() for all of them",
    ];
    expect(await w.run("backend.set_health b1 sick")).toEqual(refusal);
    expect(await w.run("backend.list b1")).toEqual(refusal);
    expect(await w.run("backend.set_health b3 sick")).toEqual([106, "No Backends matches"]);
    expect(await w.run("backend.list b3")).toEqual([106, "No Backends matches"]);
    expect(await admin(w)).toEqual({ "a.b1": "healthy", "a.b2": "sick", "b.b1": "healthy" });
    await w.instance.use("b");
    await w.instance.discard("a");
    expect(await w.run("backend.set_health b1 sick")).toEqual([200, ""]);
  });

  test("S2-26 S2-27 S2-29: lists of addresses select in commands, one row for each shared backend", async () => {
    const w = await twoOfThem();
    await w.load("copy", backend("b1", "192.0.2.1"));
    const names = async (pattern: string): Promise<string[]> =>
      (await w.rows(pattern)).map(([name]) => name as string);
    expect(await names("b1()")).toEqual(["a.b1", "b.b1"]);
    expect(await names("b1(192.0.2.2)")).toEqual(["b.b1"]);
    expect(await names("b1(:80,192.0.2.2)")).toEqual(["a.b1", "b.b1"]);
    await w.run("backend.set_health b1(192.0.2.1) sick");
    expect(await admin(w)).toEqual({
      "a.b1": "sick",
      "a.b2": "healthy",
      "b.b1": "healthy",
      "copy.b1": "sick",
    });
    expect(await w.run("backend.list b1(10.0.0.1)")).toEqual([106, "No Backends matches"]);
  });

  test("S2-25: a director of the active VCL is found by its name, and told apart from a backend of that name elsewhere", async () => {
    const w = new SharedWorld();
    await w.load(
      "a",
      `import directors; ${backend("x")} sub vcl_init { new rr = directors.round_robin(); rr.add_backend(x); }
      sub vcl_recv { set req.backend_hint = rr.backend(); }`,
    );
    await w.use("a");
    expect((await w.rows("rr")).map(([name]) => name)).toEqual(["a.rr"]);
    await w.load("b", backend("rr"));
    expect(await w.run("backend.list rr")).toEqual([
      106,
      "More than one backend is called rr:\n\ta.rr\n\trr(192.0.2.1:80)\nSay which by its address, or rr() for all of them",
    ]);
  });

  test.each([
    ["*", ["a.b1", "a.b2"]],
    ["b*", ["a.b1", "a.b2"]],
    ["b[13]", ["a.b1"]],
    ["b?", ["a.b1", "a.b2"]],
    ["a.b1", ["a.b1"]],
    ["*.b1", ["a.b1", "b.b1"]],
    ["b.*", ["b.b1"]],
    ["*.*", ["a.b1", "a.b2", "b.b1"]],
    ["x*", []],
    ["b\\\\*", []],
  ])("S2-32: the glob %s selects as in varnishd, none is no mistake in a list", async (glob, expected) => {
    const w = await twoOfThem();
    expect((await w.rows(glob)).map(([name]) => name)).toEqual(expected);
  });
});

describe("how a backend is written", () => {
  test("S2-21: one text stands for a backend in lists, in the log and in the names of counters", async () => {
    const w = new SharedWorld();
    await w.load("a", backend("b1", "192.0.2.1", probed("a")));
    await w.use("a");
    await w.advance(0);
    const text = "b1(192.0.2.1:80)";
    expect((await w.rows("*"))[0]?.at(-1)).toBe(text);
    expect((await w.run("backend.list -j *"))[1]).toContain(`"shared_backend": "${text}"`);
    expect(w.host.captured.texts("Backend_health")[0]).toMatch(/^b1\(192\.0\.2\.1:80\) Went healthy /);
    expect(w.instance.sharedBackends.counters().has(`VBE.${text}.req`)).toBe(true);
    expect((await w.rows(text)).map(([name]) => name)).toEqual(["a.b1"]);
  });

  test("S2-22: IPv4 before IPv6, ports always, IPv6 in brackets", async () => {
    const w = new SharedWorld();
    w.host.names.set("b.example", ["::1", "127.0.0.1"]);
    await w.load("a", backend("b1", "b.example", '.port = "8080";'));
    expect(w.forms()).toEqual(["b1(127.0.0.1:8080,[::1]:8080)"]);
  });

  test("S2-33: names that are printed stay byte for byte when other VCLs bring backends of the same name, and go", async () => {
    const w = await twoOfThem();
    const printed = async (): Promise<unknown> => [
      (await w.rows("a.*")).map((row) => [row[0], row.at(-1)]),
      [...w.instance.sharedBackends.counters().keys()].filter((name) => /192\.0\.2\.1:/.test(name)),
    ];
    const before = await printed();
    await w.load(
      "c",
      `${backend("b1", "192.0.2.3")} ${backend("b2", "192.0.2.4")} sub vcl_recv { set req.backend_hint = b2; }`,
    );
    await w.load("copy", backend("b1", "192.0.2.1"));
    expect(await printed()).toEqual(before);
    await w.instance.discard("b", "c", "copy");
    expect(await printed()).toEqual(before);
  });

  test("S2-34: the text is made of the backend's own facts: alone or among many, it is the same", async () => {
    const alone = new SharedWorld();
    await alone.load("a", backend("b1"));
    const crowd = new SharedWorld();
    for (let i = 2; i < 20; i++) await crowd.load(`v${i}`, backend("b1", `192.0.2.${i}`));
    await crowd.load("a", backend("b1"));
    expect(crowd.forms().at(-1)).toBe(alone.forms()[0]);
  });

  test("S2-35: patterns are read by commands alone; no code that serves requests imports them", () => {
    const folder = "src/runtime";
    const importers = readdirSync(folder, { recursive: true, encoding: "utf8" })
      .filter((file) => file.endsWith(".ts"))
      .filter((file) =>
        /from "[^"]*backend-(pattern|selection)\.js"/.test(readFileSync(join(folder, file), "utf8")),
      );
    expect(importers.length).toBeGreaterThan(0);
    expect(importers.filter((file) => !file.startsWith("command"))).toEqual([]);
  });
});
