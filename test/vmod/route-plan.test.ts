import { describe, expect, test } from "vitest";
import { hostEntriesOf } from "../../src/vmod/routing/host-entries.js";
import { takeRoutes } from "../../src/vmod/routing/route-config.js";
import { knownHosts, planOf, planRoutes } from "../../src/vmod/routing/route-plan.js";
import { RouteTable } from "../../src/vmod/routing/route-table.js";
import { readConfig } from "../../src/vmod/svc/read-config.js";

const names = ["a.com", "*.b.com", "c", "*", "D.com", "x-y.z"];

/** All that a table says of some hosts. */
function told(table: RouteTable): unknown {
  const hosts = ["a.com", "x.b.com", "b.com", "c", "d.com", "x-y.z", "other"].map((name) => {
    const host = table.hostOf(name);
    return host && [host.host, host.routes.map(({ config }) => config)];
  });
  return { hosts, fallback: table.fallback?.config, labels: table.labels("f").map(({ label }) => label) };
}

const whole = (text: string): RouteTable => new RouteTable(planOf(readConfig(text, takeRoutes)), text);
const plain = (value: unknown): unknown => JSON.parse(JSON.stringify(value));

const files: [string, string][] = [
  ["JSON", JSON.stringify(jsonFile())],
  ["JSON on lines", JSON.stringify(jsonFile(), undefined, 2)],
  [
    "YAML",
    `# routes
groups:
  g: { endpoints: [a] }
hosts:
  # the first
  a.com:
    - { match: { path: { prefix: /p } }, label: l1 }

    - label: "l: 2"
      set_headers: { X: "# no comment" }
  "*.b.com":
  - label: l1
    group: g
  - redirect: { path: /a }
  'c': [{ label: l3 }]
  "*": []
  D.com:
    - label: >-
        l4
      priority: 2
    - { label: l5,
        priority: 3 }
  x-y.z: [{ label: l6 }]
default: { label: last }
`,
  ],
  [
    "YAML with other line ends",
    "groups: {}\r\nhosts:\r\n  a.com:\r\n    - label: x\r\n  c:\r\n    - label: y\r\n",
  ],
];

function jsonFile(): object {
  const routes = (at: number): object[] => [
    { label: `l${at}`, match: { path: { exact: '/"{[:,' } }, priority: at },
    { label: "l0", group: "g", name: "\\" },
  ];
  const hosts = Object.fromEntries(names.map((name, at) => [name, routes(at)]));
  return { groups: { g: { endpoints: ["a"] } }, hosts, default: { label: "last" } };
}

