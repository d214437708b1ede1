import type { Node } from "yaml";
import type { MockBackend, MockResponse } from "./mock-backends.js";
import { readExpectations } from "./read-expectations.js";
import type { RequestSpec, StepSpec, TestCase } from "./test-case.js";
import { YamlReader } from "./yaml-reader.js";

const caseKeys = ["name", "vcl", "labels", "request", "backends", "expectations", "scenario"] as const;
const stepKeys = ["at", "request", "backends", "backend", "expectations"] as const;
const responseKeys = ["status", "headers", "body", "failure_mode", "echo_request"] as const;
const unitSeconds: Readonly<Record<string, number>> = { ms: 0.001, s: 1, m: 60, h: 3600, d: 86_400 };

/** Reads a file of tests, one in each of its YAML documents, in the form that vcltest gave it. Throws a SpecFailure. */
export function readTests(text: string): readonly TestCase[] {
  const reader = new YamlReader(text);
  return reader.documents.flatMap((document) => {
    const root = reader.open(document);
    return root && !reader.isNull(root) ? [readCase(reader, root)] : [];
  });
}

function readCase(reader: YamlReader, root: Node): TestCase {
  const fields = reader.fields(root, "a test", caseKeys);
  const { name, vcl, labels, backends, scenario, request, expectations } = fields;
  if (!name) reader.fail(root, "a test needs a name");
  if (!scenario && !request) reader.fail(root, "a test needs a request or a scenario");
  if (scenario && (request ?? expectations))
    reader.fail(root, "a test has either a request with its expectations, or a scenario");
  const steps = scenario
    ? reader.list(scenario, "scenario").map((node) => readStep(reader, node))
    : [{ ...readStep(reader, root, { request, expectations }), at: 0 }];
  inOrder(reader, steps, scenario);
  return {
    name: reader.text(name, "name"),
    place: reader.place(root),
    vcl: vcl && reader.text(vcl, "vcl"),
    labels: reader
      .entries(labels, "labels")
      .map(([label, file]) => [label, reader.text(file, label)] as const),
    backends: readBackends(reader, backends),
    isScenario: scenario !== undefined,
    steps,
  };
}

/** Time does not go backwards. */
function inOrder(reader: YamlReader, steps: readonly StepSpec[], scenario: Node | undefined): void {
  for (const [index, step] of steps.entries()) {
    const before = steps[index - 1];
    if (before && step.at < before.at)
      reader.fail(
        reader.list(scenario, "scenario")[index],
        "a step cannot be earlier than the one before it",
      );
  }
}

function readStep(
  reader: YamlReader,
  node: Node,
  given: Partial<Record<(typeof stepKeys)[number], Node | undefined>> = reader.fields(
    node,
    "a step",
    stepKeys,
  ),
): StepSpec {
  const { at, request, backends, backend, expectations } = given;
  return {
    place: reader.place(node),
    at: at ? readTime(reader, at) : 0,
    backends: [
      ...readBackends(reader, backends),
      ...(backend ? [["default", readBackend(reader, backend, "backend")] as const] : []),
    ],
    request: request && readRequest(reader, request),
    expectations: readExpectations(reader, expectations),
  };
}

function readTime(reader: YamlReader, node: Node): number {
  const text = reader.text(node, "at");
  const [, number = "", unit = ""] = /^(\d+(?:\.\d+)?)(ms|s|m|h|d)$/.exec(text) ?? [];
  const seconds = unitSeconds[unit];
  if (seconds === undefined)
    reader.fail(node, `"${text}" is no time: give a number with s, m or h, 90s or 5m`);
  return Number(number) * seconds;
}

function readRequest(reader: YamlReader, node: Node): RequestSpec {
  const keys = ["method", "url", "headers", "body", "client"] as const;
  const { method, url, headers, body, client } = reader.fields(node, "request", keys);
  if (!url) reader.fail(node, "a request needs a url");
  return {
    method: method ? reader.text(method, "method") : "GET",
    url: reader.text(url, "url"),
    headers: readHeaders(reader, headers),
    body: body && reader.text(body, "body"),
    client: client && reader.text(client, "client"),
  };
}

function readHeaders(reader: YamlReader, node: Node | undefined): readonly (readonly [string, string])[] {
  return reader
    .entries(node, "headers")
    .map(([name, value]) => [name, reader.text(value ?? null, name)] as const);
}

function readBackends(
  reader: YamlReader,
  node: Node | undefined,
): readonly (readonly [name: string, backend: MockBackend])[] {
  return reader
    .entries(node, "backends")
    .map(([name, value]) => [name, readBackend(reader, value, `backend ${name}`)] as const);
}

function readBackend(reader: YamlReader, node: Node | undefined, what: string): MockBackend {
  const { routes, ...response } = reader.fields(node, what, [...responseKeys, "routes"]);
  const entries = reader
    .entries(routes, "routes")
    .map(
      ([path, value]) =>
        [path, readResponse(reader, reader.fields(value, `route ${path}`, responseKeys))] as const,
    );
  return { ...readResponse(reader, response), ...(entries.length > 0 && { routes: new Map(entries) }) };
}

function readResponse(
  reader: YamlReader,
  fields: Partial<Record<(typeof responseKeys)[number], Node>>,
): MockResponse {
  const { status, headers, body, failure_mode, echo_request } = fields;
  const mode = failure_mode && reader.text(failure_mode, "failure_mode");
  if (mode !== undefined && mode !== "failed" && mode !== "frozen")
    reader.fail(failure_mode, `failure_mode is failed or frozen, not ${mode}`);
  return {
    ...(status && { status: readStatus(reader, status) }),
    ...(headers && { headers: Object.fromEntries(readHeaders(reader, headers)) }),
    ...(body && { body: reader.text(body, "body") }),
    ...(mode !== undefined && { failureMode: mode }),
    ...(echo_request && { echo: reader.boolean(echo_request, "echo_request") }),
  };
}

function readStatus(reader: YamlReader, node: Node): number {
  const status = reader.number(node, "status");
  if (status < 100 || status > 999) reader.fail(node, "status must be between 100 and 999");
  return status;
}
