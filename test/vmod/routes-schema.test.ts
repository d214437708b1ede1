import { readFileSync } from "node:fs";
import Ajv from "ajv";
import { describe, expect, test } from "vitest";
import { parse } from "yaml";
import { planRoutes } from "../../src/vmod/routing/route-plan.js";

const validate = new Ajv().compile(JSON.parse(readFileSync("schema/routes.schema.json", "utf8")) as object);

const readerTakes = (text: string): boolean => {
  try {
    planRoutes(text);
    return true;
  } catch {
    return false;
  }
};

/** What both say of a file. */
function verdicts(text: string): { reader: boolean; schema: boolean } {
  return { reader: readerTakes(text), schema: validate(parse(text)) as boolean };
}

const named = (fields: string): string => `routes: [{ ${fields} }]`;
const route = (fields: string): string => `groups: { g: { endpoints: [] } }\nhosts: { h: [{ ${fields} }] }`;
const group = (fields: string): string => `groups: { g: { ${fields} } }\nhosts: {}`;

const good = [
  "groups: {}\nhosts: {}",
  '{ "$schema": "routes.schema.json", "groups": {}, "hosts": {} }',
  "groups: {}\nhosts: { '*': [], '*.example.com': [], WWW.example_1.com: [] }\ndefault: { label: x }",
  group("endpoints: []"),
  group("endpoints: [], tls: true"),
  group(
    "endpoints: [], tls: { server_name: a, ca: f, certificate: f, key: f, min_version: TLSv1_3, verify: false, verify_host: false, sni: true }",
  ),
  named("name: a, hostnames: [a.example.com]"),
  named("name: a_1, hostnames: ['*.A.com', '*', www.*.org], vclPath: a.vcl, tls: [{ pem: a.pem }]"),
  group(
    'endpoints: ["a:1", { address: "unix:/x", weight: 0 }], policy: hash, host_header: h, max_connections: 7',
  ),
  group("endpoints: [], connect_timeout: 500ms, first_byte_timeout: 2, between_bytes_timeout: '1.5 m'"),
  group("endpoints: [], probe: /up"),
  group(
    "endpoints: [], probe: { url: /, interval: 1s, timeout: 0.5, window: 8, threshold: 3, initial: 1, expected_response: 204 }",
  ),
  route("label: x"),
  route("redirect: {}"),
  route("redirect: { status: 308, scheme: https, host: h, path: /x }"),
  route(
    "label: x, name: n, priority: 3, group: g, set_headers: { A: b, C: 1, D: true }, remove_headers: [X]",
  ),
  route("label: x, split: [{ group: g, weight: 0 }, { group: g }]"),
  route(
    "label: x, match: { path: { exact: /a }, method: GET, headers: { A: 1, B: { regex: x } }, query: { 'a b': c } }",
  ),
  route(
    "label: x, match: { path: { prefix: / }, method: [GET, POST] }, rewrite: { path: { prefix: /y }, host: z }",
  ),
  route("label: x, match: { path: { regex: '/x+' } }, rewrite: { path: /y }"),
];

const bad = [
  "[]",
  "groups: {}",
  "hosts: {}",
  "groups: {}\nhosts: {}\nmore: 1",
  "groups: { 2nd: { endpoints: [] } }\nhosts: {}",
  "groups: {}\nhosts: { 'a..b': [] }",
  "groups: {}\nhosts: { h: {} }",
  "groups: {}\nhosts: {}\ndefault: {}",
  group("policy: hash"),
  group("endpoints: 1"),
  group("endpoints: [1]"),
  group("endpoints: [{ weight: 1 }]"),
  group("endpoints: [], policy: best"),
  group("endpoints: [], connect_timeout: soon"),
  group("endpoints: [], connect_timeout: -1"),
  group("endpoints: [], max_connections: 1.5"),
  group("endpoints: [], probe: { uri: / }"),
  group("endpoints: [], tls: yes"),
  group("endpoints: [], tls: { verify: 1 }"),
  group("endpoints: [], tls: { min_version: SSLv3 }"),
  group("endpoints: [], tls: { cipher: x }"),
  named("name: a"),
  named("name: a, hostnames: []"),
  named("hostnames: [a]"),
  named("name: a-b, hostnames: [a]"),
  named("name: a, hostnames: ['a*.com']"),
  named("name: a, hostnames: [a..com]"),
  named("name: a, hostnames: [a], vclPath: 1"),
  named("name: a, hostnames: [a], tls: x"),
  named("name: a, hostnames: [a], label: x"),
  "routes: []",
  "routes: [{ name: a, hostnames: [a] }]\nhosts: {}",
  route("group: g"),
  route("label: 1"),
  route("lable: x"),
  route("label: x, priority: -1"),
  route("label: x, group: g, split: [{ group: g }]"),
  route("label: x, split: []"),
  route("label: x, split: [{ group: g, weight: 0 }]"),
  route("label: x, split: [{ weight: 1 }]"),
  route("label: x, match: { path: {} }"),
  route("label: x, match: { path: { exact: /a, prefix: /b } }"),
  route("label: x, match: { path: { prefix: a } }"),
  route("label: x, match: { method: 'G T' }"),
  route("label: x, match: { headers: { 'A B': c } }"),
  route("label: x, match: { query: { a: {} } }"),
  route("label: x, match: { headers: { A: [] } }"),
  route('label: x, set_headers: { A: "b\\nC: d" }'),
  route("label: x, remove_headers: X"),
  route("label: x, rewrite: { path: y }"),
  route("label: x, rewrite: { path: { prefix: /y } }"),
  route("label: x, match: { path: { exact: /x } }, rewrite: { path: { prefix: /y } }"),
  route("redirect: { status: 200 }"),
  route("redirect: { path: x }"),
];

describe("S4-121 the JSON Schema of the file of routes", () => {
  test.each(good)("takes what the reader takes: %j", (text) => {
    expect(verdicts(text)).toEqual({ reader: true, schema: true });
  });

  test.each(bad)("refuses what the reader refuses: %j", (text) => {
    expect(verdicts(text)).toEqual({ reader: false, schema: false });
  });

  test.each([
    ["a group that is not there", route("label: x, group: nobody")],
    ["a regular expression that is none", route("label: x, match: { path: { regex: '(' } }")],
    ["one host twice", named("name: a, hostnames: [a, A]")],
    ["hosts that overlap", named("name: a, hostnames: ['*.b', a.*]")],
    ["one name twice", "routes: [{ name: a, hostnames: [a] }, { name: a, hostnames: [b] }]"],
    ["one host in two spellings", "groups: {}\nhosts: { a: [], A: [] }"],
  ])("leaves to the reader what a schema cannot say: %s", (_, text) => {
    expect(verdicts(text)).toEqual({ reader: false, schema: true });
  });
});