describe("a file read host by host", () => {
  test.each(files)("says what it says as a whole: %s", (_, text) => {
    const plan = planRoutes(text);
    expect(plan.form).not.toBe("read");
    expect(plain(told(new RouteTable(plan, text)))).toEqual(plain(told(whole(text))));
  });

  test.each(files)("says the same once a host of it has changed: %s", (_, text) => {
    const known = knownHosts(planRoutes(text));
    const label = /l6|l3|y/.exec(text)?.[0] ?? "";
    for (const changed of [text.replace(label, "changed"), text.replace("a.com", "new.com"), text]) {
      const plan = planOrReason(changed, known);
      expect(plan).toEqual(planOrReason(changed, undefined));
    }
  });

  test("groups that are no longer there are missed in hosts that have not changed", () => {
    const text = "groups: { g: { endpoints: [a] } }\nhosts:\n  h:\n    - { label: x, group: g }\n";
    const known = knownHosts(planRoutes(text));
    expect(() => planRoutes(text.replace("g:", "f:"), "", known)).toThrow('line 4: there is no group "g"');
  });

  test.each([
    '{ "groups": {}, "hosts": { "a": [{ "label": "x", "label": "y" }] } }',
    '{ "groups": {}, "hosts": { "a": [], "A": [] } }',
    '{ "groups": {}, "hosts": { "a": [], , "b": [] } }',
    '{ "groups": {}, "hosts": { "a": [], "b": [] }, "hosts": {} }',
    '{ "groups": {}, "hosts": { "a": [] } } x',
    '{ "groups": {}, "hosts": { "a": [} ]',
    "groups: {}\nhosts:\n  a: []\n  a: []\n",
    "groups: {}\nhosts:\n  a: []\n b: []\n",
    "groups: {}\nhosts:\n  a: [\nb: ]\n",
    "groups: {}\nhosts:\n  a: *x\n",
    "groups: {}\nhosts:\n  a: []\n---\n",
    'groups: {}\nhosts:\n  a:\n    - label: "x\n  b: []\n',
  ])("is refused as it is as a whole: %j", (text) => {
    const reason = planOrReason(text, undefined);
    expect(reason).toMatch(/^line \d+: /);
    expect(reason).toBe(wholeReason(text));
  });

  test.each([
    "groups: {}\nhosts:\n  a: &r [{ label: x }]\n  b: *r\n",
    "{ groups: {}, hosts: { a: [{ label: x }], b: [{ label: x }] } }",
    "hosts: { a: [{ label: x }], b: [{ label: x }] }\ngroups: {}\n",
  ])("is read as a whole where hosts do not stand for themselves: %j", (text) => {
    const table = new RouteTable(planRoutes(text), text);
    expect(table.find({ host: "b", url: "/", method: "GET", http: undefined })?.config.label).toBe("x");
    expect(planRoutes(text, "", knownHosts(planRoutes(text))).form).toBe("read");
  });

  test("brackets and quotes in texts and comments lead nobody astray", () => {
    const text = '{ "hosts": { "a": [{ "label": "}]\\"" }] }, "groups": {}, "$schema": "\\"hosts\\": {" }';
    expect(hostEntriesOf(text)?.starts).toHaveLength(1);
    expect(plain(told(new RouteTable(planRoutes(text), text)))).toEqual(plain(told(whole(text))));
  });
});

describe("a mistake in a long file", () => {
  const routes = (host: number): string =>
    `    - { name: r${host}, match: { path: { prefix: /p } }, label: x }`;
  const many = Array.from({ length: 6_000 }, (_, host) => `  h${host}.com:\n${routes(host)}\n`);
  const yaml = `groups: {}\nhosts:\n${many.join("")}`;
  const hosts = many.map((__, host) => `  "h${host}.com": [{ "name": "r${host}", "label": "x" }]`);
  const json = `{ "groups": {},\n"hosts": {\n${hosts.join(",\n")}\n}\n}`;

  test.each([
    [yaml, "name: r5000", "nam: r5000", '10004:14 unknown field "nam"'],
    [yaml, "  h5000.com", "  H4.com", '10004:5 host "H4.com" is there twice'],
    [yaml, "  h5000.com", " h5000.com", "10003:2 bad indentation of a mapping entry"],
    [yaml, /$/, "default: {}\n", "12003:10 a route has a label to dispatch to, or a redirect"],
    [yaml, "groups", "group", '1:8 unknown field "group"'],
    [json, '"name": "r5000"', '"name": 1', "5003:27 name must be a text"],
    [json, '"name": "r5000",', '"name": "r5000"', "5003:35 "],
    [json, /\}$/, ', "default": {} }', "6004:14 a route has a label to dispatch to, or a redirect"],
  ])("has its place and takes no long time: %#", (text, from, to, expected) => {
    const [, place = "", reason = ""] = /^(\S+) (.*)$/.exec(expected) ?? [];
    const [line, column] = place.split(":").map(Number);
    const started = process.cpuUsage().user;
    expect(() => planRoutes(text.replace(from, to))).toThrow(
      expect.objectContaining({ line, column, ...(reason !== "" && { reason }) }),
    );
    expect((process.cpuUsage().user - started) / 1e6).toBeLessThan(3);
  });
});

function planOrReason(text: string, known: Parameters<typeof planRoutes>[2]): unknown {
  try {
    return planRoutes(text, "", known);
  } catch (error) {
    return (error as Error).message;
  }
}

function wholeReason(text: string): unknown {
  try {
    return whole(text);
  } catch (error) {
    return (error as Error).message;
  }
}
